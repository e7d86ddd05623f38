// std::process: children, pipes, environment, exit status, signals.
use std::io::{Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, Stdio};

fn main() {
    let mut arguments = std::env::args().skip(1);
    if let Some(word) = arguments.next() {
        println!("child {word} {:?} {:?}", arguments.collect::<Vec<_>>(), std::env::var("COLOUR"));
        std::process::exit(3);
    }
    let output = Command::new("/bin/sh").args(["-c", "echo out; echo err >&2; exit 7"]).output().unwrap();
    println!("{:?} {:?} {:?}", output.status.code(), String::from_utf8(output.stdout), String::from_utf8(output.stderr));

    let mut cat = Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = cat.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(&vec![b'x'; 300_000]).unwrap());
    let mut text = Vec::new();
    cat.stdout.take().unwrap().read_to_end(&mut text).unwrap();
    writer.join().unwrap();
    println!("cat {} {}", text.len(), cat.wait().unwrap().success());

    let own = std::env::current_exe().unwrap();
    let output = Command::new(&own).args(["a b", "", "ü"]).env_clear().env("COLOUR", "red\nblue").output().unwrap();
    println!("{:?} {}", output.status.code(), String::from_utf8_lossy(&output.stdout));
    let output = Command::new("env").env_clear().env("ONE", "1").env("PATH", "/usr/bin:/bin").output().unwrap();
    println!("{:?}", String::from_utf8_lossy(&output.stdout));
    let output = Command::new("pwd").current_dir("/usr").output().unwrap();
    println!("{:?}", String::from_utf8_lossy(&output.stdout));

    println!("{:?}", Command::new("/nonexistent").spawn().map(|_| ()).map_err(|e| e.kind()));
    println!("{:?}", Command::new("/etc/passwd").spawn().map(|_| ()).map_err(|e| e.kind()));
    let mut sleeper = Command::new("sleep").arg("100").spawn().unwrap();
    println!("{:?}", sleeper.try_wait().unwrap());
    sleeper.kill().unwrap();
    let status = sleeper.wait().unwrap();
    println!("{:?} {:?} {status}", status.code(), status.signal());
    let status = Command::new("/bin/sh").args(["-c", "kill -TERM $$"]).status().unwrap();
    println!("{:?} {}", status.signal(), status.core_dumped());

    let mut command = Command::new("/bin/sh");
    command.args(["-c", "echo $0 $X"]).arg0("renamed").env("X", "y");
    unsafe { command.pre_exec(|| Ok(())) };
    println!("{:?}", String::from_utf8_lossy(&command.output().unwrap().stdout));
    let group = Command::new("sleep").arg("100").process_group(0).spawn();
    let mut group = group.unwrap();
    group.kill().unwrap();
    println!("{:?}", group.wait().unwrap().signal());
    let first = Command::new("echo").arg("through two").stdout(Stdio::piped()).spawn().unwrap();
    let second = Command::new("tr").args(["a-z", "A-Z"]).stdin(first.stdout.unwrap()).output().unwrap();
    println!("{:?}", String::from_utf8_lossy(&second.stdout));
    println!("{}", std::process::id() > 0);
    std::io::stdout().flush().unwrap();
    let error = Command::new("/bin/sh").args(["-c", "echo replaced; exit 9"]).exec();
    println!("not reached: {error}");
}
