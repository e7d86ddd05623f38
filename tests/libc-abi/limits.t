#!/usr/bin/env python3
"""What docs/porting.md says cannot be done ends as it says, and the ways around it work."""

from __future__ import annotations

import sys

from abi import Tap, can_run, compile_source, run, skip_all

JUMP = r"""
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>
static sigjmp_buf place;
static volatile unsigned n;
static void on_alarm(int sig) { siglongjmp(place, sig); }
__attribute__((no_sanitize("coverage"))) void __sanitizer_cov_trace_pc(void) {}
int main(void)
{
	signal(SIGALRM, on_alarm);
	if (sigsetjmp(place, 1)) { puts("jumped"); return 0; }
	alarm(1);
	for (;;) n++;
}
"""
CONSTRUCTOR = "__attribute__((constructor)) static void begin(int c, char **v) { (void)c, (void)v; } int main(void) {}"
LITERALS = r"""
#include <sys/syscall.h>
#include <unistd.h>
int main(void)
{
	return (int)syscall(SYS_execve, "/bin/sh", ((char *[]){"sh", "-c", "echo $x", NULL}), ((char *[]){"x=1", NULL}));
}
"""


def main() -> int:
    if not can_run():
        return skip_all("there is no wali-run")
    tap = Tap()

    module, said = compile_source(CONSTRUCTOR)
    tap.check(module is None and "constructor functions cannot take arguments" in said,
              "a constructor that takes arguments", said)
    for what, options, expected in (
        ("siglongjmp into a loop without calls", [], (-6, "uncaught exception in function")),
        ("siglongjmp into a loop with calls in its blocks", ["-fsanitize-coverage=bb,no-prune,trace-pc"], (0, "jumped\n")),
    ):
        module, said = compile_source(JUMP, *options)
        status, output = run(module) if module else (None, said)
        tap.check(status == expected[0] and expected[1] in output, what, f"{status} {output}")
    module, said = compile_source(LITERALS)
    tap.check(module is not None and run(module) == (0, "1\n"), "syscall() with compound literals", said)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
