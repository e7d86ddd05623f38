#ifndef __ASM_WASM_SWAB_H
#define __ASM_WASM_SWAB_H

/* <linux/swab.h> uses the compiler's. */

#endif
