// std::net and std::os::unix::net: TCP with many threads, UDP, Unix sockets, descriptors passed along.
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream, ToSocketAddrs, UdpSocket};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};
use std::thread;
use std::time::Duration;

fn serve(stream: TcpStream) -> std::io::Result<usize> {
    let mut out = stream.try_clone()?;
    let mut lines = 0;
    for line in BufReader::new(stream).lines() {
        writeln!(out, "{}", line?.chars().rev().collect::<String>())?;
        lines += 1;
    }
    Ok(lines)
}

fn main() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    println!("{} {}", address.ip(), address.port() != 0);
    let server = thread::spawn(move || {
        let clients: Vec<_> = (0..8).map(|_| listener.accept().unwrap().0).map(|s| thread::spawn(|| serve(s).unwrap())).collect();
        clients.into_iter().map(|c| c.join().unwrap()).sum::<usize>()
    });
    let clients: Vec<_> = (0..8)
        .map(|i| {
            thread::spawn(move || {
                let mut stream = TcpStream::connect(address).unwrap();
                stream.set_nodelay(true).unwrap();
                let mut answers = BufReader::new(stream.try_clone().unwrap());
                let mut good = 0;
                for n in 0..50 {
                    let text = format!("client {i} line {n}");
                    writeln!(stream, "{text}").unwrap();
                    let mut line = String::new();
                    answers.read_line(&mut line).unwrap();
                    good += (line.trim_end().chars().rev().collect::<String>() == text) as u32;
                }
                stream.shutdown(Shutdown::Write).unwrap();
                good
            })
        })
        .collect();
    println!("{:?}", clients.into_iter().map(|c| c.join().unwrap()).collect::<Vec<_>>());
    println!("served {}", server.join().unwrap());

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    println!("{:?}", listener.accept().map(|_| ()).map_err(|e| e.kind()));
    let unused = listener.local_addr().unwrap();
    drop(listener);
    println!("{:?}", TcpStream::connect_timeout(&unused, Duration::from_secs(5)).map(|_| ()).map_err(|e| e.kind()));
    println!("{:?}", "localhost:80".to_socket_addrs().unwrap().any(|a| a == SocketAddr::from(([127, 0, 0, 1], 80))));
    println!("{:?}", TcpListener::bind("[::1]:0").map(|l| l.local_addr().unwrap().is_ipv6()).unwrap_or(true));

    let (a, b) = (UdpSocket::bind("127.0.0.1:0").unwrap(), UdpSocket::bind("127.0.0.1:0").unwrap());
    a.send_to(b"datagram", b.local_addr().unwrap()).unwrap();
    let mut buffer = [0; 100];
    let (length, from) = b.recv_from(&mut buffer).unwrap();
    println!("{:?} {}", std::str::from_utf8(&buffer[..length]), from == a.local_addr().unwrap());
    b.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
    println!("{:?} {:?}", b.recv(&mut buffer).map_err(|e| e.kind() == ErrorKind::WouldBlock), b.read_timeout());
    println!("{:?} {:?} {:?}", b.set_ttl(33), b.ttl(), b.set_broadcast(true).and(b.broadcast()));

    let directory = std::env::temp_dir().join(format!("wali-rust-net-{}", std::process::id()));
    std::fs::create_dir(&directory).unwrap();
    let path = directory.join("socket");
    let listener = UnixListener::bind(&path).unwrap();
    let client = thread::spawn({
        let path = path.clone();
        move || {
            let mut stream = UnixStream::connect(path).unwrap();
            stream.write_all(b"over a path").unwrap();
        }
    });
    let (mut stream, peer) = listener.accept().unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    client.join().unwrap();
    println!("{text} {:?} {}", peer.is_unnamed(), listener.local_addr().unwrap().as_pathname() == Some(&path));
    std::fs::remove_dir_all(&directory).unwrap();
    let (x, y) = UnixDatagram::pair().unwrap();
    x.send(b"pair").unwrap();
    let length = y.recv(&mut buffer).unwrap();
    println!("{:?}", std::str::from_utf8(&buffer[..length]));
    let copy: OwnedFd = x.try_clone().unwrap().into();
    println!("{}", copy.as_raw_fd() > 2);
}
