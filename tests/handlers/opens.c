/*
 * One thread opens what no guest may have, and names that change between what it may and may not have. Others try all
 * descriptors: at no time is one of them the memory of the process. With an argument all of it without capabilities, which
 * makes a difference to how files are opened.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define FDS	32
#define SECONDS 4

static atomic_int stop, got;
static int64_t address; /* that can be read, of the runtime */

static void *grab(void *arg)
{
	char byte;

	while (!stop)
		for (int fd = 3; fd < FDS; fd++)
			if (pread(fd, &byte, 1, address) == 1)
				got++;
	return arg;
}

static void *swap(void *arg)
{
	while (!stop) {
		if (symlink("/proc/self/mem", "new") || rename("new", "name") ||
		    symlink("empty", "new") || rename("new", "name"))
			got = 1000;
	}
	return arg;
}

static void on_alarm(int sig)
{
	(void)sig;
}

/* What open does must otherwise be what it always does. */
static int ordinary(void)
{
	struct sigaction action = {.sa_handler = on_alarm};
	struct stat st;
	int bad = 0, fd = open("file", O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0440);

	bad += fd < 0 || write(fd, "x", 1) != 1 || fcntl(fd, F_GETFD) != FD_CLOEXEC;
	bad += fstat(fd, &st) || (st.st_mode & 07777) != 0440;
	bad += dup2(fd, 100) != 100 || close(fd) || open("file", O_RDONLY) != fd ||
	       fcntl(fd, F_GETFD);
	close(100);
	close(fd);
	bad += open("file", O_CREAT | O_EXCL | O_WRONLY, 0440) != -1 || errno != EEXIST;
	bad += open("nothing", O_RDONLY) != -1 || errno != ENOENT;
	bad += open((char *)16, O_RDONLY) != -1 || errno != EFAULT;
	/* Waits, and is interrupted. */
	sigaction(SIGALRM, &action, NULL);
	bad += mkfifo("fifo", 0600) != 0;
	alarm(1);
	bad += open("fifo", O_RDONLY) != -1 || errno != EINTR;
	return bad;
}

static int become_nobody(void)
{
	const uid_t nobody = 65534;

	if (geteuid())
		return 0;
	/* As if it had been started so: /proc/self/mem is its own. */
	return setresgid(nobody, nobody, nobody) || setresuid(nobody, nobody, nobody) ||
	       prctl(PR_SET_DUMPABLE, 1);
}

int main(int argc, char **argv)
{
	char line[200], directory[] = "/tmp/wali-opens-XXXXXX", absolute[sizeof(directory) + 10];
	time_t end = time(NULL) + SECONDS;
	pthread_t threads[2];
	int opened = 0, refused = 0, bad, empty;
	FILE *maps = fopen("/proc/self/maps", "r");

	/* The first that is readable. */
	while (fgets(line, sizeof(line), maps) && !strstr(line, " r"))
		;
	address = strtoll(line, NULL, 16);
	fclose(maps);
	(void)argv;
	if ((argc > 1 && become_nobody()) || !mkdtemp(directory) || chdir(directory))
		return 1;
	snprintf(absolute, sizeof(absolute), "%s/name", directory);
	empty = open("empty", O_CREAT | O_RDWR, 0600);
	close(empty);
	if (symlink("empty", "name") || pthread_create(&threads[0], NULL, grab, NULL) ||
	    pthread_create(&threads[1], NULL, swap, NULL))
		return 1;
	while (time(NULL) < end) {
		int fd = open(opened % 2 ? "name" : absolute, O_RDONLY);

		opened += fd >= 0;
		refused += fd < 0 && errno == EACCES;
		close(fd);
		refused += open("/proc/self/mem", O_RDWR) < 0 && errno == EACCES;
	}
	bad = ordinary();
	stop = 1;
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	printf("opened %d, refused %d, got %d, bad %d\n", opened, refused, got, bad);
	for (const char *const *name =
		     (const char *const[]){"empty", "name", "new", "file", "fifo", NULL};
	     *name; name++)
		unlink(*name);
	if (chdir("/") || rmdir(directory))
		return 1;
	return !opened || !refused || got || bad;
}
