//! Panics that are caught: bench/panics says how often, and prints what one costs in ns.
use std::time::Instant;
#[inline(never)]
fn thrower(n: u32) -> u32 { if n & 1 == 1 || n > 5 { std::panic::resume_unwind(Box::new(n)) } n }
fn main() {
    let n: u32 = std::env::args().nth(1).map_or(1_000_000, |s| s.parse().unwrap());
    let t = Instant::now();
    let mut sum = 0u64;
    for i in 0..n { if let Err(e) = std::panic::catch_unwind(|| thrower(i | 1)) { sum += *e.downcast::<u32>().unwrap() as u64; } }
    println!("{:.1}", t.elapsed().as_nanos() as f64 / n as f64);
    assert!(sum > 0);
}
