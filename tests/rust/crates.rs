// What crates.t builds: a little of each crate.
use rayon::prelude::*;
use rustix::fs::{AtFlags, MemfdFlags, Mode, OFlags, ResolveFlags, StatxFlags};
use std::io::{Read, Write};
use std::time::Duration;

fn threads() {
    println!("rayon {}", (0..1000u64).into_par_iter().map(|x| x * x).sum::<u64>());
    let (sender, receiver) = crossbeam_channel::bounded(1);
    std::thread::spawn(move || (0..5).for_each(|i| sender.send(i).unwrap()));
    println!("crossbeam {}", receiver.iter().sum::<i32>());
    let lock = parking_lot::RwLock::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..1000).for_each(|_| *lock.write() += 1));
        }
    });
    println!("parking_lot {}", lock.read());
}

fn memory() {
    let file = std::fs::File::options().read(true).write(true).create(true).truncate(true).open("mapped").unwrap();
    file.set_len(100_000).unwrap();
    let mut map = unsafe { memmap2::MmapMut::map_mut(&file).unwrap() };
    map[99_999] = 7;
    map.flush().unwrap();
    println!("memmap2 {:?}", std::fs::read("mapped").unwrap().last());
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(&map).unwrap();
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(&packer.finish().unwrap()[..]).read_to_end(&mut unpacked).unwrap();
    println!("flate2 {}", unpacked == map[..]);
}

fn sockets() {
    use mio::{net::TcpListener, Events, Interest, Poll, Token};
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    socket.set_reuse_address(true).unwrap();
    println!("socket2 {:?} {:?}", socket.reuse_address(), socket.nodelay());
    let mut poll = Poll::new().unwrap();
    let mut listener = TcpListener::bind("127.0.0.1:0".parse().unwrap()).unwrap();
    poll.registry().register(&mut listener, Token(5), Interest::READABLE).unwrap();
    let address = listener.local_addr().unwrap();
    let client = std::thread::spawn(move || std::net::TcpStream::connect(address).unwrap().write_all(b"hello").unwrap());
    let mut events = Events::with_capacity(4);
    poll.poll(&mut events, Some(Duration::from_secs(20))).unwrap();
    println!("mio {:?}", events.iter().map(|event| event.token()).collect::<Vec<_>>());
    let (mut stream, _) = listener.accept().unwrap();
    poll.registry().register(&mut stream, Token(6), Interest::READABLE).unwrap();
    client.join().unwrap();
    poll.poll(&mut events, Some(Duration::from_secs(20))).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    println!("mio {text}");
}

fn calls() {
    use nix::sys::{signal, wait};
    println!("nix {}", nix::unistd::getpid() == nix::unistd::Pid::this());
    match unsafe { nix::unistd::fork().unwrap() } {
        nix::unistd::ForkResult::Child => loop {
            nix::unistd::pause();
        },
        nix::unistd::ForkResult::Parent { child } => {
            signal::kill(child, signal::Signal::SIGTERM).unwrap();
            println!("nix {:?}", wait::waitpid(child, None).map(|status| matches!(status, wait::WaitStatus::Signaled(..))));
        }
    }
    println!("nix {:?}", nix::sys::statvfs::statvfs("/").map(|s| s.block_size() > 0));
    let file = rustix::fs::memfd_create("name", MemfdFlags::CLOEXEC).unwrap();
    println!("rustix {:?}", rustix::io::write(&file, b"abc"));
    let all = rustix::fs::statx(&file, "", AtFlags::EMPTY_PATH, StatxFlags::BASIC_STATS).unwrap();
    println!("rustix {} {:o}", all.stx_size, all.stx_mode);
    let root = rustix::fs::openat2(rustix::fs::cwd(), "/", OFlags::RDONLY, Mode::empty(), ResolveFlags::empty()).unwrap();
    println!("rustix {:?}", rustix::fs::fstat(&root).map(|s| s.st_mode & 0o170000));
    let outside = rustix::fs::openat2(rustix::fs::cwd(), "/usr", OFlags::RDONLY, Mode::empty(), ResolveFlags::BENEATH);
    println!("rustix {:?}", outside.err().map(|error| error.raw_os_error()));
    println!("rustix {:?}", rustix::fs::statat(rustix::fs::cwd(), "Cargo.toml", AtFlags::empty()).map(|s| s.st_size));
    println!("rustix {:?}", rustix::fs::Dir::read_from(&root).unwrap().count() > 2);
}

fn main() {
    threads();
    memory();
    sockets();
    calls();
}
