/*
 * The value of a constant expression at run time.
 */
#ifndef WASM_CONSTEXPR_H
#define WASM_CONSTEXPR_H

#include "instance.h"

/* `globals`: the values of the globals that the module defines; those that `e` names are set. */
union global constexpr_eval(const struct instance *inst, const union global *globals,
			    const struct constexpr *e);

#endif
