/*
 * The table of host functions. For each there is a C function with the wasm types as C types, which compiled
 * code calls, and one that takes its arguments from slots. Both bracket the handler with host_enter and
 * host_leave; with --trace another pair also prints the call.
 */
#include "pass.h"
#include "trace.h"

#include <string.h>

#define GET_I32_S(slot) (slot).i32
#define GET_I32_U(slot) (slot).u32
#define GET_I32_P(slot) (slot).u32
#define GET_I32_R(slot) (slot).u32
#define GET_I64_S(slot) (slot).i64
#define GET_I64_U(slot) (slot).i64

#define NAME(type, cname, kind) cname
#define TAKE(type, cname, kind) SYS_PARAM(type, cname, kind) = TAKE_(type, WALI_CLASS(kind));
#define TAKE_(type, class)	TAKE__(type, class)
#define TAKE__(type, class)	GET_##type##_##class(*slot++)

/*
 * system calls
 */
#define SYS(name, x, a, r, st, how, n, ...)                                                        \
	static int64_t direct_##name(struct exec *exec WALI_COMMA(n, SYS_PARAM, ##__VA_ARGS__))    \
	{                                                                                          \
		struct thread *t = host_enter(exec);                                               \
		int64_t ret = sys_##name(t WALI_COMMA(n, NAME, ##__VA_ARGS__));                    \
                                                                                                   \
		host_leave(t);                                                                     \
		return ret;                                                                        \
	}                                                                                          \
	static void call_##name(struct exec *exec, union slot *slots)                              \
	{                                                                                          \
		__attribute__((unused)) union slot *slot = slots;                                  \
		WALI_EACH(n, TAKE, ##__VA_ARGS__)                                                  \
		slots->i64 = direct_##name(exec WALI_COMMA(n, NAME, ##__VA_ARGS__));               \
	}
#include "wali.def"
#undef SYS

/* What trace.h wants to know of a parameter: number, value, kind, the kind's own arguments. */
#define BEFORE(type, cname, kind) trace_in(&trace, cname, TRACE_##kind);
#define AFTER(type, cname, kind)  trace_out(&trace, cname, TRACE_##kind);

#define SYS(name, x, a, r, st, how, n, ...)                                                        \
	static int64_t traced_direct_##name(                                                       \
		struct exec *exec WALI_COMMA(n, SYS_PARAM, ##__VA_ARGS__))                         \
	{                                                                                          \
		struct thread *t = host_enter(exec);                                               \
		struct trace trace;                                                                \
		int64_t ret = 0;                                                                   \
                                                                                                   \
		trace_begin(&trace, t, #name);                                                     \
		WALI_EACH(n, BEFORE, ##__VA_ARGS__)                                                \
		trace_enter(&trace);                                                               \
		ret = sys_##name(t WALI_COMMA(n, NAME, ##__VA_ARGS__));                            \
		trace_return(&trace, ret);                                                         \
		WALI_EACH(n, AFTER, ##__VA_ARGS__)                                                 \
		trace_end(&trace);                                                                 \
		host_leave(t);                                                                     \
		return ret;                                                                        \
	}                                                                                          \
	static void traced_call_##name(struct exec *exec, union slot *slots)                       \
	{                                                                                          \
		__attribute__((unused)) union slot *slot = slots;                                  \
		WALI_EACH(n, TAKE, ##__VA_ARGS__)                                                  \
		slots->i64 = traced_direct_##name(exec WALI_COMMA(n, NAME, ##__VA_ARGS__));        \
	}
#include "wali.def"
#undef SYS

/*
 * support functions
 */
#define RETURN_I32(call)  int32_t ret = call
#define RETURN_VOID(call) call
#define RESULT_I32	  return ret
#define RESULT_VOID
#define STORE_I32(call)	 slots->i32 = call
#define STORE_VOID(call) call

#define AUX(import, name, result, n, ...)                                                          \
	static AUX_RESULT_##result direct_aux_##name(                                              \
		struct exec *exec WALI_COMMA(n, SYS_PARAM, ##__VA_ARGS__))                         \
	{                                                                                          \
		struct thread *t = host_enter(exec);                                               \
		RETURN_##result(aux_##name(t WALI_COMMA(n, NAME, ##__VA_ARGS__)));                 \
                                                                                                   \
		host_leave(t);                                                                     \
		RESULT_##result;                                                                   \
	}                                                                                          \
	static void call_aux_##name(struct exec *exec, union slot *slots)                          \
	{                                                                                          \
		__attribute__((unused)) union slot *slot = slots;                                  \
		WALI_EACH(n, TAKE, ##__VA_ARGS__)                                                  \
		STORE_##result(direct_aux_##name(exec WALI_COMMA(n, NAME, ##__VA_ARGS__)));        \
	}
#include "aux.def"
#undef AUX

#define SIG_RESULT_I32	":i"
#define SIG_RESULT_VOID ":"

#define SYS(name, x, a, r, st, how, n, ...)                                                        \
	{"wali", "SYS_" #name, WALI_EACH(n, WALI_SIG, ##__VA_ARGS__) ":I", call_##name,            \
	 direct_##name},
#define AUX(import, name, result, n, ...)                                                          \
	{"wali", #import, WALI_EACH(n, WALI_SIG, ##__VA_ARGS__) SIG_RESULT_##result,               \
	 call_aux_##name, direct_aux_##name},
static const struct hostfunc plain[] = {
#include "wali.def"
#include "aux.def"
};
#undef SYS

#define SYS(name, x, a, r, st, how, n, ...)                                                        \
	{"wali", "SYS_" #name, WALI_EACH(n, WALI_SIG, ##__VA_ARGS__) ":I", traced_call_##name,     \
	 traced_direct_##name},
static const struct hostfunc traced[] = {
#include "wali.def"
#include "aux.def"
};

#define COUNT (sizeof(plain) / sizeof(plain[0]))

/* Programs import up to a few hundred of them, so that looking at all for each would show in the time it takes to
 * start. Names are hashed, FNV-1a, into a table that is filled at first. */
#define BUCKETS 1024
_Static_assert(COUNT < BUCKETS / 2, "room to miss");

static uint32_t hash(const char *name, size_t len)
{
	uint32_t h = 2166136261;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (uint8_t)name[i]) * 16777619;
	return h % BUCKETS;
}

const struct hostfunc *hostfunc_find(const char *name, size_t len)
{
	static uint16_t buckets[BUCKETS]; /* index + 1; 0: none */
	const struct hostfunc *table = process.trace ? traced : plain;
	uint32_t at;

	if (!buckets[hash(plain[0].name, strlen(plain[0].name))]) {
		for (size_t i = 0; i < COUNT; i++) {
			at = hash(plain[i].name, strlen(plain[i].name));
			while (buckets[at])
				at = (at + 1) % BUCKETS;
			buckets[at] = (uint16_t)(i + 1);
		}
	}
	for (at = hash(name, len); buckets[at]; at = (at + 1) % BUCKETS) {
		const struct hostfunc *host = &table[buckets[at] - 1];

		if (strlen(host->name) == len && !memcmp(host->name, name, len))
			return host;
	}
	return NULL;
}

/*
 * setjmp as an import is how modules were built before exceptions. Nothing jumps in most runs of such
 * programs, so that setting is allowed; jumping is not.
 */
int32_t aux_setjmp(struct thread *t, uint32_t env)
{
	(void)t;
	(void)env;
	return 0;
}

int32_t aux_sigsetjmp(struct thread *t, uint32_t sigjmp_buf, int32_t savesigs)
{
	(void)savesigs;
	return aux_setjmp(t, sigjmp_buf);
}

void aux_longjmp(struct thread *t, uint32_t env, int32_t val)
{
	(void)env;
	(void)val;
	process_refuse(t, "longjmp as an import: build the program again with wali-clang");
}
