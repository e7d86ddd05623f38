/* The program's entry. The section is the runtime's: this libc, unlike modules of other origin,
 * never uses the first page of memory, so that null pointers may fault. */

int __main_void(void);
_Noreturn void __wali_start(int (*)(int, char **, char **));

static int start_main(int argc, char **argv, char **envp)
{
	return __main_void();
}

void _start(void)
{
	__wali_start(start_main);
}

__asm__(
".section .custom_section.wali,\"\",@\n"
"	.ascii \"null-page=4096\\n\"\n"
);
