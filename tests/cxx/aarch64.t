#!/bin/sh
# Exceptions in programs as compiled code for the ISA that this file, or a link to it, is named after, under qemu-user.
# WALI_SUITE=all optimises as users do, and takes all programs.
case ${WALI_SUITE-} in
all) set -- -O2 exceptions library runtime threads ;;
*)
	set -- -O0 exceptions
	;;
esac
optimise=$1
shift
exec "$(dirname "$0")/compare.py" --isa "$(basename "$0" .t)" --optimise="$optimise" "$@"
