/* Cancellation points are inline here: see syscall_arch.h. */
