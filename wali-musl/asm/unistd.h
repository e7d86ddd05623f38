#ifndef __ASM_WASM_UNISTD_H
#define __ASM_WASM_UNISTD_H

#include <bits/syscall.h>

#endif
