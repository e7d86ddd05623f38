#include "compile-function.h"

void compile_simd(struct translation *t, const struct opinfo *info)
{
	(void)info;
	unit_fail(t->u, "SIMD is not supported yet");
}
