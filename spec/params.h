/*
 * Walking the parameters of wali.def with the preprocessor.
 *
 *	WALI_EACH(n, F, (type, cname, kind)...)		F(type, cname, kind) F(...) ...
 *	WALI_COMMA(n, F, (type, cname, kind)...)	, F(...), F(...)	a leading comma each
 *	WALI_LIST(n, F, (type, cname, kind)...)		F(...), F(...)		commas between
 *
 * n is the nparams column. For example
 *
 *	#define PARAM(type, cname, kind) WALI_C_##type cname
 *	#define SYS(name, x, a, r, st, how, n, ...) int64_t sys_##name(WALI_LIST(n, PARAM, ##__VA_ARGS__));
 *	#include "wali.def"
 */
#ifndef SPEC_PARAMS_H
#define SPEC_PARAMS_H

#define WALI_EACH(n, F, ...) WALI_EACH_##n(F, ##__VA_ARGS__)
#define WALI_EACH_0(F)
#define WALI_EACH_1(F, a)		 F a
#define WALI_EACH_2(F, a, b)		 F a F b
#define WALI_EACH_3(F, a, b, c)		 F a F b F c
#define WALI_EACH_4(F, a, b, c, d)	 F a F b F c F d
#define WALI_EACH_5(F, a, b, c, d, e)	 F a F b F c F d F e
#define WALI_EACH_6(F, a, b, c, d, e, f) F a F b F c F d F e F f

#define WALI_COMMA(n, F, ...) WALI_COMMA_##n(F, ##__VA_ARGS__)
#define WALI_COMMA_0(F)
#define WALI_COMMA_1(F, a)		  , F a
#define WALI_COMMA_2(F, a, b)		  , F a, F b
#define WALI_COMMA_3(F, a, b, c)	  , F a, F b, F c
#define WALI_COMMA_4(F, a, b, c, d)	  , F a, F b, F c, F d
#define WALI_COMMA_5(F, a, b, c, d, e)	  , F a, F b, F c, F d, F e
#define WALI_COMMA_6(F, a, b, c, d, e, f) , F a, F b, F c, F d, F e, F f

#define WALI_LIST(n, F, ...) WALI_LIST_##n(F, ##__VA_ARGS__)
#define WALI_LIST_0(F)
#define WALI_LIST_1(F, a)		 F a
#define WALI_LIST_2(F, a, b)		 F a, F b
#define WALI_LIST_3(F, a, b, c)		 F a, F b, F c
#define WALI_LIST_4(F, a, b, c, d)	 F a, F b, F c, F d
#define WALI_LIST_5(F, a, b, c, d, e)	 F a, F b, F c, F d, F e
#define WALI_LIST_6(F, a, b, c, d, e, f) F a, F b, F c, F d, F e, F f

/* The wasm type as a letter of a signature: "iiI". */
#define WALI_SIG_I32		    "i"
#define WALI_SIG_I64		    "I"
#define WALI_SIG(type, cname, kind) WALI_SIG_##type

/*
 * The class of a kind: what a pass-through call does with the value.
 *	S	number, sign-extended
 *	U	number, zero-extended
 *	P	pointer, translated, 0 stays NULL
 *	R	pointer, translated, 0 too
 * WALI_CLASS(kind) expands to the letter; paste it through one more macro.
 */
#define WALI_CLASS(kind)	     WALI_CLASS_##kind
#define WALI_CLASS_INT		     S
#define WALI_CLASS_UINT		     U
#define WALI_CLASS_HEX		     U
#define WALI_CLASS_LONG		     S
#define WALI_CLASS_ULONG	     S
#define WALI_CLASS_OFF		     S
#define WALI_CLASS_SIZE		     U
#define WALI_CLASS_FD		     S
#define WALI_CLASS_DIRFD	     S
#define WALI_CLASS_PID		     S
#define WALI_CLASS_UID		     U
#define WALI_CLASS_GID		     U
#define WALI_CLASS_MODE		     U
#define WALI_CLASS_SIGNO	     S
#define WALI_CLASS_DEV		     S
#define WALI_CLASS_FLAGS(set)	     S
#define WALI_CLASS_ENUM(set)	     S
#define WALI_CLASS_ARG		     U
#define WALI_CLASS_ADDR		     U
#define WALI_CLASS_PATH		     P
#define WALI_CLASS_STR		     P
#define WALI_CLASS_STRV		     P
#define WALI_CLASS_IN(n)	     P
#define WALI_CLASS_OUT(n)	     P
#define WALI_CLASS_IN_OBJ(t)	     P
#define WALI_CLASS_OUT_OBJ(t)	     P
#define WALI_CLASS_INOUT_OBJ(t)	     P
#define WALI_CLASS_IN_ARRAY(t, n)    P
#define WALI_CLASS_OUT_ARRAY(t, n)   P
#define WALI_CLASS_INOUT_ARRAY(t, n) P
#define WALI_CLASS_IOVEC_IN(n)	     P
#define WALI_CLASS_IOVEC_OUT(n)	     P
#define WALI_CLASS_SOCKADDR_IN(n)    P
#define WALI_CLASS_SOCKADDR_OUT(p)   P
#define WALI_CLASS_RANGE(n)	     R

/* The C type of a handler's parameter: I64 is int64_t, I32 signed for class S and unsigned else. */
#define WALI_CTYPE(type, cname, kind) WALI_CTYPE_(type, WALI_CLASS_##kind)
#define WALI_CTYPE_(type, class)      WALI_CTYPE__(type, class)
#define WALI_CTYPE__(type, class)     WALI_CTYPE_##type##_##class
#define WALI_CTYPE_I32_S	      int32_t
#define WALI_CTYPE_I32_U	      uint32_t
#define WALI_CTYPE_I32_P	      uint32_t
#define WALI_CTYPE_I32_R	      uint32_t
#define WALI_CTYPE_I64_S	      int64_t
#define WALI_CTYPE_I64_U	      int64_t
#define WALI_CTYPE_I64_P	      int64_t
#define WALI_CTYPE_I64_R	      int64_t

#endif
