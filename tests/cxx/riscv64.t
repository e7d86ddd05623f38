#!/bin/sh
# Exceptions in programs as compiled code for riscv64, under qemu-user. WALI_SUITE=all optimises as users do, and takes all programs.
case ${WALI_SUITE-} in
all) set -- -O2 exceptions library runtime threads ;;
*)
	set -- -O0 exceptions
	;;
esac
optimise=$1
shift
exec "$(dirname "$0")/compare.py" --isa riscv64 --optimise="$optimise" "$@"
