#!/bin/sh
# Some of the programs interpreted and as compiled code for another ISA, under qemu-user: the ISA is what the file is called. With
# WALI_SUITE=all, every program; a few may differ there, and say why.
here=$(dirname -- "$0")
set -- string/strings files/directories memory/file_maps process/forks process/jumps signal/handlers signal/jumps_out \
	thread/mutexes thread/tearing thread/conditions thread/cancellation socket/streams poll/epoll engine/jumps
[ "${WALI_SUITE-}" != all ] || set -- string stdio files memory process signal thread socket poll time locale engine
exec "$here/runner.py" --isa "$(basename "$0" .t)" "$@"
