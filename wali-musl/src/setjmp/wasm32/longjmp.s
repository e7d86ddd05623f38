# void longjmp(jmp_buf, int), for callers by address: direct calls are the compiler's, which in a
# C file would take this definition for one of its own.

	.text
	.functype	__wasm_longjmp (i32, i32) -> ()

	.globl		longjmp
	.type		longjmp,@function
longjmp:
	.functype	longjmp (i32, i32) -> ()
	local.get	0
	local.get	1
	call		__wasm_longjmp
	unreachable
	end_function

	.weak		_longjmp
	.type		_longjmp,@function
	.set		_longjmp, longjmp
