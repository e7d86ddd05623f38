/*
 * Says how it runs, "compiled" or "interpreted", and how often its start function has filled its memory: always once. With
 * arguments, executes them afterwards.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int filled = 1;

static int is_compiled(void)
{
	FILE *f = fopen("/proc/self/maps", "r");
	char line[4096];
	int found = 0;

	while (f && fgets(line, sizeof(line), f))
		found |= strstr(line, " r-xp ") && strstr(line, ".img");
	if (f)
		fclose(f);
	return found;
}

int main(int argc, char **argv)
{
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	self[n > 0 ? n : 0] = '\0';
	printf("%s %d %s\n", is_compiled() ? "compiled" : "interpreted", filled++,
	       strrchr(self, '/') ? strrchr(self, '/') + 1 : "?");
	fflush(stdout);
	if (argc > 1) {
		execvp(argv[1], argv + 1);
		perror(argv[1]);
		return 1;
	}
	return 0;
}
