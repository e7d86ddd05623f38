#include <stdlib.h>
#include "syscall.h"

__attribute__((__import_module__("wali"), __import_name__("__deinit")))
int __wali_deinit(void);
__attribute__((__import_module__("wali"), __import_name__("__proc_exit")))
void __wali_proc_exit(int);

_Noreturn void _Exit(int ec)
{
	__wali_deinit();
	__syscall(SYS_exit_group, ec);
	for (;;) __wali_proc_exit(ec);
}
