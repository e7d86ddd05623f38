#include <unistd.h>

int __main_with_environ(int, char **, char **) __asm__("main");

int __main_argc_argv(int argc, char **argv)
{
	return __main_with_environ(argc, argv, __environ);
}
