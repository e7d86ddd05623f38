#include "libc.h"

/* What the compiler calls main depends on its parameters: main(void) is __main_void, main(argc, argv)
 * is __main_argc_argv, and with a third parameter it stays main. crt1.o calls the first; what
 * the program does not define comes from here and calls the next. */

hidden extern int __wali_main_argc;
hidden extern char **__wali_main_argv;
int __main_argc_argv(int, char **);

int __main_void(void)
{
	return __main_argc_argv(__wali_main_argc, __wali_main_argv);
}
