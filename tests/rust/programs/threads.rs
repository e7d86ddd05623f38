// Threads and what synchronises them.
use std::cell::Cell;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{mpsc, Arc, Barrier, Condvar, Mutex, Once, OnceLock, RwLock};
use std::thread;
use std::time::Duration;

struct Noisy(&'static AtomicUsize);
impl Drop for Noisy {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}
static DROPPED: AtomicUsize = AtomicUsize::new(0);
thread_local! {
    static LOCAL: Cell<u32> = const { Cell::new(7) };
    static GUARD: Noisy = const { Noisy(&DROPPED) };
}

fn main() {
    let total = Arc::new(AtomicU64::new(0));
    let list = Arc::new(Mutex::new(Vec::new()));
    let handles: Vec<_> = (0..16u64)
        .map(|i| {
            let (total, list) = (total.clone(), list.clone());
            thread::Builder::new()
                .name(format!("worker-{i}"))
                .spawn(move || {
                    for n in 0..10_000 {
                        total.fetch_add(n ^ i, Ordering::Relaxed);
                    }
                    GUARD.with(|_| LOCAL.set(i as u32));
                    list.lock().unwrap().push((LOCAL.get(), thread::current().name().unwrap().to_string()));
                    i * i
                })
                .unwrap()
        })
        .collect();
    println!("{:?}", handles.into_iter().map(|h| h.join().unwrap()).collect::<Vec<_>>());
    let mut list = Arc::try_unwrap(list).unwrap().into_inner().unwrap();
    list.sort();
    println!("{} {:?}", total.load(Ordering::SeqCst), list);
    println!("local {} dropped {}", LOCAL.get(), DROPPED.load(Ordering::SeqCst));

    let (sender, receiver) = mpsc::sync_channel::<u32>(2);
    thread::scope(|scope| {
        for part in 0..4 {
            let sender = sender.clone();
            scope.spawn(move || (0..100).for_each(|n| sender.send(part * 100 + n).unwrap()));
        }
        drop(sender);
        let mut all: Vec<u32> = receiver.iter().collect();
        all.sort_unstable();
        println!("channel {} {}", all.len(), all.iter().enumerate().all(|(i, &n)| i as u32 == n));
    });

    let pair = Arc::new((Mutex::new(0), Condvar::new()));
    let barrier = Arc::new(Barrier::new(4));
    let leaders: usize = (0..4)
        .map(|_| {
            let (pair, barrier) = (pair.clone(), barrier.clone());
            thread::spawn(move || {
                let leader = barrier.wait().is_leader();
                *pair.0.lock().unwrap() += 1;
                pair.1.notify_all();
                leader as usize
            })
        })
        .collect::<Vec<_>>()
        .into_iter()
        .map(|h| h.join().unwrap())
        .sum();
    let count = pair.1.wait_while(pair.0.lock().unwrap(), |n| *n < 4).unwrap();
    println!("barrier {leaders} condvar {}", *count);
    drop(count);
    let (guard, timeout) = pair.1.wait_timeout(pair.0.lock().unwrap(), Duration::from_millis(5)).unwrap();
    println!("timed out {} {}", timeout.timed_out(), *guard);

    static ONCE: Once = Once::new();
    static CELL: OnceLock<String> = OnceLock::new();
    let lock = RwLock::new(5);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                ONCE.call_once(|| println!("once"));
                CELL.get_or_init(|| "cell".to_string());
                *lock.write().unwrap() += 1;
            });
        }
    });
    println!("{:?} {}", CELL.get(), lock.read().unwrap());

    let parked = thread::spawn(|| thread::park());
    parked.thread().unpark();
    println!("park {:?} parallelism {}", parked.join().is_ok(), thread::available_parallelism().is_ok());
    let deep = thread::Builder::new().stack_size(4 << 20).spawn(|| recurse(20_000)).unwrap();
    println!("deep {}", deep.join().unwrap());
}

#[inline(never)]
fn recurse(n: u64) -> u64 {
    let pad = std::hint::black_box([n; 8]);
    if n == 0 { 0 } else { 1 + recurse(n - 1) + pad[3] - n }
}
