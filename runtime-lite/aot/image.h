/*
 * Image files: what wali-aotc writes and wali-run maps.
 *
 * An image is a position-independent ELF file from the linker, for the machine that it is compiled for, so that
 * debuggers and profilers know what to do with it; its code and data are the file's beginning. Behind what the linker
 * has made, and known to no program header, come: the tables; the module's bytes; pages of initial memory. A header,
 * in a PT_NOTE within the first IMAGE_HEAD bytes, says where everything is. All integers are little-endian.
 *
 * The file's place in e_ident that nobody uses says IMAGE_MARK, so that a glance tells an image from an executable.
 * Nothing but the loader can run it; where the kernel starts it, there is but a call of wali-run (compile-start.c).
 *
 * Whoever can write to an image can make wali-run do anything. So the loader takes it only from the user that it
 * runs as, and from places where nobody else can put one. All else that it checks is to notice damage.
 */
#ifndef AOT_IMAGE_H
#define AOT_IMAGE_H

#include "abi.h"
#include "engine.h"

#include <sys/stat.h>

#define IMAGE_HEAD 4096 /* bytes of the file, in which ELF header, program headers and note lie */
#define IMAGE_MARK "WALI"
#define IMAGE_MARK_AT  9 /* in e_ident */
#define IMAGE_NOTE     "WALI"
#define IMAGE_MAGIC    "WALIimg"
#define IMAGE_SEGMENTS 4
#define IMAGE_PAGE_MAX 65536 /* alignment that suits every kernel of the machine is this or less */

enum image_flags {
	IMAGE_MEMORY = 1 << 0,	/* there is a snapshot: of memories, globals, dropped segments */
	IMAGE_STARTED = 1 << 1, /* in which the start function has been run */
	IMAGE_CACHED = 1 << 2,	/* `identity` is set */
};

/* Which .wasm file an image is of. As long as all of this is the same, so are the file's bytes. */
struct image_identity {
	uint64_t device, inode, size;
	int64_t modified, modified_ns, changed, changed_ns; /* mtime, ctime */
};

struct image_range {
	uint64_t offset, size; /* bytes, in the file */
};

struct image_segment {
	uint64_t address, memory_size; /* relative to where the image is mapped */
	uint64_t offset, file_size;
	uint64_t flags; /* PF_* of elf.h */
};

/* A part of a memory that is not all zero, in whole pages. */
struct image_run {
	uint64_t memory;  /* its index */
	uint64_t address; /* in it */
	uint64_t offset, size;
};

struct image_header {
	char magic[8];
	uint32_t version;  /* AOT_VERSION */
	uint32_t layout;   /* image_layout() */
	uint64_t checksum; /* of the header with 0 here, then the tables */
	uint64_t file_size;
	uint32_t machine; /* EM_* of elf.h */
	uint32_t page;	  /* alignment in the file and in memory */
	uint32_t flags;
	uint32_t nsegments;
	uint64_t features; /* of cpu.h: what the code needs */
	struct image_identity identity;
	struct image_segment segments[IMAGE_SEGMENTS];
	/* Addresses as those of segments. */
	uint64_t text_begin, text_end;
	uint64_t polled_begin, polled_end; /* a part of it, or nothing: struct aot_image */
	uint64_t functions, entries;
	uint64_t personality; /* the word that the loader fills in; 0: there is none */
	uint64_t eh_frame_hdr;
	uint32_t nfunctions, ntypes;
	struct image_range pcmap; /* pcmap.h's; nobody reads it until something is to be explained */
	struct image_range tables; /* all that follows but the map and the module lies in here */
	struct image_range module;
	struct image_range unchecked; /* uint32_t[]: indices of tables that need no bounds checks */
	struct image_range memories;  /* uint64_t[]: bytes of each memory */
	struct image_range runs;      /* struct image_run[] */
	struct image_range globals;   /* union global[]: those that the module defines */
	struct image_range dropped;   /* uint8_t[]: element segments, then data segments */
	struct image_range name;      /* the .wasm file's path, for people */
	struct image_range options;   /* what it is compiled with, for people */
};
_Static_assert(sizeof(struct image_header) < 1024, "the header is in the file's head");

/* The identity of an open file. */
struct image_identity image_identity(const struct stat *st);

/* A number that differs when something that compiled code knows of the runtime's structures has moved, or the compiler is another. */
uint32_t image_layout(void);

/* FNV-1a, from `hash` on; 0 to begin. */
uint64_t image_hash(uint64_t hash, const void *bytes, size_t size);

/* The header in the first bytes of a file, or NULL; not aligned. Looks at nothing but the place. */
const uint8_t *image_find_header(const uint8_t *head, size_t size);
bool image_is_marked(const uint8_t *head, size_t size);

/* An image that is mapped. */
struct image {
	struct aot_image aot;
	struct image_header header;
	int fd;
	const uint8_t *base;   /* segments */
	const uint8_t *tables; /* and behind them the module */
	const uint8_t *module;
};

enum image_status {
	IMAGE_OK,
	IMAGE_NONE, /* no image at all */
	IMAGE_STALE, /* of another file, for another version or another CPU: nothing to worry about */
	IMAGE_BAD,   /* damaged, or somebody else's: `why` says so */
};

/* Where an image comes from. */
struct image_source {
	int fd;		       /* the image's, which becomes struct image's */
	const char *directory; /* which it is in; NULL: not looked at */
	/* The .wasm file that it has to be of; NULL: the user has named the image itself. */
	const struct image_identity *identity;
};

#define IMAGE_WHY 160

/* Checks and maps. Unless it is IMAGE_OK nothing stays mapped, the descriptor is the caller's, and `why` is a message. */
enum image_status image_open(struct image *image, const struct image_source *source,
			     char why[static IMAGE_WHY]);

/*
 * False when the process may not have the address space that the code of an image takes for granted, 32 GiB for a table:
 * RLIMIT_AS. `why` says it. To interpret the module takes less.
 */
bool image_fits(const struct image *image, char why[static IMAGE_WHY]);

/* Of an image that nothing has been attached to. */
void image_close(struct image *image);

/*
 * The image's module, whose instance will be a compiled one: there can be one. It is not trusted to be a valid one but for its
 * functions' bodies. When it is instantiated, the descriptor is closed.
 */
bool image_decode(struct image *image, struct module *module, struct wasm_error *err);

#endif
