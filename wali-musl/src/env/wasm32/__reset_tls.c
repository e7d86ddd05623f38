#include "pthread_impl.h"

void __wasm_init_tls(void *);

void __reset_tls()
{
	__wasm_init_tls(TP_ADJ(__pthread_self()));
}
