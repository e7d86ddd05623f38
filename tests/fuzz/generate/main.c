/*
 * Random valid modules whose results do not depend on the engine.
 *
 *	generate [--simd] [--relaxed] [--wild] [--catch|--try-table] [--nodes] [--cut=N,...] FIRST COUNT DIRECTORY
 *
 * writes DIRECTORY/SEED.wasm for each seed from FIRST. --nodes writes to the standard output of each value and
 * statement which is the next one that is no part of it; --cut leaves out those.
 *
 * A module imports nothing. Its exports "run0", "run1", … of type [] -> [i64] call one function each and fold its results;
 * "globals" folds the globals; "memory" is there to be compared. Programs end: functions and loops burn fuel, and return
 * or end without any, if they do not count. NaNs are made canonical after each operation that may choose one. --relaxed,
 * with --simd, has relaxed vector instructions as well, whose results are the same in our engines only
 * (wasm/relaxed-simd.h). --wild has loads outside of memory as well.
 *
 * Exceptions are in the legacy encoding. --catch leaves out its delegate, and then --try-table writes the same
 * programs, seed by seed, in the standard encoding: an engine that has both must not tell them apart.
 */
#include "generate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* hash = rotl(hash, 7) ^ the value on the stack; local 0 is the hash. */
static void fold(char type)
{
	switch (type) {
	case 'f': emit(OP_I32_REINTERPRET_F32); /* fall through */
	case 'i': emit(OP_I64_EXTEND_I32_U); break;
	case 'd': emit(OP_I64_REINTERPRET_F64); break;
	case 'V':
		emit_index(OP_LOCAL_TEE, 1);
		emit(OP_I64X2_EXTRACT_LANE), put(&code, 0);
		emit_index(OP_LOCAL_GET, 1);
		emit(OP_I64X2_EXTRACT_LANE), put(&code, 1);
		emit(OP_I64_XOR);
		break;
	}
	emit_index(OP_LOCAL_GET, 0);
	emit(OP_I64_CONST), put_sleb(&code, 7);
	emit(OP_I64_ROTL);
	emit(OP_I64_XOR);
	emit_index(OP_LOCAL_SET, 0);
}

static void begin_export(void)
{
	code.n = 0;
	locals[0] = 'I';
	locals[1] = 'V';
	nlocals = simd ? 2 : 1;
	put_locals(0);
}

static void end_export(void)
{
	emit_index(OP_LOCAL_GET, 0);
	emit(OP_END);
}

static void export_run(unsigned index)
{
	const struct type *t = &types[functype[index]];

	begin_export();
	emit_i32(CALLS);
	emit_index(OP_GLOBAL_SET, FUEL);
	for (unsigned i = 0; i < t->nparams; i++)
		constant(t->params[i]);
	emit_index(OP_CALL, index);
	for (unsigned i = t->nresults; i--;)
		fold(t->results[i]);
	end_export();
}

static void export_globals(void)
{
	begin_export();
	for (unsigned i = 1; globals[i]; i++) {
		emit_index(OP_GLOBAL_GET, i);
		fold(globals[i]);
	}
	end_export();
}

static void random_types(void)
{
	for (unsigned i = 0; i < NTYPES; i++) {
		struct type *t = &types[i];

		*t = (struct type){.nparams = rnd(MAXARGS + 1),
				   .nresults = i < NTAGS ? 0 : rnd(MAXARGS)};
		for (unsigned p = 0; p < t->nparams; p++)
			t->params[p] = random_letter();
		for (unsigned r = 0; r < t->nresults; r++)
			t->results[r] = random_letter();
	}
	for (unsigned i = 0; i < NFUNCS; i++)
		functype[i] = rnd(NTYPES);
}

static void put_types(struct buf *s)
{
	put_leb(s, NTYPES + 1 + NTAGS);
	for (unsigned i = 0; i <= NTYPES + NTAGS; i++) {
		/* After those of functions that of the exports, and what the tags leave when they are caught. */
		const struct type *t = i < NTYPES ? &types[i]
						  : &(struct type){.nresults = 1, .results = "I"};
		struct type caught;

		if (i > NTYPES) {
			const struct type *tag = &types[i - NTYPES - 1];

			caught = (struct type){.nresults = tag->nparams};
			memcpy(caught.results, tag->params, sizeof(caught.results));
			t = &caught;
		}
		put(s, 0x60);
		put_leb(s, t->nparams);
		for (unsigned p = 0; p < t->nparams; p++)
			put(s, valtype(t->params[p]));
		put_leb(s, t->nresults);
		for (unsigned r = 0; r < t->nresults; r++)
			put(s, valtype(t->results[r]));
	}
}

static void put_globals(struct buf *s)
{
	put_leb(s, sizeof(globals) - 1);
	for (unsigned i = 0; globals[i]; i++) {
		put(s, valtype(globals[i]));
		put(s, 1);
		code.n = 0;
		constant(globals[i]);
		put_bytes(s, code.p, code.n);
		put(s, 0x0b);
	}
}

static void put_exports(struct buf *s)
{
	put_leb(s, NFUNCS + 2);
	for (unsigned i = 0; i <= NFUNCS; i++) {
		char name[16];
		int n = i < NFUNCS ? sprintf(name, "run%u", i) : sprintf(name, "globals");

		put_leb(s, n);
		put_bytes(s, name, n);
		put(s, EXTERN_FUNC);
		put_leb(s, NFUNCS + i);
	}
	put_bytes(s, "\6memory\2\0", 9);
}

static void put_code(struct buf *s)
{
	put_leb(s, 2 * NFUNCS + 1);
	for (unsigned i = 0; i < NFUNCS; i++) {
		code.n = 0;
		function(i);
		put_sized(s, &code);
	}
	for (unsigned i = 0; i < NFUNCS; i++) {
		export_run(i);
		put_sized(s, &code);
	}
	export_globals();
	put_sized(s, &code);
}

static void module(struct buf *out)
{
	struct buf s = {0};

	out->n = 0;
	node = 0;
	/* Mostly small: a compiler's time is better spent on many of them. */
	limit = chance(25) ? SIZE : 15 + rnd(60);
	random_types();
	put_bytes(out, "\0asm\1\0\0\0", 8);
	put_types(&s), put_section(out, 1, &s);
	put_leb(&s, 2 * NFUNCS + 1);
	for (unsigned i = 0; i < NFUNCS; i++)
		put_leb(&s, functype[i]);
	for (unsigned i = 0; i <= NFUNCS; i++)
		put_leb(&s, NTYPES);
	put_section(out, 3, &s);
	put_bytes(&s, (const uint8_t[]){1, TYPE_FUNCREF, 1, NTABLE, NTABLE + 8}, 5),
		put_section(out, 4, &s);
	put_bytes(&s, (const uint8_t[]){1, 1, 1, 3}, 4), put_section(out, 5, &s);
	put_leb(&s, NTAGS);
	for (unsigned i = 0; i < NTAGS; i++)
		put(&s, 0), put_leb(&s, i);
	put_section(out, 13, &s);
	put_globals(&s), put_section(out, 6, &s);
	put_exports(&s), put_section(out, 7, &s);
	/* A passive segment of all functions, and an active one of them all over and over. */
	put_bytes(&s, (const uint8_t[]){2, 1, 0, NFUNCS}, 4);
	for (unsigned i = 0; i < NFUNCS; i++)
		put_leb(&s, i);
	put_bytes(&s, (const uint8_t[]){0, 0x41, 0, 0x0b, NTABLE}, 5);
	for (unsigned i = 0; i < NTABLE; i++)
		put_leb(&s, i % NFUNCS);
	put_section(out, 9, &s);
	put_leb(&s, 2), put_section(out, 12, &s);
	put_code(&s), put_section(out, 10, &s);
	put_bytes(&s, (const uint8_t[]){2, 1, 40}, 3);
	for (int i = 0; i < 40; i++)
		put(&s, rnd(256));
	put_bytes(&s, (const uint8_t[]){0, 0x41, 16, 0x0b, 60}, 5);
	for (int i = 0; i < 60; i++)
		put(&s, rnd(256));
	put_section(out, 11, &s);
	free(s.p);
}

static void parse_cut(char *list)
{
	for (char *number = strtok(list, ","); number; number = strtok(NULL, ",")) {
		unsigned long n = strtoul(number, NULL, 10);

		if (n < NODES)
			cut[n] = true;
	}
}

int main(int argc, char **argv)
{
	struct buf out = {0};
	bool nodes = false;

	for (; argc > 1 && argv[1][0] == '-'; argv++, argc--) {
		simd |= !strcmp(argv[1], "--simd");
		relaxed |= !strcmp(argv[1], "--relaxed");
		delegates &= strcmp(argv[1], "--catch") && strcmp(argv[1], "--try-table");
		wild |= !strcmp(argv[1], "--wild");
		standard |= !strcmp(argv[1], "--try-table");
		nodes |= !strcmp(argv[1], "--nodes");
		if (!strncmp(argv[1], "--cut=", 6))
			parse_cut(argv[1] + 6);
	}
	if (argc != 4) {
		fputs("usage: generate [--simd] [--relaxed] [--catch|--try-table] [--cut=N,...] FIRST COUNT DIRECTORY\n",
		      stderr);
		return 2;
	}
	collect();
	unsigned long first = strtoul(argv[1], NULL, 10), count = strtoul(argv[2], NULL, 10);

	for (unsigned long seed = first; seed < first + count; seed++) {
		char path[4096];

		state = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15);
		for (int i = 0; i < 8; i++)
			rnd(2);
		module(&out);
		for (unsigned i = 0; nodes && i < node; i++)
			printf("%u\n", node_end[i]);
		snprintf(path, sizeof(path), "%s/%lu.wasm", argv[3], seed);
		FILE *f = fopen(path, "wb");

		if (!f || fwrite(out.p, 1, out.n, f) != out.n || fclose(f)) {
			perror(path);
			return 1;
		}
	}
	free(out.p);
	free(code.p);
	return 0;
}
