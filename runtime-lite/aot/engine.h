/*
 * The engine that runs compiled code, for whoever loads images: maps one, instantiates its module as usual, then
 *
 *	aot_attach(instance, image);
 *
 * makes all that abi.h says compiled code expects, and exec_init(x, instance, ...) picks this engine.
 */
#ifndef AOT_ENGINE_H
#define AOT_ENGINE_H

#include "../wasm/engine.h"

/* Where things are in memory. An image stays where it is as long as the process lives, and so does this. */
struct aot_image {
	const struct aot_image *next; /* the engine's: all that are attached */
	const char *text_begin, *text_end;
	/*
	 * Of that, functions that poll in loops, since they catch what their own instructions may throw (setjmp): there
	 * signals are only recorded. Empty if both are NULL.
	 */
	const char *polled_begin, *polled_end;
	const int32_t *functions; /* wali:functions */
	const int32_t *entries;	  /* wali:entries */
	const uint8_t *eh_frame_hdr;
	/* pcmap.h's; NULL and 0: there is none. */
	const uint8_t *pcmap;
	size_t pcmap_size;
};

/*
 * Makes the instance a compiled one: its functions get their code, its globals move to where compiled code expects them
 * (so pointers to them from before are no longer good). The image may belong to one instance or to several. False
 * when memory is short.
 */
bool aot_attach(struct instance *inst, struct aot_image *image);

/* What the loader writes into the image's one relocated word: the personality routine of compiled functions. */
extern const uintptr_t aot_personality_address;

extern const struct engine_ops aot_ops;

#endif
