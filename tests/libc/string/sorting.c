/* qsort, qsort_r, bsearch, hash tables, trees, linear search, lists.
 * oracle: musl glibc
 */
#include "must.h"
#include <search.h>

struct pair {
	int key;
	char text[9];
};

static int compare_pairs(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	return x->key != y->key ? (x->key > y->key) - (x->key < y->key) : strcmp(x->text, y->text);
}

static int compare_reverse(const void *a, const void *b, void *calls)
{
	++*(long *)calls;
	return *(const int *)b - *(const int *)a;
}

static int compare_ints(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static long visited;

static void visit(const void *node, VISIT order, int depth)
{
	(void)depth;
	if (order == postorder || order == leaf)
		visited = visited * 31 + **(int *const *)node;
}

static void discard(void *node)
{
	(void)node;
	visited++;
}

int main(void)
{
	enum { COUNT = 20000 };
	struct pair *pairs = malloc(COUNT * sizeof *pairs);
	int *ints = malloc(COUNT * sizeof *ints);
	uint64_t state = 11, hash;
	long calls = 0;

	for (int i = 0; i < COUNT; i++) {
		pairs[i].key = random_next(&state) % 1000;
		snprintf(pairs[i].text, sizeof pairs[i].text, "%08x",
			 (unsigned)random_next(&state));
		ints[i] = random_next(&state) % 100000;
	}
	qsort(pairs, COUNT, sizeof *pairs, compare_pairs);
	hash = hash_bytes(HASH_START, pairs, COUNT * sizeof *pairs);
	printf("%016llx\n", (unsigned long long)hash);
	struct pair key = {.key = pairs[777].key};
	strcpy(key.text, pairs[777].text);
	SHOW((struct pair *)bsearch(&key, pairs, COUNT, sizeof key, compare_pairs) == &pairs[777]);
	strcpy(key.text, "none");
	SHOW(bsearch(&key, pairs, COUNT, sizeof key, compare_pairs) == NULL);
	qsort_r(ints, COUNT, sizeof *ints, compare_reverse, &calls);
	printf("%016llx\n", (unsigned long long)hash_bytes(HASH_START, ints, COUNT * sizeof *ints));
	SHOW(calls > COUNT);
	qsort(ints, 0, sizeof *ints, compare_ints);

	SHOW(hcreate(100) != 0);
	for (int i = 0; i < 50; i++)
		hsearch((ENTRY){.key = pairs[i].text, .data = &pairs[i]}, ENTER);
	ENTRY *entry = hsearch((ENTRY){.key = pairs[7].text}, FIND);
	SHOW(entry && entry->data == &pairs[7]);
	SHOW(hsearch((ENTRY){.key = "missing"}, FIND) == NULL);
	hdestroy();

	void *root = NULL;
	for (int i = 0; i < 1000; i++)
		tsearch(&ints[i], &root, compare_ints);
	SHOW(**(int **)tfind(&ints[3], &root, compare_ints) == ints[3]);
	for (int i = 0; i < 500; i++)
		tdelete(&ints[i], &root, compare_ints);
	twalk(root, visit);
	printf("%ld\n", visited);
	visited = 0;
	tdestroy(root, discard);
	SHOW(visited > 0);

	size_t count = 3;
	int table[8] = {5, 7, 9}, wanted = 7;
	SHOW((int *)lfind(&wanted, table, &count, sizeof *table, compare_ints) - table);
	wanted = 8;
	SHOW((int *)lsearch(&wanted, table, &count, sizeof *table, compare_ints) - table);
	SHOW(count);
	struct qelem {
		struct qelem *next, *prev;
		int value;
	} a = {.value = 1}, b = {.value = 2}, c = {.value = 3};
	insque(&a, NULL);
	insque(&b, &a);
	insque(&c, &a);
	for (struct qelem *q = &a; q; q = q->next)
		printf("%d ", q->value);
	remque(&c);
	SHOW(a.next->value);
	return 0;
}
