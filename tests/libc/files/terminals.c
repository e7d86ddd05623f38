/* Pseudo-terminals: line discipline, modes, window size, job control, signals from keys.
 * oracle: musl glibc
 * link: -lutil
 */
#include "must.h"
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>

static void show(int fd, const char *what)
{
	char data[64];
	ssize_t got = read(fd, data, sizeof data);

	printf("%s: %zd ", what, got);
	for (ssize_t i = 0; i < got; i++)
		printf(data[i] < ' ' ? "\\%o" : "%c", data[i]);
	putchar('\n');
}

/* What is echoed and what is written come in one read or in two. */
static void read_until(int fd, const char *text)
{
	char data[256] = "";
	size_t size = 0;

	while (!strstr(data, text)) {
		ssize_t got = MUST(read(fd, data + size, sizeof data - 1 - size));
		size += got;
		data[size] = 0;
	}
	printf("got %s\n", text);
}

static void modes(void)
{
	int master, slave;
	struct termios mode;
	struct winsize size = {.ws_row = 33, .ws_col = 77}, got;
	char name[64];

	MUST(openpty(&master, &slave, name, NULL, &size));
	SHOW(strncmp(name, "/dev/pts/", 9));
	SHOW(isatty(slave));
	SHOW(isatty(0));
	SHOW(errno);
	SHOW(strcmp(ttyname(slave), name));
	MUST(ioctl(slave, TIOCGWINSZ, &got));
	printf("%d %d\n", got.ws_row, got.ws_col);
	size.ws_col = 120;
	MUST(ioctl(master, TIOCSWINSZ, &size));
	MUST(ioctl(slave, TIOCGWINSZ, &got));
	SHOW(got.ws_col);
	MUST(tcgetattr(slave, &mode));
	printf("%x %x %x %x %d %d\n", mode.c_iflag, mode.c_oflag, mode.c_cflag, mode.c_lflag,
	       mode.c_cc[VINTR], mode.c_cc[VEOF]);
	SHOW(cfgetospeed(&mode));

	MUST(write(master, "typed\x7f\x7f!\n", 9));
	show(slave, "line");
	show(master, "echo");
	MUST(write(slave, "out\n", 4));
	show(master, "output");
	MUST(write(master, "\4", 1));
	show(slave, "end of file");
	cfmakeraw(&mode);
	MUST(tcsetattr(slave, TCSANOW, &mode));
	MUST(write(master, "a\4\n", 3));
	show(slave, "raw");
	mode.c_cc[VMIN] = 0;
	mode.c_cc[VTIME] = 1;
	MUST(tcsetattr(slave, TCSADRAIN, &mode));
	show(slave, "timed out");
	MUST(write(master, "lost", 4));
	MUST(tcflush(slave, TCIFLUSH));
	show(slave, "flushed");
	close(master);
	TRY(write(slave, "x", 1));
}

static void job_control(void)
{
	int master, status;
	char data[64];

	fflush(stdout);
	pid_t pid = MUST(forkpty(&master, NULL, NULL, NULL));
	if (!pid) {
		/* The child leads a session with the terminal; its own child is the foreground job. */
		signal(SIGTTOU, SIG_IGN);
		pid_t job = MUST(fork());
		if (!job) {
			setpgid(0, 0);
			MUST(tcsetpgrp(0, getpid()));
			MUST(write(1, "ready", 5));
			for (;;)
				pause();
		}
		MUST(waitpid(job, &status, WUNTRACED));
		int first = WIFSTOPPED(status) ? WSTOPSIG(status) : -1;
		MUST(tcsetpgrp(0, getpid()));
		MUST(kill(job, SIGCONT));
		MUST(waitpid(job, &status, WCONTINUED));
		int second = WIFCONTINUED(status);
		MUST(tcsetpgrp(0, job));
		MUST(write(1, "again", 5));
		MUST(waitpid(job, &status, 0));
		int third = WIFSIGNALED(status) ? WTERMSIG(status) : -1;
		MUST(tcsetpgrp(0, getpid()));
		/* A background process that reads from the terminal is stopped. */
		job = MUST(fork());
		if (!job) {
			setpgid(0, 0);
			MUST(read(0, data, 1));
			_exit(0);
		}
		MUST(waitpid(job, &status, WUNTRACED));
		int fourth = WIFSTOPPED(status) ? WSTOPSIG(status) : -1;
		kill(job, SIGKILL);
		char text[64];
		int size = snprintf(text, sizeof text, "stop %d cont %d int %d ttin %d sid %d",
				    first, second, third, fourth, tcgetsid(0) == getpid());
		MUST(write(1, text, size));
		_exit(0);
	}
	read_until(master, "ready");
	MUST(write(master, "\032", 1)); /* control-Z */
	read_until(master, "again");
	MUST(write(master, "\3", 1)); /* control-C */
	size_t size = 0;
	for (ssize_t got; size < sizeof data - 1 &&
			  (got = read(master, data + size, sizeof data - 1 - size)) > 0;)
		size += got;
	data[size] = 0;
	char *stop = strstr(data, "stop");
	printf("%s\n", stop ? stop : data);
	MUST(waitpid(pid, &status, 0));
	SHOW(WEXITSTATUS(status));
}

int main(void)
{
	modes();
	job_control();
	int fd = MUST(posix_openpt(O_RDWR | O_NOCTTY));
	TRY(grantpt(fd));
	TRY(unlockpt(fd));
	SHOW(ptsname(fd) != NULL);
	int slave = MUST(open(ptsname(fd), O_RDWR | O_NOCTTY));
	SHOW(isatty(slave));
	TRY(tcgetpgrp(0));
	TRY(open("/dev/tty", O_RDWR));
	SHOW(strlen(ctermid(NULL)));
	return 0;
}
