/* Written by __wasm_setjmp and __wasm_longjmp only; see src/setjmp/wasm32/setjmp.c. */
typedef unsigned long __jmp_buf[4];
