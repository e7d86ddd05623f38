/* The loader: from an image file to code in memory, and the module in it to an instance. */
#include "image.h"
#include "aot-build.h"
#include "cpu.h"

#include "../wasm/reader.h"

#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

struct image_identity image_identity(const struct stat *st)
{
	return (struct image_identity){
		.device = st->st_dev,
		.inode = st->st_ino,
		.size = (uint64_t)st->st_size,
		.modified = st->st_mtim.tv_sec,
		.modified_ns = st->st_mtim.tv_nsec,
		.changed = st->st_ctim.tv_sec,
		.changed_ns = st->st_ctim.tv_nsec,
	};
}

uint64_t image_hash(uint64_t hash, const void *bytes, size_t size)
{
	const uint8_t *p = bytes;

	if (!hash)
		hash = UINT64_C(0xcbf29ce484222325);
	for (size_t i = 0; i < size; i++)
		hash = (hash ^ p[i]) * UINT64_C(0x100000001b3);
	return hash;
}

/*
 * All that abi.h says compiled code reads or writes by itself; and the sources that this is built from, since a better compiler
 * has to compile again what an older one has compiled.
 */
uint32_t image_layout(void)
{
	static const uint32_t offsets[] = {
		offsetof(struct exec, poll),
		offsetof(struct exec, unwind),
		offsetof(struct func, key),
		offsetof(struct func, code),
		offsetof(struct exception, tag),
		offsetof(struct exception, slots),
		offsetof(struct aot_context, exec),
		offsetof(struct aot_context, helpers),
		offsetof(struct aot_context, shared),
		offsetof(struct aot_context, memory),
		offsetof(struct aot_context, memory_bytes),
		offsetof(struct aot_context, globals),
		offsetof(struct aot_shared, funcs),
		offsetof(struct aot_shared, imports),
		offsetof(struct aot_shared, tables),
		offsetof(struct aot_shared, table_sizes),
		offsetof(struct aot_shared, memories),
		offsetof(struct aot_shared, imported_globals),
		offsetof(struct aot_shared, tags),
		offsetof(struct aot_shared, keys),
		sizeof(struct aot_shared),
		sizeof(struct memory_view),
		sizeof(struct aot_import),
		sizeof(struct aot_helpers),
		sizeof(struct image_header),
		AOT_BUILD,
	};

	return (uint32_t)image_hash(0, offsets, sizeof(offsets));
}

bool image_is_marked(const uint8_t *head, size_t size)
{
	return size >= EI_NIDENT && !memcmp(head, ELFMAG, SELFMAG) &&
	       !memcmp(head + IMAGE_MARK_AT, IMAGE_MARK, strlen(IMAGE_MARK));
}

/* True when size bytes at `at` lie within `limit` bytes. */
static bool within(uint64_t at, uint64_t size, uint64_t limit)
{
	return at <= limit && size <= limit - at;
}

const uint8_t *image_find_header(const uint8_t *head, size_t size)
{
	const Elf64_Ehdr *elf = (const Elf64_Ehdr *)head;

	if (size < sizeof(*elf) || !image_is_marked(head, size) || elf->e_phoff % 8 ||
	    elf->e_phentsize != sizeof(Elf64_Phdr) ||
	    !within(elf->e_phoff, elf->e_phnum * sizeof(Elf64_Phdr), size))
		return NULL;
	const Elf64_Phdr *headers = (const Elf64_Phdr *)(head + elf->e_phoff);

	for (const Elf64_Phdr *p = headers; p < headers + elf->e_phnum; p++) {
		const size_t name = (sizeof(IMAGE_NOTE) + 3) & ~3ul;
		const Elf64_Nhdr *note = (const Elf64_Nhdr *)(head + p->p_offset);
		const size_t before = sizeof(*note) + name;

		if (p->p_type != PT_NOTE || p->p_offset % 4 ||
		    !within(p->p_offset, before + sizeof(struct image_header), size) ||
		    note->n_namesz != sizeof(IMAGE_NOTE) ||
		    memcmp(note + 1, IMAGE_NOTE, sizeof(IMAGE_NOTE)))
			continue;
		return (const uint8_t *)note + before;
	}
	return NULL;
}

static enum image_status because(char *why, enum image_status status, const char *fmt,
				 const char *detail)
{
	snprintf(why, IMAGE_WHY, fmt, detail);
	return status;
}

/* Only what the user alone could have put there counts as hers. Root's is as good as wali-run is. */
static enum image_status check_owner(const struct image_source *source, const struct stat *st,
				     char *why)
{
	const bool named = !source->identity;
	struct stat dir;

	if (!S_ISREG(st->st_mode))
		return because(why, IMAGE_BAD, "it is no regular file", NULL);
	if (st->st_uid != geteuid() && !(named && st->st_uid == 0))
		return because(why, IMAGE_BAD, "it belongs to another user", NULL);
	if (st->st_mode & (S_IWGRP | S_IWOTH))
		return because(why, IMAGE_BAD, "others may write to it", NULL);
	if (!source->directory)
		return IMAGE_OK;
	if (stat(source->directory, &dir))
		return because(why, IMAGE_BAD, "its directory: %s", strerror(errno));
	if (dir.st_uid != geteuid())
		return because(why, IMAGE_BAD, "its directory belongs to another user", NULL);
	if (dir.st_mode & (S_IWGRP | S_IWOTH))
		return because(why, IMAGE_BAD, "others may write to its directory", NULL);
	return IMAGE_OK;
}

/* An array in the tables. */
static bool is_table(const struct image_header *h, struct image_range r, size_t each)
{
	return r.offset % 8 == 0 && r.size % each == 0 && r.offset >= h->tables.offset &&
	       within(r.offset - h->tables.offset, r.size, h->tables.size);
}

static bool check_segments(const struct image_header *h)
{
	uint64_t last = 0;

	if (!h->nsegments || h->nsegments > IMAGE_SEGMENTS)
		return false;
	for (const struct image_segment *s = h->segments; s < h->segments + h->nsegments; s++) {
		if (s->address % h->page || s->offset % h->page || s->address < last ||
		    s->memory_size > UINT32_MAX || s->address > UINT32_MAX ||
		    s->file_size > s->memory_size || !within(s->offset, s->file_size, h->file_size))
			return false;
		last = s->address + s->memory_size;
	}
	return true;
}

/* Whether [at, at + size) is in a segment whose flags are these. */
static bool in_segment(const struct image_header *h, uint64_t at, uint64_t size, uint64_t flags)
{
	for (const struct image_segment *s = h->segments; s < h->segments + h->nsegments; s++)
		if (s->flags == flags && at >= s->address &&
		    within(at - s->address, size, s->file_size))
			return true;
	return false;
}

static bool check_places(const struct image_header *h)
{
	if (!h->nfunctions)
		return !h->personality;
	if (h->text_begin > h->text_end ||
	    !in_segment(h, h->text_begin, h->text_end - h->text_begin, PF_R | PF_X))
		return false;
	if (h->polled_begin > h->polled_end || h->polled_end > h->text_end ||
	    (h->polled_end && h->polled_begin < h->text_begin))
		return false;
	if (h->functions % 4 || !in_segment(h, h->functions, h->nfunctions * 4ul, PF_R))
		return false;
	if (h->entries % 4 || !in_segment(h, h->entries, h->ntypes * 4ul, PF_R))
		return false;
	if (h->personality &&
	    (h->personality % 8 || !in_segment(h, h->personality, 8, PF_R | PF_W)))
		return false;
	return in_segment(h, h->eh_frame_hdr, 12, PF_R);
}

/* After this, following any offset in the header stays within the file. */
static bool check_ranges(const struct image_header *h)
{
	if (h->page < 4096 || h->page > IMAGE_PAGE_MAX || h->page & (h->page - 1) ||
	    !check_segments(h) || !check_places(h))
		return false;
	if (h->tables.offset % h->page || !within(h->tables.offset, h->tables.size, h->file_size) ||
	    !within(h->module.offset, h->module.size, h->file_size) ||
	    h->pcmap.offset < h->tables.offset + h->tables.size ||
	    !within(h->pcmap.offset, h->pcmap.size, h->module.offset))
		return false;
	return is_table(h, h->unchecked, sizeof(uint32_t)) && is_table(h, h->memories, 8) &&
	       is_table(h, h->runs, sizeof(struct image_run)) &&
	       is_table(h, h->globals, sizeof(union global)) && is_table(h, h->dropped, 1) &&
	       is_table(h, h->name, 1) && is_table(h, h->options, 1);
}

static enum image_status check_header(const struct image_header *h,
				      const struct image_source *source, const struct stat *st,
				      char *why)
{
	if (memcmp(h->magic, IMAGE_MAGIC, sizeof(IMAGE_MAGIC)))
		return because(why, IMAGE_BAD, "it has no image's header", NULL);
	if (h->version != AOT_VERSION || h->layout != image_layout())
		return because(why, IMAGE_STALE, "it is for another version of wali-run", NULL);
	if (h->machine != cpu_isa->machine)
		return because(why, IMAGE_BAD, "it is not for %s", cpu_isa->name);
	if (h->features & ~cpu_present())
		return because(why, IMAGE_STALE, "it needs a CPU with %s",
			       cpu_name_one(cpu_isa, h->features & ~cpu_present()));
	if (source->identity && (!(h->flags & IMAGE_CACHED) ||
				 memcmp(&h->identity, source->identity, sizeof(h->identity))))
		return because(why, IMAGE_STALE, "it is of another file", NULL);
	if ((uint64_t)st->st_size != h->file_size)
		return because(why, IMAGE_BAD, "it is damaged: its size is not what it was", NULL);
	if (!check_ranges(h))
		return because(why, IMAGE_BAD, "it is damaged: its header makes no sense", NULL);
	return IMAGE_OK;
}

static bool map_segments(struct image *image)
{
	const struct image_header *h = &image->header;
	const struct image_segment *last = &h->segments[h->nsegments - 1];
	const uint64_t page = sysconf(_SC_PAGESIZE);
	uint8_t *base;

	if (page > h->page) {
		errno = EINVAL;
		return false;
	}
	base = mmap(NULL, last->address + last->memory_size, PROT_NONE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (base == MAP_FAILED)
		return false;
	image->base = base;
	for (const struct image_segment *s = h->segments; s < h->segments + h->nsegments; s++) {
		const int prot = (s->flags & PF_R ? PROT_READ : 0) |
				 (s->flags & PF_W ? PROT_WRITE : 0) |
				 (s->flags & PF_X ? PROT_EXEC : 0);

		if (s->file_size &&
		    mmap(base + s->address, s->file_size, prot, MAP_PRIVATE | MAP_FIXED, image->fd,
			 (off_t)s->offset) == MAP_FAILED)
			return false;
	}
	/* The one relocation. Nothing else is ever written. */
	if (h->personality) {
		const uint64_t start = h->personality & -page;

		*(uintptr_t *)(base + h->personality) = aot_personality_address;
		if (mprotect(base + start, page, PROT_READ))
			return false;
	}
	return true;
}

static void unmap(struct image *image)
{
	const struct image_header *h = &image->header;
	const struct image_segment *last = &h->segments[h->nsegments - 1];

	if (image->base)
		munmap((void *)image->base, last->address + last->memory_size);
	if (image->tables)
		munmap((void *)image->tables, h->module.offset + h->module.size - h->tables.offset);
}

static enum image_status map(struct image *image, char *why)
{
	const struct image_header *h = &image->header;
	struct image_header unsummed = *h;
	void *p;

	p = mmap(NULL, h->module.offset + h->module.size - h->tables.offset, PROT_READ, MAP_PRIVATE,
		 image->fd, (off_t)h->tables.offset);
	if (p == MAP_FAILED)
		return because(why, IMAGE_BAD, "it cannot be mapped: %s", strerror(errno));
	image->tables = p;
	image->module = image->tables + (h->module.offset - h->tables.offset);
	unsummed.checksum = 0;
	if (image_hash(image_hash(0, &unsummed, sizeof(unsummed)), image->tables, h->tables.size) !=
	    h->checksum)
		return because(why, IMAGE_BAD, "it is damaged: its checksum is wrong", NULL);
	if (!map_segments(image))
		return because(why, IMAGE_BAD, "it cannot be mapped: %s", strerror(errno));
	image->aot = (struct aot_image){
		.pcmap = image->tables + (h->pcmap.offset - h->tables.offset),
		.pcmap_size = h->pcmap.size,
	};
	/* Without functions, nobody has looked at what the header says of them. */
	if (h->nfunctions) {
		image->aot.text_begin = (const char *)image->base + h->text_begin;
		image->aot.text_end = (const char *)image->base + h->text_end;
		image->aot.polled_begin = (const char *)image->base + h->polled_begin;
		image->aot.polled_end = (const char *)image->base + h->polled_end;
		image->aot.functions = (const int32_t *)(image->base + h->functions);
		image->aot.entries = (const int32_t *)(image->base + h->entries);
		image->aot.eh_frame_hdr = image->base + h->eh_frame_hdr;
	}
	return IMAGE_OK;
}

enum image_status image_open(struct image *image, const struct image_source *source,
			     char why[static IMAGE_WHY])
{
	_Alignas(8) uint8_t head[IMAGE_HEAD];
	const uint8_t *header;
	enum image_status status;
	struct stat st;
	ssize_t n;

	*image = (struct image){.fd = source->fd};
	if (fstat(source->fd, &st))
		return because(why, IMAGE_BAD, "%s", strerror(errno));
	status = check_owner(source, &st, why);
	if (status != IMAGE_OK)
		return status;
	n = pread(source->fd, head, sizeof(head), 0);
	if (n < 0)
		return because(why, IMAGE_BAD, "%s", strerror(errno));
	header = image_find_header(head, (size_t)n);
	if (!header)
		return because(why, IMAGE_BAD, "it has no image's header", NULL);
	memcpy(&image->header, header, sizeof(image->header));
	status = check_header(&image->header, source, &st, why);
	if (status != IMAGE_OK)
		return status;
	status = map(image, why);
	if (status != IMAGE_OK)
		unmap(image);
	return status;
}

bool image_fits(const struct image *image, char why[static IMAGE_WHY])
{
	const struct image_header *h = &image->header;
	const uint64_t tables = h->unchecked.size / sizeof(uint32_t) * AOT_TABLE_RESERVE;
	/* A memory, stacks, the image itself, what it will allocate. */
	const uint64_t needed = tables + MEMORY_RESERVE + (UINT64_C(1) << 30);
	struct rlimit limit;

	if (!tables || getrlimit(RLIMIT_AS, &limit) || limit.rlim_cur == RLIM_INFINITY ||
	    limit.rlim_cur >= needed)
		return true;
	snprintf(why, IMAGE_WHY, "compiled code needs %llu GiB of address space (ulimit -v)",
		 (unsigned long long)(needed >> 30));
	return false;
}

void image_close(struct image *image)
{
	unmap(image);
	close(image->fd);
}

static const void *table(const struct image *image, struct image_range r)
{
	return image->tables + (r.offset - image->header.tables.offset);
}

/* Functions and entries are all in the text, so that a damaged table is no jump into nowhere. */
static bool check_functions(const struct image *image, const struct module *m)
{
	const struct image_header *h = &image->header;
	const struct aot_image *aot = &image->aot;

	if (m->nfunctions != h->nfunctions || m->ntypes != h->ntypes)
		return false;
	for (uint32_t i = 0; i < m->nfunctions; i++) {
		const char *function = (const char *)aot->functions + aot->functions[i];
		const char *entry = (const char *)aot->entries + aot->entries[m->functions[i].type];

		if (function < aot->text_begin || function >= aot->text_end ||
		    entry < aot->text_begin || entry >= aot->text_end)
			return false;
	}
	return true;
}

static bool fail(struct wasm_error *err, const char *message)
{
	*err = (struct wasm_error){.malformed = true};
	snprintf(err->message, sizeof(err->message), "%s", message);
	return false;
}

static bool map_memory(const struct image *image, struct instance *inst)
{
	const struct image_header *h = &image->header;
	const struct module *m = inst->module;
	const uint64_t *bytes = table(image, h->memories);
	const struct image_run *run = table(image, h->runs);

	if (h->memories.size / sizeof(*bytes) != m->nmemories)
		return false;
	for (uint32_t i = 0; i < m->nmemories; i++) {
		struct memory *mem = inst->memories[i];

		if (bytes[i] < mem->bytes || bytes[i] % WASM_PAGE ||
		    (bytes[i] > mem->bytes &&
		     memory_grow(mem, (bytes[i] - mem->bytes) / WASM_PAGE) < 0))
			return false;
	}
	for (const struct image_run *end = run + h->runs.size / sizeof(*run); run < end; run++) {
		if (run->memory >= m->nmemories || run->address % h->page ||
		    run->offset % h->page || !within(run->offset, run->size, h->file_size) ||
		    !within(run->address, run->size, bytes[run->memory]) || !run->size ||
		    mmap(inst->memories[run->memory]->base + run->address, run->size,
			 PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, image->fd,
			 (off_t)run->offset) == MAP_FAILED)
			return false;
	}
	return true;
}

static bool restore(const struct image *image, struct instance *inst)
{
	const struct image_header *h = &image->header;
	const struct module *m = inst->module;
	const uint32_t nglobals = m->nglobals - m->nglobalimports;
	const union global *globals = table(image, h->globals);
	const uint8_t *dropped = table(image, h->dropped);

	if (h->globals.size != nglobals * sizeof(*globals) ||
	    h->dropped.size != (uint64_t)m->nelems + m->ndata || !map_memory(image, inst))
		return false;
	for (uint32_t i = 0; i < nglobals; i++)
		if (!is_reftype(m->globals[m->nglobalimports + i].type))
			inst->globals[i] = globals[i];
	/* The others are dropped when they have been copied. */
	for (uint32_t i = 0; i < m->nelems; i++, dropped++)
		inst->elem_dropped[i] = m->elems[i].mode == SEGMENT_PASSIVE && *dropped;
	for (uint32_t i = 0; i < m->ndata; i++, dropped++)
		inst->data_dropped[i] = m->data[i].mode == SEGMENT_PASSIVE && *dropped;
	return true;
}

/* struct module's `attach`. */
static bool attach(struct instance *inst, void *context, struct wasm_error *err)
{
	struct image *image = context;
	const bool ok = !(image->header.flags & IMAGE_MEMORY) || restore(image, inst);

	close(image->fd);
	image->fd = -1;
	if (!ok)
		return fail(err, "the image's initial memory is damaged, or cannot be mapped");
	return aot_attach(inst, &image->aot) || fail(err, "out of memory");
}

bool image_decode(struct image *image, struct module *m, struct wasm_error *err)
{
	const struct image_header *h = &image->header;
	const uint32_t *unchecked = table(image, h->unchecked);

	if (!module_decode_trusted(m, image->module, h->module.size, err))
		return false;
	if (!check_functions(image, m)) {
		module_free(m);
		return fail(err, "the image's table of functions is damaged");
	}
	for (size_t i = 0; i < h->unchecked.size / sizeof(*unchecked); i++)
		if (unchecked[i] < m->ntables)
			m->tables[unchecked[i]].unchecked = true;
	m->preloaded = h->flags & IMAGE_MEMORY;
	m->attach = attach;
	m->attach_context = image;
	if (h->flags & IMAGE_STARTED)
		m->has_start = false;
	return true;
}
