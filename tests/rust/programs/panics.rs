// Panics: caught, in threads, with payloads, from destructors' point of view, through C's callbacks.
use std::any::Any;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Mutex};
use std::thread;

struct Trace(&'static str);
impl Drop for Trace {
    fn drop(&mut self) {
        println!("dropped {} while panicking: {}", self.0, thread::panicking());
    }
}

fn payload(p: &(dyn Any + Send)) -> String {
    p.downcast_ref::<&str>().map(|s| s.to_string()).or_else(|| p.downcast_ref::<String>().cloned()).unwrap_or("other".into())
}

extern "C-unwind" fn compare(a: *const core::ffi::c_void, b: *const core::ffi::c_void) -> core::ffi::c_int {
    let (a, b) = unsafe { (*(a as *const i32), *(b as *const i32)) };
    if a == 13 || b == 13 {
        panic!("unlucky");
    }
    a.cmp(&b) as core::ffi::c_int
}
unsafe extern "C-unwind" {
    fn qsort(base: *mut i32, n: usize, size: usize, f: extern "C-unwind" fn(*const core::ffi::c_void, *const core::ffi::c_void) -> core::ffi::c_int);
}

fn main() {
    panic::set_hook(Box::new(|info| println!("hook: {} at line {}", payload(info.payload()), info.location().unwrap().line())));
    let caught = panic::catch_unwind(|| {
        let _outer = Trace("outer");
        let _inner = Trace("inner");
        let empty: Vec<i32> = Vec::new();
        empty[std::env::args().count() + 4]
    });
    println!("{}", payload(&*caught.unwrap_err()));
    println!("{:?}", panic::catch_unwind(|| 5).ok());
    println!("{}", payload(&*panic::catch_unwind(|| panic::panic_any(17u8)).unwrap_err()));
    println!("{:?}", panic::catch_unwind(|| panic::resume_unwind(Box::new(42i32))).unwrap_err().downcast::<i32>());
    let nested = panic::catch_unwind(|| {
        let inner = panic::catch_unwind(|| panic!("first"));
        assert!(inner.is_ok(), "second: {}", payload(&*inner.unwrap_err()));
    });
    println!("{}", payload(&*nested.unwrap_err()));

    let lock = Arc::new(Mutex::new(1));
    let joined = thread::spawn({
        let lock = lock.clone();
        move || {
            let _guard = lock.lock().unwrap();
            let _trace = Trace("in thread");
            None::<u32>.expect("nothing there")
        }
    })
    .join();
    println!("{} poisoned {}", payload(&*joined.unwrap_err()), lock.is_poisoned());
    let many: usize = (0..50).map(|i| thread::spawn(move || if i % 2 == 0 { panic!("even") })).collect::<Vec<_>>()
        .into_iter().filter_map(|h| h.join().err()).count();
    println!("{many}");

    let mut numbers = [5, 3, 9, 1];
    unsafe { qsort(numbers.as_mut_ptr(), 4, 4, compare) };
    let mut unlucky = [5, 13, 9, 1];
    let caught = panic::catch_unwind(AssertUnwindSafe(|| unsafe { qsort(unlucky.as_mut_ptr(), 4, 4, compare) }));
    println!("{numbers:?} {}", payload(&*caught.unwrap_err()));
    panic::set_hook(Box::new(|_| ()));
    let thrown = (0..20_000).filter(|n| panic::catch_unwind(|| if n % 2 == 1 { panic!() }).is_err()).count();
    println!("{thrown}");
    println!("{}", (1u8..=255).try_fold(1u8, |a, b| a.checked_mul(b)).is_none());
    let _ = panic::take_hook();
    let _last = Trace("last");
    panic!("uncaught: {}", 1 + 1);
}
