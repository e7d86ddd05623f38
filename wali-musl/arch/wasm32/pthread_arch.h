/* struct pthread lies right below the thread's TLS block, so that the thread pointer is the
 * linker's global __tls_base and finding it costs no load. */
#define TLS_ABOVE_TP
#define GAP_ABOVE_TP 0

static inline uintptr_t __get_tp()
{
	return (uintptr_t)__builtin_wasm_tls_base();
}
