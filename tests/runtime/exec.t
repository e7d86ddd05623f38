#!/bin/sh
# execve of modules, scripts and native programs from a guest.
# shellcheck disable=SC1091,SC2154,SC2086 # tap.sh defines them; WALI_RUN may carry options
. "$(dirname -- "$0")/../wrappers/tap.sh"
{ have_libc && have_run; } || skip_all 'needs libc and wali-run'
cc=$sdk/bin/wali-clang
run=${WALI_RUN:-$sdk/bin/wali-run}

cat >go.c <<'C'
/* go PATH ARG0 ARG...: executes PATH. With FD set, by descriptor; with FD=cloexec, one that is closed. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
extern char **environ;
int main(int argc, char **argv)
{
	const char *how = getenv("FD");
	if (argc < 2)
		return 1;
	if (how)
		fexecve(open(argv[1], O_PATH | (strcmp(how, "cloexec") ? 0 : O_CLOEXEC)), argv + 2, environ);
	else
		execve(argv[1], argv + 2, environ);
	printf("%s\n", strerror(errno));
	return 1;
}
C
cat >show.c <<'C'
#include <stdio.h>
#include <sys/prctl.h>
#include <dirent.h>
#include <string.h>
#include <stdlib.h>
int main(int argc, char **argv)
{
	char name[16];
	for (int i = 0; i < argc; i++)
		printf("[%s]", argv[i]);
	if (getenv("NAME") && !prctl(PR_GET_NAME, name))
		printf(" name %s", name);
	if (getenv("COUNT_FDS")) {
		int n = 0;
		DIR *d = opendir("/proc/self/fd");
		while (readdir(d))
			n++;
		printf(" fds %d", n - 2);
	}
	printf("\n");
	return 0;
}
C
"$cc" -O1 go.c -o go || exit 1
"$cc" -O1 show.c -o show || exit 1
go() {
	$run ./go "$@"
}

is 'module' "$(go ./show zero one 'two 2')" '[zero][one][two 2]'
is 'module by absolute path' "$(go "$tmp/show" a)" '[a]'
is 'no arguments at all' "$(go ./show)" '[]'
is 'arguments that look like options' "$(go ./show --help --trace --)" '[--help][--trace][--]'
is 'native program' "$(go /bin/echo echo hello)" 'hello'
is 'chain of modules' "$(go ./go go ./go go ./show x)" '[x]'
is 'missing' "$(go ./missing a)" 'No such file or directory'
is 'directory' "$(go . a)" 'Permission denied'
cp show noexec && chmod -x noexec
is 'not executable' "$(go ./noexec a)" 'Permission denied'
echo 'no program' >text && chmod +x text
is 'neither' "$(go ./text a)" 'Exec format error'
cp show -- -dash
is 'a name with a dash' "$(go -dash a)" '[a]'
is 'name of the process' "$(NAME=1 go ./show other)" '[other] name show'
fds=$(sh -c 'set -- /proc/self/fd/*; echo $#')
is 'no descriptor is left open' "$(COUNT_FDS=1 go ./show a)" "[a] fds $fds"

script() {
	printf '%s\n' "$2" >"$1"
	chmod +x "$1"
}
script s1 "#!$tmp/show"
is 'script for a module' "$(go ./s1 zero one)" "[$tmp/show][./s1][one]"
script s2 "#! $tmp/show  -x  -y "
is 'with one argument' "$(go ./s2 zero one)" "[$tmp/show][-x  -y][./s2][one]"
script s3 "#!$tmp/s2 arg"
is 'script for a script' "$(go "$tmp/s3" zero one)" "[$tmp/show][-x  -y][$tmp/s2][arg][$tmp/s3][one]"
printf '#!%s/show' "$tmp" >s4
chmod +x s4
is 'without newline' "$(go ./s4 zero)" "[$tmp/show][./s4]"
script s5 "#!/bin/echo native"
is 'script for a native program' "$(go ./s5 zero one)" 'native ./s5 one'
script s6 "#!$tmp/missing"
is 'missing interpreter' "$(go ./s6 zero)" 'No such file or directory'
script s7 '#!'
is 'empty interpreter' "$(go ./s7 zero)" 'Exec format error'
script s8 "#!$tmp/s8"
is 'script for itself' "$(go ./s8 zero)" 'Symbolic link loop'
script s9 "#!$tmp/noexec"
is 'interpreter that is not executable' "$(go ./s9 zero)" 'Permission denied'

is 'fexecve' "$(FD=1 go ./show a b)" '[a][b]'
is 'fexecve, closed on exec' "$(FD=cloexec go ./show a b)" '[a][b]'
is 'fexecve leaves no descriptor' "$(COUNT_FDS=1 FD=cloexec go ./show a)" "[a] fds $fds"
is 'fexecve of a script, closed on exec' "$(FD=cloexec go ./s1 a)" 'No such file or directory'
matches 'fexecve of a script' "$(FD=1 go ./s1 a b)" "\[$tmp/show\]\[/dev/fd/[0-9]*\]\[b\]"
matches 'options are passed on' "$($run --trace ./go ./show a 2>&1 >/dev/null)" 'PR_SET_NAME|write.*\[a\]'
done_testing
