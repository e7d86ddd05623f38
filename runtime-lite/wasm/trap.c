/* What traps are called. The wording is that of the specification's test suite. */
#include "exec.h"

const char *trap_message(enum trap trap)
{
	switch (trap) {
	case TRAP_NONE: break;
	case TRAP_UNREACHABLE: return "unreachable";
	case TRAP_MEMORY: return "out of bounds memory access";
	case TRAP_UNALIGNED: return "unaligned atomic";
	case TRAP_TABLE: return "out of bounds table access";
	case TRAP_UNDEFINED_ELEMENT: return "undefined element";
	case TRAP_UNINITIALIZED_ELEMENT: return "uninitialized element";
	case TRAP_INDIRECT_TYPE: return "indirect call type mismatch";
	case TRAP_DIVIDE: return "integer divide by zero";
	case TRAP_OVERFLOW: return "integer overflow";
	case TRAP_CONVERSION: return "invalid conversion to integer";
	case TRAP_STACK: return "call stack exhausted";
	case TRAP_NULL_REFERENCE: return "null reference";
	case TRAP_NULL_EXCEPTION: return "null exception reference";
	case TRAP_SHARED_WAIT: return "expected shared memory";
	case TRAP_EXCEPTION: return "uncaught exception";
	case TRAP_HOST: return "host function failed";
	}
	return "no trap";
}
