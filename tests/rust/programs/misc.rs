// Environment, clocks, hash seeds, numbers, standard streams.
use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::{CString, OsStr, OsString};
use std::hash::BuildHasher;
use std::io::{BufRead, IsTerminal, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

fn main() {
    println!("{:?}", std::env::args_os().skip(1).collect::<Vec<_>>());
    println!("{:?} {:?}", std::env::var("WALI_RUST_TEST"), std::env::var_os("WALI_RUST_RAW"));
    unsafe {
        std::env::set_var("SET", "a=b");
        std::env::remove_var("WALI_RUST_TEST");
    }
    println!("{:?} {:?}", std::env::var("SET"), std::env::var("WALI_RUST_TEST"));
    println!("{}", std::env::vars_os().any(|(k, v)| k == "SET" && v == "a=b"));

    let seeds: HashSet<u64> = (0..8).map(|_| RandomState::new().hash_one(1)).collect();
    println!("{}", seeds.len());
    let map: HashMap<String, usize> = (0..1000).map(|n| (format!("key {n}"), n)).collect();
    println!("{} {:?}", map.values().sum::<usize>(), map.get("key 77"));
    let tree: BTreeMap<_, _> = map.into_iter().collect();
    println!("{:?}", tree.range("key 99".to_string()..).map(|(_, n)| *n).collect::<Vec<_>>());

    let start = Instant::now();
    std::thread::sleep(Duration::from_millis(30));
    let slept = start.elapsed();
    println!("{} {}", slept >= Duration::from_millis(30), slept < Duration::from_secs(60));
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    println!("{}", now > 1_700_000_000 && now < 10_000_000_000);
    println!("{}", (0..1000).map(|_| Instant::now()).collect::<Vec<_>>().is_sorted());

    println!("{:?} {:e} {}", 0.1f64 + 0.2, 1.5e300f64 * 2.0, "3.14159265358979323846".parse::<f64>().unwrap());
    println!("{} {:?}", u128::MAX / 3 * 2, (-7i128).checked_rem_euclid(4));
    println!("{:.17} {:.17} {:?}", 2f64.sqrt(), 1f64.exp(), (0.5f32.sin(), 10f64.ln(), 2.5f64.round(), f64::NAN.max(1.0)));
    println!("{} {}", std::mem::size_of::<core::ffi::c_long>() == 8, std::mem::align_of::<u64>());
    println!("{:?} {:?}", OsStr::from_bytes(b"\xff\xfe"), OsString::from_vec(vec![0x41, 0xc0]).into_string().is_err());
    println!("{:?} {:?}", CString::new("a\0b").is_err(), c"literal".to_bytes().len());
    println!("{} {:?}", std::env::consts::OS, std::env::consts::FAMILY);
    println!("{:?} {}", std::io::Error::from_raw_os_error(2), std::io::Error::last_os_error().raw_os_error().is_some());

    let lines: Vec<String> = std::io::stdin().lock().lines().map(|l| l.unwrap()).collect();
    println!("{lines:?} {}", std::io::stdin().is_terminal());
    eprintln!("to stderr");
    let layout = std::alloc::Layout::from_size_align(1 << 20, 1 << 16).unwrap();
    let block = unsafe { std::alloc::alloc_zeroed(layout) };
    println!("{} {}", block as usize % (1 << 16), unsafe { *block.add(1000) });
    unsafe { std::alloc::dealloc(block, layout) };
    println!("{:?}", Vec::<u8>::new().try_reserve_exact(usize::MAX / 2).is_err());
    std::io::stdout().lock().flush().unwrap();
    std::process::exit(if lines.len() == 2 { 11 } else { 12 });
}
