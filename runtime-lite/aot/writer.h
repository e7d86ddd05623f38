/*
 * Writes image files. image.h has the format.
 */
#ifndef AOT_WRITER_H
#define AOT_WRITER_H

#include "cpu.h"
#include "image.h"
#include "link.h"
#include "snapshot.h"

struct image_contents {
	const struct cpu_isa *isa;
	uint64_t features;
	bool debug; /* source lines for debuggers */
	const struct aot_object *objects;
	size_t nobjects;
	const struct module *module;
	const uint32_t *unchecked; /* indices of tables */
	size_t nunchecked;
	const struct snapshot *snapshot; /* or NULL */
	/* Those of an image in the cache, else NULL. */
	const struct image_identity *identity;
	const char *name;
	const char *options;
	unsigned threads;
};

/* The image as a file in memory: a descriptor, or -1 with the error set. */
int image_make(const struct image_contents *contents, struct link_error *err);

#endif
