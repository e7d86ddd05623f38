# Lists of processors whose ioctl numbers are composed as on x86-64, and whose char has a sign.
s/^    target_arch = "x86_64",$/& target_arch = "wasm32",/
# A system call's number is a long, which has 64 bits here.
s/^const SYS_OPENAT2: i32 = /const SYS_OPENAT2: c::c_long = /
# There is one futex call, with a time of 64 bits, as on x86-64.
s/const SYS_futex_time64: i32 = .*;/const SYS_futex_time64: c::c_long = linux_raw_sys::general::__NR_futex as c::c_long;/
# libc's syscall() reads an argument with the size of the kernel's own parameter: integers are passed as they are, not as a long.
/impl AsSyscallArg for usize {/{n;s/= .*;/= usize;/;}
/impl AsSyscallArg for i32 {/{n;s/= .*;/= i32;/;}
/impl AsSyscallArg for u32 {/{n;s/= .*;/= u32;/;}
/impl AsSyscallArg for \$crate::fd::BorrowedFd/{n;s/= .*;/= i32;/;}
