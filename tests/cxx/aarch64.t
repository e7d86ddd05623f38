#!/bin/sh
# Exceptions in programs as compiled code for aarch64, under qemu-user. WALI_SUITE=all optimises as users do, and takes all programs.
case ${WALI_SUITE-} in
all) set -- -O2 exceptions library runtime threads ;;
*)
	set -- -O0 exceptions
	;;
esac
optimise=$1
shift
exec "$(dirname "$0")/compare.py" --isa aarch64 --optimise="$optimise" "$@"
