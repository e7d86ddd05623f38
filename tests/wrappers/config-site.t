#!/bin/sh
# The answers of config.site are what configure finds when it can run the programs: autoconf's own tests
# are run under wali-run, by a compiler that writes a launcher in place of each program.
# shellcheck disable=SC1091,SC2154,SC2016 # tap.sh defines them; sh -c expands them
. "$(dirname -- "$0")/tap.sh"
command -v autoconf >/dev/null || skip_all 'no autoconf'
command -v automake >/dev/null || skip_all 'no automake'
have_libc || skip_all 'the sysroot has no libc yet'
have_run || skip_all 'wali-run is not built yet'

cat >configure.ac <<'A'
AC_INIT([answers], [1])
AC_CONFIG_AUX_DIR([aux])
AC_PROG_CC
AC_USE_SYSTEM_EXTENSIONS
AC_C_BIGENDIAN
AC_FUNC_ALLOCA
AC_FUNC_CHOWN
AC_FUNC_CLOSEDIR_VOID
AC_FUNC_FNMATCH
AC_FUNC_FORK
AC_FUNC_GETGROUPS
AC_FUNC_LSTAT
AC_FUNC_LSTAT_FOLLOWS_SLASHED_SYMLINK
AC_FUNC_MALLOC
AC_FUNC_MEMCMP
AC_FUNC_MKTIME
AC_FUNC_MMAP
AC_FUNC_REALLOC
AC_FUNC_STAT
AC_FUNC_STRCOLL
AC_FUNC_STRNLEN
AC_FUNC_STRTOD
AC_FUNC_STRTOLD
AC_FUNC_UTIME_NULL
AC_CHECK_FILES([/dev/ptc /dev/ptmx /dev/random /dev/urandom /dev/zero])

dnl What scripts other than autoconf ask, as they ask it
m4_define([RUN], [AC_CACHE_CHECK([$1], [$1],
  [AC_RUN_IFELSE([AC_LANG_PROGRAM([$2], [$3])], [$1='$4'], [$1='$5'], [$1=cross])])])
RUN([bash_cv_func_sbrk], [#include <unistd.h>], [return sbrk(4096) == (void *)-1;], [yes], [no])
RUN([bash_cv_getcwd_malloc], [#include <unistd.h>], [return getcwd(0, 0) == 0;], [yes], [no])
RUN([bash_cv_wexitstatus_offset],
  [#include <stdlib.h>
   #include <sys/wait.h>
   #include <unistd.h>],
  [int s; if (!fork()) _exit(42); wait(&s); return s != 42 << 8;], [8], [0])
RUN([bash_cv_unusable_rtsigs], [#include <signal.h>], [return !(SIGRTMIN > 0 && SIGRTMAX >= 64);],
  [no], [yes])
RUN([bash_cv_printf_a_format],
  [#include <stdio.h>
   #include <string.h>],
  [char b[[64]]; snprintf(b, sizeof(b), "%a", 1.0); return strncmp(b, "0x", 2);], [yes], [no])
RUN([bash_cv_sys_named_pipes],
  [#include <sys/stat.h>
   #include <unistd.h>],
  [int r = mkfifo("fifo", 0600); unlink("fifo"); return r;], [present], [missing])
RUN([bash_cv_func_sigsetjmp],
  [#include <setjmp.h>
   #include <signal.h>],
  [sigjmp_buf b; sigset_t set, old; volatile int n = 0;
   sigemptyset(&set); sigaddset(&set, SIGUSR1);
   if (sigsetjmp(b, 1)) { sigprocmask(SIG_BLOCK, 0, &old); return sigismember(&old, SIGUSR1) || n != 1; }
   n = 1; sigprocmask(SIG_BLOCK, &set, 0); siglongjmp(b, 1);], [present], [missing])
RUN([bash_cv_ulimit_maxfds],
  [#include <sys/resource.h>],
  [struct rlimit r; return getrlimit(RLIMIT_NOFILE, &r);], [yes], [no])
RUN([gl_cv_cc_long_double_expbit0],
  [#include <string.h>],
  [long double x = 1, y = 2; unsigned a[[4]], b[[4]]; memcpy(a, &x, 16); memcpy(b, &y, 16);
   return a[[2]] != b[[2]] || a[[3]] != 0x3fff0000 || b[[3]] != 0x40000000;], [word 3 bit 16], [unknown])
RUN([gl_cv_func_link_follows_symlink],
  [#include <sys/stat.h>
   #include <unistd.h>],
  [struct stat s; symlink("nowhere", "l1"); int r = link("l1", "l2") || lstat("l2", &s) || !S_ISLNK(s.st_mode);
   unlink("l1"); unlink("l2"); return r;], [no], [yes])
RUN([gl_cv_pipes_are_fifos],
  [#include <sys/stat.h>
   #include <unistd.h>],
  [int p[[2]]; struct stat s; return pipe(p) || fstat(p[[0]], &s) || !S_ISFIFO(s.st_mode) || s.st_nlink != 1;],
  [yes (1)], [no])
RUN([gl_cv_func_fchownat_nofollow_works],
  [#include <fcntl.h>
   #include <unistd.h>],
  [symlink("nowhere", "l1"); int r = fchownat(AT_FDCWD, "l1", getuid(), getgid(), AT_SYMLINK_NOFOLLOW);
   unlink("l1"); return r;], [yes], [no])
RUN([gl_cv_func_strerror_r_works],
  [#include <errno.h>
   #include <string.h>],
  [char b[[2]]; return strerror_r(EACCES, b, 2) != ERANGE;], [yes], [no])
RUN([gl_cv_func_strtold_works],
  [#include <stdlib.h>],
  [char *e; return strtold("0x1.8p1x", &e) != 3 || *e != 'x';], [yes], [no])
RUN([cf_cv_working_poll],
  [#include <poll.h>],
  [struct pollfd p; return poll(&p, 0, 10);], [yes], [no])
RUN([cf_cv_func_nanosleep],
  [#include <time.h>],
  [struct timespec t = { 0, 1000 }; return nanosleep(&t, &t);], [yes], [no])
RUN([cf_cv_func_mkstemp],
  [#include <stdlib.h>
   #include <unistd.h>],
  [char a[[]] = "tXXXXXX"; int fd = mkstemp(a); unlink(a); return fd < 0;], [yes], [no])
RUN([ac_cv_broken_sem_getvalue],
  [#include <semaphore.h>],
  [sem_t s; int v; return sem_init(&s, 0, 5) || sem_getvalue(&s, &v) || v != 5;], [no], [yes])
RUN([vim_cv_toupper_broken], [#include <ctype.h>],
  [return toupper('x') != 'X' || tolower('X') != 'x' || toupper('1') != '1';], [no], [yes])
RUN([vim_cv_stat_ignores_slash], [#include <sys/stat.h>],
  [struct stat s; return stat("configure/", &s) == 0;], [no], [yes])
AC_OUTPUT
A
mkdir aux
cp "$(automake --print-libdir)/install-sh" "$(automake --print-libdir)/config.guess" \
	"$(automake --print-libdir)/config.sub" aux/
autoconf >log 2>&1 || skip_all 'autoconf does not work here'

cat >cc <<CC
#!/bin/sh
# Compiles; a program becomes a script that runs it.
"$sdk/bin/wali-clang" "\$@" || exit
out=a.out
while [ \$# -gt 0 ]; do
	case \$1 in -o) out=\$2 ;; -c | -E | -S) exit 0 ;; esac
	shift
done
[ -f "\$out" ] && [ "\$(head -c4 "\$out" | tail -c3)" = asm ] || exit 0
mv "\$out" "\$out.wasm"
printf '#!/bin/sh\nexec timeout 60 "%s" "\$0.wasm" "\$@"\n' "$sdk/bin/wali-run" >"\$out"
chmod +x "\$out"
CC
chmod +x cc
ok 'configure runs the tests' timeout 500 env -u CONFIG_SITE ./configure -C CC="$tmp/cc"
matches 'without cross compiling' "$(sed -n '/whether we are cross compiling/,/result/s/.*result: //p' config.log)" no

# The answers, as a configure with --host would see them, against the cache.
# shellcheck disable=SC2034 # config.site reads it
host_alias=$triple
# shellcheck source=/dev/null
. "$sdk/share/wali/config.site"
found=0
sed -n 's/^\([a-z]*_cv_[A-Za-z0-9_]*\)=.*/\1/p' "$sdk/share/wali/config.site" >names
while read -r name; do
	line=$(sed -n "/^\\(test [^&]*&& \\)\\{0,1\\}$name=\\\${$name=/s/.*=\\\${$name=\\(.*\\)}\$/\\1/p" config.cache)
	[ "$line" ] || continue
	eval "mine=\$$name" "theirs=$line"
	is "$name" "$mine" "$theirs"
	found=$((found + 1))
done <names
ok 'most of them were compared' [ "$found" -ge 40 ]
done_testing
