/* Hello world; with an argument also, how much memory is the process's own: /proc/PID/smaps_rollup, in KiB. */
#include <stdio.h>

int main(int argc, char **argv)
{
	char line[256];
	unsigned long kib, sum = 0;
	FILE *f;

	(void)argv;
	puts("Hello, world!");
	if (argc < 2)
		return 0;
	f = fopen("/proc/self/smaps_rollup", "r");
	if (!f)
		return 1;
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "Private_Clean: %lu kB", &kib) == 1 ||
		    sscanf(line, "Private_Dirty: %lu kB", &kib) == 1)
			sum += kib;
	fclose(f);
	printf("%lu\n", sum);
	return 0;
}
