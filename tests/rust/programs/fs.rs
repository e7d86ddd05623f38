// std::fs and std::os::unix::fs on a directory of its own.
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{symlink, DirBuilderExt, FileExt, FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

fn main() -> std::io::Result<()> {
    let top = std::env::temp_dir().join(format!("wali-rust-fs-{}", std::process::id()));
    fs::DirBuilder::new().mode(0o700).create(&top)?;
    println!("{:o}", fs::metadata(&top)?.permissions().mode());
    let file = top.join("file");
    fs::write(&file, "one\ntwo\nthree\n")?;
    fs::set_permissions(&file, Permissions::from_mode(0o640))?;
    let metadata = fs::metadata(&file)?;
    println!("{} {:o} {} {}", metadata.len(), metadata.mode(), metadata.nlink(), metadata.is_file());
    println!("{:?}", BufReader::new(File::open(&file)?).lines().collect::<Result<Vec<_>, _>>()?);

    let mut open = OpenOptions::new().read(true).write(true).append(false).mode(0o600).open(&file)?;
    open.seek(SeekFrom::End(-6))?;
    open.write_all(b"THREE\nfour\n")?;
    open.rewind()?;
    let mut text = String::new();
    open.read_to_string(&mut text)?;
    println!("{text:?}");
    let mut part = [0; 3];
    open.read_exact_at(&mut part, 4)?;
    open.write_all_at(b"XYZ", 0)?;
    println!("{:?} {:?}", std::str::from_utf8(&part), fs::read_to_string(&file)?);
    open.set_len(5)?;
    open.set_len(5_000_000_000)?;
    println!("{} {}", open.metadata()?.len(), open.seek(SeekFrom::End(0))?);
    open.set_len(3)?;
    let then = UNIX_EPOCH + Duration::new(1_234_567_890, 123_456_000);
    open.set_modified(then)?;
    println!("{:?} {}", open.metadata()?.modified()?.duration_since(UNIX_EPOCH).unwrap(), open.metadata()?.mtime());
    open.sync_all()?;
    println!("{:?}", OpenOptions::new().write(true).create_new(true).open(&file).map(|_| ()).map_err(|e| e.kind()));

    symlink("file", top.join("link"))?;
    fs::hard_link(&file, top.join("hard"))?;
    println!("{:?} {} {}", fs::read_link(top.join("link"))?, fs::symlink_metadata(top.join("link"))?.is_symlink(), fs::metadata(&file)?.nlink());
    println!("{}", fs::canonicalize(top.join("link"))?.ends_with("file"));
    symlink("nowhere", top.join("dangling"))?;
    println!("{:?} {}", fs::metadata(top.join("dangling")).map(|_| ()).map_err(|e| e.kind()), top.join("dangling").exists());

    fs::create_dir_all(top.join("a/b/c"))?;
    for i in 0..300 {
        File::create(top.join(format!("a/b/f{i:03}")))?;
    }
    let mut names: Vec<_> = fs::read_dir(top.join("a/b"))?
        .map(|e| e.and_then(|e| Ok((e.file_name().into_string().unwrap(), e.file_type()?.is_dir(), e.metadata()?.len() == 0))))
        .collect::<Result<_, _>>()?;
    names.sort();
    println!("{} {:?} {:?}", names.len(), names.first().map(|n| &n.0), names.last());
    let mut kinds: Vec<_> = fs::read_dir(&top)?
        .map(|e| e.unwrap())
        .map(|e| (e.file_name(), e.file_type().unwrap().is_symlink(), e.file_type().unwrap().is_fifo(), e.path().is_dir()))
        .collect();
    kinds.sort();
    println!("{kinds:?}");

    println!("{}", fs::copy(&file, top.join("copy"))?);
    println!("{:o}", fs::metadata(top.join("copy"))?.permissions().mode());
    fs::rename(top.join("copy"), top.join("a/moved"))?;
    println!("{:?}", fs::remove_dir(top.join("a")).map_err(|e| e.kind()));
    println!("{:?}", fs::read(top.join("absent")).map_err(|e| e.to_string()));
    println!("{:?}", fs::remove_file(top.join("a")).is_err());
    let lock = File::open(&file)?;
    lock.lock()?;
    println!("{:?}", File::open(&file)?.try_lock().is_err());
    lock.unlock()?;
    println!("{}", SystemTime::now().duration_since(fs::metadata(top.join("a"))?.modified()?).unwrap() < Duration::from_secs(600));
    let zero = fs::metadata("/dev/null")?;
    println!("{} {:x}", zero.file_type().is_char_device(), zero.rdev());
    let big: Vec<u8> = (0..3_000_000u32).map(|n| (n.wrapping_mul(n) >> 7) as u8).collect();
    fs::write(top.join("big"), &big)?;
    println!("{} {}", fs::read(top.join("big"))? == big, fs::metadata(top.join("big"))?.blocks() > 0);
    std::env::set_current_dir(&top)?;
    println!("{}", std::env::current_dir()?.ends_with(top.file_name().unwrap()) && fs::metadata("file").is_ok());
    fs::remove_dir_all(&top)?;
    println!("{}", top.exists());
    Ok(())
}
