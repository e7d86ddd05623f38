/* The linked ELF file, the tables, the module and the snapshot's pages, one after the other; then the header. */
#include "writer.h"
#include "compile-debug.h"

#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct writer {
	FILE *f;
	uint64_t at;
	bool failed;
};

static void put(struct writer *w, const void *bytes, size_t size)
{
	if (size && fwrite(bytes, 1, size, w->f) != size)
		w->failed = true;
	w->at += size;
}

static void align(struct writer *w, uint64_t to)
{
	static const char zero[IMAGE_PAGE_MAX];

	put(w, zero, -w->at & (to - 1));
}

static struct image_range put_range(struct writer *w, const void *bytes, size_t size)
{
	align(w, 8);
	struct image_range r = {w->at, size};

	put(w, bytes, size);
	return r;
}

static bool fail(struct link_error *err, const char *message)
{
	snprintf(err->message, sizeof(err->message), "%s", message);
	return false;
}

/* What the loader wants to know of the ELF file. */
static bool read_elf(const uint8_t *elf, struct image_header *h, struct link_error *err)
{
	const Elf64_Ehdr *e = (const Elf64_Ehdr *)elf;
	const Elf64_Phdr *programs = (const Elf64_Phdr *)(elf + e->e_phoff);
	const Elf64_Shdr *sections = (const Elf64_Shdr *)(elf + e->e_shoff);
	const char *names = (const char *)elf + sections[e->e_shstrndx].sh_offset;

	for (const Elf64_Phdr *p = programs; p < programs + e->e_phnum; p++) {
		if (p->p_type == PT_GNU_EH_FRAME)
			h->eh_frame_hdr = p->p_vaddr;
		if (p->p_type != PT_LOAD || !p->p_memsz)
			continue;
		if (h->nsegments == IMAGE_SEGMENTS)
			return fail(err, "internal error: too many segments");
		h->segments[h->nsegments++] = (struct image_segment){
			p->p_vaddr, p->p_memsz, p->p_offset, p->p_filesz, p->p_flags};
	}
	for (const Elf64_Shdr *s = sections; s < sections + e->e_shnum; s++) {
		const char *strings = (const char *)elf + sections[s->sh_link].sh_offset;

		if (s->sh_flags & SHF_EXECINSTR && s->sh_size) {
			if (!h->text_end)
				h->text_begin = s->sh_addr;
			h->text_end = s->sh_addr + s->sh_size;
		}
		if (!strcmp(names + s->sh_name, ".text.polled")) {
			h->polled_begin = s->sh_addr;
			h->polled_end = s->sh_addr + s->sh_size;
		}
		if (s->sh_type != SHT_SYMTAB)
			continue;
		const Elf64_Sym *symbols = (const Elf64_Sym *)(elf + s->sh_offset);

		for (size_t i = 1; i < s->sh_size / sizeof(*symbols); i++) {
			const char *name = strings + symbols[i].st_name;

			if (!strcmp(name, "wali:functions"))
				h->functions = symbols[i].st_value;
			else if (!strcmp(name, "wali:entries"))
				h->entries = symbols[i].st_value;
			else if (!strcmp(name, "DW.ref.wali_personality"))
				h->personality = symbols[i].st_value;
		}
	}
	if (h->nfunctions && (!h->functions || !h->entries || !h->text_end))
		return fail(err, "internal error: compiled code lacks its tables");
	return true;
}

/* Where the runs' bytes will be is known when the tables and the module are written. */
static void put_tables(struct writer *w, const struct image_contents *c, size_t pcmap,
		       struct image_header *h)
{
	const struct module *m = c->module;
	const struct snapshot *s = c->snapshot;
	struct image_run run;
	uint64_t pages;

	align(w, h->page);
	h->tables.offset = w->at;
	h->unchecked = put_range(w, c->unchecked, c->nunchecked * sizeof(*c->unchecked));
	h->name = put_range(w, c->name, c->name ? strlen(c->name) : 0);
	h->options = put_range(w, c->options, c->options ? strlen(c->options) : 0);
	h->memories =
		put_range(w, s ? s->memories : NULL, s ? m->nmemories * sizeof(*s->memories) : 0);
	h->globals = put_range(w, s ? s->globals : NULL,
			       s ? (m->nglobals - m->nglobalimports) * sizeof(union global) : 0);
	h->dropped = put_range(w, s ? s->dropped : NULL, s ? (size_t)m->nelems + m->ndata : 0);
	h->runs = put_range(w, NULL, 0);
	h->runs.size = s ? s->nruns * sizeof(run) : 0;
	h->pcmap = (struct image_range){h->runs.offset + h->runs.size, pcmap};
	h->module = (struct image_range){h->pcmap.offset + h->pcmap.size, m->size};
	h->tables.size = h->pcmap.offset - h->tables.offset;
	pages = (h->module.offset + h->module.size + h->page - 1) & -(uint64_t)h->page;
	for (size_t i = 0; s && i < s->nruns; i++) {
		run = (struct image_run){s->runs[i].memory, s->runs[i].address, pages,
					 s->runs[i].size};
		put(w, &run, sizeof(run));
		pages += run.size;
	}
}

static void put_contents(struct writer *w, const struct image_contents *c,
			 const struct debug_output *debug, struct image_header *h)
{
	const struct snapshot *s = c->snapshot;

	put_tables(w, c, debug->pcmap_size, h);
	put(w, debug->pcmap, debug->pcmap_size);
	put(w, c->module->bytes, c->module->size);
	if (s) {
		h->flags |= IMAGE_MEMORY | (s->started ? IMAGE_STARTED : 0);
		align(w, h->page);
		for (size_t i = 0; i < s->nruns; i++)
			put(w, s->runs[i].bytes, s->runs[i].size);
	}
	h->file_size = w->at;
}

/* The place for the header that link_objects() has made, in the file's first bytes. */
static size_t find_note(const uint8_t *elf, size_t size)
{
	const uint8_t *header;

	memcpy((uint8_t *)elf + IMAGE_MARK_AT, IMAGE_MARK, strlen(IMAGE_MARK));
	header = image_find_header(elf, size);
	return header ? (size_t)(header - elf) : 0;
}

static bool sum(int fd, struct image_header *h)
{
	void *p = mmap(NULL, h->file_size, PROT_READ, MAP_SHARED, fd, 0);

	if (p == MAP_FAILED)
		return false;
	h->checksum = image_hash(image_hash(0, h, sizeof(*h)), (char *)p + h->tables.offset,
				 h->tables.size);
	munmap(p, h->file_size);
	return true;
}

static bool write_image(const struct image_contents *c, uint8_t *elf, size_t size, int fd,
			struct link_error *err)
{
	struct writer w = {.f = fdopen(dup(fd), "w")};
	struct debug_output debug;
	size_t note = find_note(elf, size < IMAGE_HEAD ? size : IMAGE_HEAD);
	struct image_header h = {
		.magic = IMAGE_MAGIC,
		.version = AOT_VERSION,
		.layout = image_layout(),
		.machine = c->isa->machine,
		.page = c->isa->page,
		.flags = c->identity ? IMAGE_CACHED : 0,
		.features = c->features,
		.identity = c->identity ? *c->identity : (struct image_identity){0},
		.nfunctions = c->module->nfunctions,
		.ntypes = c->module->ntypes,
	};

	if (!note)
		return fail(err, "internal error: the linker has left no place for the header");
	if (!read_elf(elf, &h, err))
		return false;
	if (!debug_finish(elf, h.text_begin, c->module, c->debug, &debug)) {
		w.failed = true;
		errno = ENOMEM;
	} else if (w.f) {
		put(&w, debug.elf, debug.elf_size);
		put_contents(&w, c, &debug, &h);
	}
	free(debug.elf);
	free(debug.pcmap);
	if (!w.f || w.failed || fclose(w.f) || !sum(fd, &h) ||
	    pwrite(fd, &h, sizeof(h), (off_t)note) != sizeof(h))
		return fail(err, strerror(errno));
	return true;
}

int image_make(const struct image_contents *c, struct link_error *err)
{
	size_t size;
	uint8_t *elf = link_objects(c->objects, c->nobjects, c->isa, sizeof(struct image_header),
				    c->threads, &size, err);
	int fd;

	if (!elf)
		return -1;
	fd = memfd_create("image", MFD_CLOEXEC);
	if (fd < 0)
		fail(err, strerror(errno));
	if (fd >= 0 && !write_image(c, elf, size, fd, err)) {
		close(fd);
		fd = -1;
	}
	free(elf);
	return fd;
}
