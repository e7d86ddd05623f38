/*
 * What a module's memories are when it starts, found out at compile time, so that they can be mapped rather than made.
 *
 * Modules with shared memory fill it from passive segments in their start function; so that is run, by the interpreter, in
 * a process of its own, if it can only do the same as it would at run time: it reaches no import and no
 * table, and takes no more than a fixed number of steps.
 */
#ifndef AOT_SNAPSHOT_H
#define AOT_SNAPSHOT_H

#include "../wasm/instance.h"

struct snapshot_run {
	uint32_t memory;
	uint64_t address, size; /* bytes, multiples of the page size that was asked for */
	const uint8_t *bytes;
};

struct snapshot {
	bool started;	    /* the start function has been run */
	uint64_t *memories; /* bytes of each */
	struct snapshot_run *runs;
	size_t nruns;
	union global *
		globals; /* those that the module defines; references among them are not to be used */
	uint8_t *dropped; /* element segments, then data segments */
	void *mapping;	  /* what all this lives in */
	size_t mapping_size;
};

/* NULL when there is nothing that can be known before run time. `page` is a power of two, 4096 at least. */
struct snapshot *snapshot_take(const struct module *module, uint32_t page);
void snapshot_free(struct snapshot *s);

#endif
