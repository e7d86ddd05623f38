#!/bin/sh
# A project with autoconf, automake and libtool as current packages have it.
# shellcheck disable=SC1091,SC2154,SC2016 # tap.sh defines them; sh -c expands them
. "$(dirname -- "$0")/tap.sh"
for tool in autoreconf automake libtoolize; do
	command -v $tool >/dev/null || skip_all "no $tool"
done
have_libc || skip_all 'the sysroot has no libc yet'

mkdir project
cat >project/configure.ac <<'A'
AC_INIT([sample], [1.0])
AC_CONFIG_AUX_DIR([build-aux])
AC_CANONICAL_HOST
AM_INIT_AUTOMAKE([foreign subdir-objects])
AM_PROG_AR
AC_USE_SYSTEM_EXTENSIONS
AC_SYS_LARGEFILE
AC_PROG_CC
AC_PROG_INSTALL
LT_INIT
AC_CHECK_HEADERS([sys/epoll.h windows.h])
AC_CHECK_FUNCS([epoll_create1 no_such_function])
AC_CHECK_SIZEOF([long])
AC_CHECK_SIZEOF([void *])
AC_C_BIGENDIAN
AC_FUNC_MALLOC
AC_FUNC_REALLOC
AC_FUNC_FORK
AC_FUNC_MMAP
AC_FUNC_MKTIME
AC_FUNC_STRERROR_R
AC_SEARCH_LIBS([pthread_create], [pthread])
AC_SEARCH_LIBS([cos], [m])
AC_SEARCH_LIBS([dlopen], [dl])
AC_CHECK_LIB([ssl], [SSL_new])
AC_CHECK_TOOL([PKG_CONFIG], [pkg-config])
AC_CONFIG_HEADERS([config.h])
AC_CONFIG_FILES([Makefile])
AC_OUTPUT
A
cat >project/Makefile.am <<'A'
AM_CFLAGS = -Wall -Werror
lib_LTLIBRARIES = libpart.la
libpart_la_SOURCES = part.c
libpart_la_LDFLAGS = -version-info 3:2:1 -no-undefined
bin_PROGRAMS = sample
sample_SOURCES = main.c
sample_LDADD = libpart.la
sample_LDFLAGS = -export-dynamic -Wl,-z,relro -Wl,-z,now -Wl,--as-needed
A
printf 'int part(void);\nint part(void) { return 7; }\n' >project/part.c
cat >project/main.c <<'C'
#include "config.h"
#include <stdio.h>
int part(void);
int main(void) { printf("%d %d\n", part(), SIZEOF_LONG); return 0; }
C
(cd project && autoreconf -fi) >autoreconf.log 2>&1 || skip_all 'autoreconf does not work here'

PATH=$sdk/bin:$PATH
CONFIG_SITE=$sdk/share/wali/config.site
export PATH CONFIG_SITE
mkdir build
cd build || exit 1
ok 'configures' timeout 500 ../project/configure --host="$triple" --prefix=/usr
out=$(cat config.log config.h)
matches 'the host is understood' "$out" "^host='?$triple'?$"
matches 'whether it cross compiles is asked' "$out" 'checking whether we are cross compiling$'
is 'and the answer is yes' "$(sed -n '/whether we are cross compiling/,/result/s/.*result: //p' config.log)" yes
matches 'the compiler is found' "$out" "^CC='$triple-(gcc|clang)'$"
matches 'ar is found' "$out" "^AR='$triple-ar'$"
matches 'pkg-config is found' "$out" "^PKG_CONFIG='$triple-pkg-config'$"
matches 'a header' "$out" '#define HAVE_SYS_EPOLL_H 1'
matches 'a header that is not there' "$out" '#undef HAVE_WINDOWS_H'
matches 'a function' "$out" '#define HAVE_EPOLL_CREATE1 1'
matches 'a function that is not there' "$out" '#undef HAVE_NO_SUCH_FUNCTION'
matches 'long' "$out" '#define SIZEOF_LONG 8'
matches 'pointers' "$out" '#define SIZEOF_VOID_P 4'
matches 'malloc' "$out" '#define HAVE_MALLOC 1'
lacks 'malloc is not replaced' "$out" '#define malloc rpl_malloc'
matches 'fork' "$out" '#define HAVE_WORKING_FORK 1'
matches 'mmap' "$out" '#define HAVE_MMAP 1'
lacks 'no library of the machine' "$out" '#define HAVE_LIBSSL 1'
matches 'no shared libraries' "$(./libtool --config)" '^build_libtool_libs=no$'
ok 'builds' timeout 300 make -j2
ok 'the library is static' test -f .libs/libpart.a
ok 'installs' make install-strip DESTDIR="$tmp/inst"
ok 'what is installed is a program' test -x ../inst/usr/bin/sample
if have_run; then
	is 'runs' "$(timeout 60 wali-run ../inst/usr/bin/sample)" '7 8'
else
	skip 'runs' 'wali-run is not built yet'
fi
# What is built for the machine that builds is not told about the target.
mkdir ../native
cd ../native || exit 1
ok 'config.site is silent for a native configure' sh -c \
	'host_alias= && . "$1" && test -z "${ac_cv_func_malloc_0_nonnull-}"' - "$CONFIG_SITE"
for sub in /usr/share/misc/config.sub ../project/build-aux/config.sub; do
	if [ -f $sub ]; then
		is "config.sub: $sub" "$(sh "$sub" "$triple")" "$triple"
	fi
done
done_testing
