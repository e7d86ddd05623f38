/* Function types, memories, tables and names by themselves: what the official suite cannot see. Prints TAP. */
#include "../../runtime-lite/wasm/instance.h"
#include "../../runtime-lite/wasm/functype.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static int count, failures;

static void check(bool ok, const char *what)
{
	failures += !ok;
	printf("%s %d - %s\n", ok ? "ok" : "not ok", ++count, what);
}

static void in_threads(void *(*run)(void *), void *argument)
{
	pthread_t threads[8];

	for (int i = 0; i < 8; i++)
		if (pthread_create(&threads[i], NULL, run, argument))
			abort();
	for (int i = 0; i < 8; i++)
		pthread_join(threads[i], NULL);
}

/* Every thread interns the same thousand types and gives them back, many times over. */
static void *intern_many(void *wrong)
{
	uint8_t params[10];
	const struct functype *types[1000];

	for (int round = 0; round < 20; round++) {
		for (int i = 0; i < 1000; i++) {
			for (int bit = 0; bit < 10; bit++)
				params[bit] = i >> bit & 1 ? TYPE_I64 : TYPE_I32;
			types[i] = functype_intern(params, 10, params, i % 3);
			if (!types[i] || types[i]->nresults != (uint32_t)i % 3 ||
			    memcmp(types[i]->params, params, 10))
				atomic_fetch_add((_Atomic int *)wrong, 1);
			for (int j = i - 3; j >= 0 && j > i - 10; j--)
				if (types[j]->id == types[i]->id)
					atomic_fetch_add((_Atomic int *)wrong, 1);
		}
		for (int i = 0; i < 1000; i++)
			functype_release(types[i]);
	}
	return NULL;
}

static void test_functypes(void)
{
	const uint8_t a[] = {TYPE_I32, TYPE_I64}, b[] = {TYPE_I32, TYPE_I64};
	const struct functype *t = functype_intern(a, 2, a, 1), *u = functype_intern(b, 2, b, 1);
	const struct functype *v = functype_intern(a, 1, a, 2);
	char text[64], tiny[8];
	_Atomic int wrong = 0;

	check(t == u, "the same type twice is one");
	check(v->id != t->id, "types that differ in where the parameters end have different ids");
	check(!strcmp(functype_format(t, text, sizeof(text)), "[i32 i64] -> [i32]"),
	      "a type prints as in the specification");
	check(strlen(functype_format(t, tiny, sizeof(tiny))) == 7, "and is cut to fit");
	functype_release(t);
	functype_release(u);
	functype_release(v);
	in_threads(intern_many, &wrong);
	check(!wrong, "types are interned by eight threads at once");
}

static void *grow_memory(void *mem)
{
	for (int i = 0; i < 100; i++) {
		int64_t old = memory_grow(mem, 1);

		if (old < 0)
			abort();
		/* The page is this thread's alone. */
		memset(((struct memory *)mem)->base + old * WASM_PAGE, 0xa5, WASM_PAGE);
	}
	return NULL;
}

static uint64_t grown_to;

static void grown(struct memory *mem, uint64_t from, uint64_t to)
{
	(void)mem;
	if (from != grown_to)
		abort();
	grown_to = to;
}

static void test_memories(void)
{
	struct memtype type = {{.min = 1, .max = 801, .has_max = true, .shared = true}};
	struct memory *mem = memory_new(&type, NULL);
	unsigned char resident;
	uint64_t sum = 0;

	mem->grown = grown;
	grown_to = WASM_PAGE;
	in_threads(grow_memory, mem);
	for (uint64_t i = 0; i < mem->bytes; i++)
		sum += mem->base[i];
	check(mem->bytes == 801 * WASM_PAGE && sum == UINT64_C(0xa5) * 800 * WASM_PAGE,
	      "eight threads grow a memory, each page once");
	check(grown_to == mem->bytes, "every growth is announced in order");
	check(memory_grow(mem, 1) == -1 && memory_grow(mem, UINT64_MAX) == -1 &&
		      memory_grow(mem, 0) == 801,
	      "and not beyond its maximum");
	check(!mincore(mem->base + MEMORY_RESERVE - 4096, 4096, &resident),
	      "the reservation reaches its end");

	uint8_t *base = mem->base;

	memory_free(mem);
	mem = memory_new(&type, base);
	check(mem->base == base, "a memory is put where the hint says");
	struct memory *other = memory_new(&type, base);

	check(other && other->base != base, "or elsewhere, if something is there");
	memory_free(other);
	memory_free(mem);
}

static void *grow_table(void *table)
{
	struct table *t = table;

	for (int i = 0; i < 1000; i++) {
		int64_t old = table_grow(t, 3, (union slot){.u64 = 7});

		if (old < 0)
			abort();
		/* Whatever is below the size is there, even while others grow it. */
		for (uint32_t at = t->size - 1, n = 0; n < 10 && at; n++, at--)
			if (t->elems[at].u64 != 7)
				abort();
	}
	return NULL;
}

static void test_tables(void)
{
	struct tabletype type = {.elem = TYPE_FUNCREF,
				 .limits = {.max = UINT32_MAX, .has_max = true}};
	struct table *t = table_new(&type, (union slot){0});
	union slot *elems = t->elems;
	union slot seven = {.u64 = 7}, eight = {.u64 = 8};

	check(table_fill(t, 0, seven, 0) && !table_fill(t, 0, seven, 1), "an empty table");
	in_threads(grow_table, t);
	check(t->size == 24000 && t->elems == elems,
	      "eight threads grow a table, which never moves");
	check(table_grow(t, UINT32_MAX, seven) == -1 &&
		      table_grow(t, MAX_TABLE_SIZE, seven) == -1 &&
		      table_grow(t, 0, seven) == 24000,
	      "but not beyond what is supported");
	check(!table_fill(t, 23999, eight, 2) && t->elems[23999].u64 == 7 &&
		      table_fill(t, 23999, eight, 1),
	      "a fill that does not fit does nothing");
	check(!table_copy(t, 0, t, 1, 24000) && !table_copy(t, UINT32_MAX, t, 0, 2) &&
		      table_copy(t, 1, t, 0, 23999) && t->elems[23999].u64 == 7,
	      "copies within a table");
	table_free(t);
	type.limits.min = MAX_TABLE_SIZE + 1;
	check(!table_new(&type, seven), "a table that is too large cannot be made");
	type.limits = (struct limits){.has_max = true};
	t = table_new(&type, seven);
	check(t && table_grow(t, 1, seven) == -1, "a table of at most nothing");
	table_free(t);
}

/* A module of one function that `name` says the names of. */
static struct module *with_names(const uint8_t *name, uint8_t n)
{
	static const uint8_t head[] = {0,    'a', 's', 'm', 1, 0, 0, 0, 1,    4, 1,
				       0x60, 0,	  0,   3,   2, 1, 0, 7, 5,    1, 1,
				       'e',  0,	  0,   10,  4, 1, 2, 0, 0x0b, 0};
	static uint8_t bytes[sizeof(head) + 256];
	static struct module m;
	struct wasm_error err;

	memcpy(bytes, head, sizeof(head));
	bytes[sizeof(head)] = n + 5;
	memcpy(bytes + sizeof(head) + 1, "\4name", 5);
	memcpy(bytes + sizeof(head) + 6, name, n);
	return module_decode(&m, bytes, sizeof(head) + 6 + n, &err) ? &m : NULL;
}

static void check_name(const char *section, uint8_t n, const char *expected, const char *what)
{
	struct module *m = with_names((const uint8_t *)section, n);
	char name[8];

	check(m && !strcmp(module_funcname(m, 0, name, sizeof(name)), expected), what);
	if (m)
		module_free(m);
}

static void test_names(void)
{
	check_name("\1\6\1\0\3abc", 8, "abc", "a function's name");
	check_name("\0\2\1m\1\6\1\0\3abc", 12, "abc", "after the module's");
	check_name("\1\x0d\1\0\x0a"
		   "abcdefghij",
		   15, "abcdefg", "is cut to fit");
	check_name("\1\6\1\0\3a\033c", 8, "a?c", "and cannot command a terminal");
	check_name("\1\6\1\1\3abc", 8, "e", "without a name, the export's counts");
	check_name("\1\x7f\1\0\3abc", 8, "e", "a name section that is cut off is no error");
	check_name("\1\6\xff\xff\xff\xff\x7f\0", 8, "e", "nor one full of nonsense");
	check_name("\1\6\1\0\3a\xff"
		   "c",
		   8, "e", "nor one that is not UTF-8");
	check_name("", 0, "e", "nor an empty one");
}

int main(void)
{
	test_functypes();
	test_memories();
	test_tables();
	test_names();
	printf("1..%d\n", count);
	return failures != 0;
}
