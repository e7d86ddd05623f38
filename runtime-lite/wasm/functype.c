#include "functype.h"
#include "reader.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entry {
	struct entry *next;
	uint32_t hash, refs;
	struct functype type;
	uint8_t bytes[]; /* parameters, then results; type.params always points here */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct entry **buckets;
static uint32_t nbuckets, nentries; /* nbuckets is a power of two */
static uint32_t last_id;	    /* ids are never used twice */

static uint32_t hash_types(const uint8_t *params, uint32_t nparams, const uint8_t *results,
			   uint32_t nresults)
{
	uint32_t h = 2166136261u; /* FNV-1a */

	for (uint32_t i = 0; i < nparams; i++)
		h = (h ^ params[i]) * 16777619u;
	h = (h ^ ':') * 16777619u;
	for (uint32_t i = 0; i < nresults; i++)
		h = (h ^ results[i]) * 16777619u;
	return h ^ h >> 15;
}

static bool grow(void)
{
	uint32_t n = nbuckets ? nbuckets * 2 : 256;
	struct entry **bigger = calloc(n, sizeof(*bigger));

	if (!bigger)
		return nbuckets; /* longer chains do too */
	for (uint32_t i = 0; i < nbuckets; i++)
		for (struct entry *e = buckets[i], *next; e; e = next) {
			next = e->next;
			e->next = bigger[e->hash & (n - 1)];
			bigger[e->hash & (n - 1)] = e;
		}
	free(buckets);
	buckets = bigger;
	nbuckets = n;
	return true;
}

static struct entry *find_or_add(const uint8_t *params, uint32_t nparams, const uint8_t *results,
				 uint32_t nresults)
{
	uint32_t hash = hash_types(params, nparams, results, nresults);

	if (nentries >= nbuckets && !grow())
		return NULL;
	for (struct entry *e = buckets[hash & (nbuckets - 1)]; e; e = e->next)
		if (e->hash == hash && e->type.nparams == nparams && e->type.nresults == nresults &&
		    !memcmp(e->bytes, params, nparams) &&
		    !memcmp(e->bytes + nparams, results, nresults))
			return e;

	struct entry *e = malloc(sizeof(*e) + nparams + nresults);

	if (!e)
		return NULL;
	memcpy(e->bytes, params, nparams);
	memcpy(e->bytes + nparams, results, nresults);
	e->hash = hash;
	e->refs = 0;
	e->type = (struct functype){
		.id = ++last_id,
		.nparams = nparams,
		.nresults = nresults,
		.params = e->bytes,
		.results = e->bytes + nparams,
	};
	e->next = buckets[hash & (nbuckets - 1)];
	buckets[hash & (nbuckets - 1)] = e;
	nentries++;
	return e;
}

const struct functype *functype_intern(const uint8_t *params, uint32_t nparams,
				       const uint8_t *results, uint32_t nresults)
{
	pthread_mutex_lock(&lock);
	struct entry *e = find_or_add(params, nparams, results, nresults);

	if (e)
		e->refs++;
	pthread_mutex_unlock(&lock);
	return e ? &e->type : NULL;
}

void functype_release(const struct functype *type)
{
	struct entry *e = (struct entry *)(type->params - offsetof(struct entry, bytes));

	pthread_mutex_lock(&lock);
	if (!--e->refs) {
		struct entry **p = &buckets[e->hash & (nbuckets - 1)];

		while (*p != e)
			p = &(*p)->next;
		*p = e->next;
		nentries--;
		free(e);
	}
	pthread_mutex_unlock(&lock);
}

const char *functype_format(const struct functype *type, char *buf, size_t size)
{
	size_t n = 0;

#define PUT(...)                                                                                   \
	do {                                                                                       \
		if (n < size)                                                                      \
			n += snprintf(buf + n, size - n, __VA_ARGS__);                             \
	} while (0)
	PUT("[");
	for (uint32_t i = 0; i < type->nparams; i++)
		PUT("%s%s", i ? " " : "", valtype_name(type->params[i]));
	PUT("] -> [");
	for (uint32_t i = 0; i < type->nresults; i++)
		PUT("%s%s", i ? " " : "", valtype_name(type->results[i]));
	PUT("]");
#undef PUT
	return buf;
}
