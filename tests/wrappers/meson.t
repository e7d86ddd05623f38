#!/bin/sh
# A Meson project: checks, a static and a shared library, threads, meson test.
# shellcheck disable=SC1091,SC2154,SC2016 # tap.sh defines them; sh -c expands them
. "$(dirname -- "$0")/tap.sh"
for tool in meson ninja; do
	command -v $tool >/dev/null || skip_all "no $tool"
done
have_libc || skip_all 'the sysroot has no libc yet'

mkdir project
cat >project/meson.build <<'M'
project('sample', 'c', default_options: ['warning_level=2', 'werror=true', 'c_std=gnu11'])
cc = meson.get_compiler('c')
foreach name, value : {
  'cross': meson.is_cross_build(),
  'system': host_machine.system(),
  'cpu': host_machine.cpu_family(),
  'id': cc.get_id(),
  'long': cc.sizeof('long'),
  'pointer': cc.sizeof('void *'),
  'epoll': cc.has_function('epoll_create1', prefix: '#include <sys/epoll.h>'),
  'none': cc.has_function('no_such_function'),
  'windows': cc.has_header('windows.h'),
  'Wshadow': cc.has_argument('-Wshadow'),
  'avx2': cc.has_argument('-mavx2'),
  'nonsense': cc.has_argument('-fno-such-thing-at-all'),
  'relro': cc.has_link_argument('-Wl,-z,relro'),
  'nolink': cc.has_link_argument('-Wl,--no-such-option'),
  'libm': cc.find_library('m').found(),
  'ssl': dependency('openssl', required: false).found(),
}
  message('fact @0@=@1@;'.format(name, value))
endforeach
if get_option('run')
  r = cc.run('int main(void) { return 3; }')
  message('fact run=@0@;'.format(r.returncode()))
endif
part = library('part', 'part.c', version: '1.2.3')
exe = executable('sample', 'main.c', link_with: part,
  dependencies: [dependency('threads'), cc.find_library('m')], install: true)
test('runs', exe, args: ['42'])
test('fails', exe, args: ['41'], should_fail: true)
M
echo "option('run', type: 'boolean', value: false)" >project/meson_options.txt
cat >project/main.c <<'C'
#include <pthread.h>
#include <stdlib.h>
int answer(void);
static void *work(void *arg) { *(int *)arg = answer(); return arg; }
int main(int argc, char **argv)
{
	int value = 0;
	pthread_t t;
	if (argc < 2 || pthread_create(&t, 0, work, &value) || pthread_join(t, 0))
		return 2;
	return atoi(argv[1]) != value;
}
C
printf 'int answer(void);\nint answer(void) { return 42; }\n' >project/part.c

PATH=$sdk/bin:$PATH
export PATH
run=false
have_run && run=true
ok 'configures' timeout 300 meson setup --cross-file "$sdk/share/wali/wali.meson" -Drun=$run build project
facts=$(sed -n 's/.*fact //p' build/meson-logs/meson-log.txt)
for fact in cross=true system=linux cpu=wasm32 id=clang long=8 pointer=4 epoll=true none=false \
	windows=false Wshadow=true avx2=false nonsense=false relro=true nolink=false libm=true ssl=false; do
	matches "$fact" "$facts" "^$fact;"
done
ok 'builds' timeout 300 ninja -j2 -C build
ok 'a library is a static one' test -f build/libpart.a
if have_run; then
	matches 'what configuration ran' "$facts" '^run=3;'
	ok 'meson test runs through wali-run' timeout 100 meson test -C build
else
	skip 'meson test' 'wali-run is not built yet'
fi
done_testing
