/*
 * libFuzzer target: the loader of compiled images. There is a good image of a small module, whose code is nothing; the input
 * changes words of its header and tables, and the checksum is made right again. Whatever is accepted is instantiated,
 * and never run.
 */
#include "../../runtime-lite/aot/image.h"
#include "../../runtime-lite/aot/cpu.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE   4096u
#define PAGES  8u
#define NOTE   (sizeof(Elf64_Ehdr) + sizeof(Elf64_Phdr))
#define HEADER (NOTE + sizeof(Elf64_Nhdr) + ((sizeof(IMAGE_NOTE) + 3) & ~3ul))

/* The engine's part, which needs code that can be run. */
const uintptr_t aot_personality_address = 1;
bool aot_attach(struct instance *inst, struct aot_image *image)
{
	return inst && image;
}

static const uint8_t module[] = {
	0,  'a', 's', 'm',  1, 0,    0,	 0,  1, 4, 1, 0x60, 0, 0, /* a type */
	3,  2,	 1,   0,					  /* a function of it */
	4,  4,	 1,   0x70, 0, 2,				  /* a table */
	5,  3,	 1,   0,    2,					  /* a memory of two pages */
	6,  6,	 1,   0x7f, 1, 0x41, 0,	 11,			  /* a global */
	9,  5,	 1,   1,    0, 1,    0,				  /* a passive element segment */
	12, 1,	 1,						  /* a data segment */
	10, 4,	 1,   2,    0, 11,   11, 4,  1, 1, 1, 'x',
};

/* In pages: head, text, read-only data, the personality word, tables, module, memory. */
static struct image_header good(void)
{
	const uint64_t at = 4 * PAGE;

	return (struct image_header){
		.magic = IMAGE_MAGIC,
		.version = AOT_VERSION,
		.file_size = PAGES * PAGE,
		.page = PAGE,
		.flags = IMAGE_MEMORY,
		.nsegments = 3,
		.segments = {{PAGE, PAGE, PAGE, PAGE, PF_R | PF_X},
			     {2 * PAGE, PAGE, 2 * PAGE, PAGE, PF_R},
			     {3 * PAGE, PAGE, 3 * PAGE, PAGE, PF_R | PF_W}},
		.text_begin = PAGE,
		.text_end = 2 * PAGE,
		.polled_begin = PAGE,
		.polled_end = PAGE,
		.functions = 2 * PAGE,
		.entries = 2 * PAGE + 16,
		.personality = 3 * PAGE,
		.eh_frame_hdr = 2 * PAGE + 64,
		.nfunctions = 1,
		.ntypes = 1,
		.tables = {at, PAGE},
		.module = {5 * PAGE, sizeof(module)},
		.unchecked = {at, 4},
		.memories = {at + 8, 8},
		.runs = {at + 16, sizeof(struct image_run)},
		.globals = {at + 64, sizeof(union global)},
		.dropped = {at + 96, 2},
		.name = {at + 104, 4},
		.options = {at + 112, 4},
	};
}

static void fill(uint8_t *file, const struct image_header *h)
{
	Elf64_Ehdr elf = {.e_ident = ELFMAG,
			  .e_phoff = sizeof(elf),
			  .e_phentsize = sizeof(Elf64_Phdr),
			  .e_phnum = 1};
	const Elf64_Phdr note = {.p_type = PT_NOTE, .p_offset = NOTE};
	const Elf64_Nhdr name = {.n_namesz = sizeof(IMAGE_NOTE)};
	const int32_t function = -(int32_t)PAGE, entry = -(int32_t)PAGE - 16;
	const uint64_t bytes = 2 << 16;
	const struct image_run run = {0, PAGE, 6 * PAGE, PAGE};

	memcpy(elf.e_ident + IMAGE_MARK_AT, IMAGE_MARK, strlen(IMAGE_MARK));
	memcpy(file, &elf, sizeof(elf));
	memcpy(file + sizeof(elf), &note, sizeof(note));
	memcpy(file + NOTE, &name, sizeof(name));
	memcpy(file + NOTE + sizeof(name), IMAGE_NOTE, sizeof(IMAGE_NOTE));
	memcpy(file + h->functions, &function, 4);
	memcpy(file + h->entries, &entry, 4);
	memcpy(file + h->memories.offset, &bytes, 8);
	memcpy(file + h->runs.offset, &run, sizeof(run));
	memcpy(file + h->module.offset, module, sizeof(module));
}

/* Each change is a place, in units of four bytes, and what is to be there, or added to what is. */
struct change {
	uint16_t at;
	uint8_t where, how;
	uint32_t value;
} __attribute__((packed));

static void apply(uint8_t *file, struct image_header *h, const struct change *c)
{
	const size_t words = sizeof(*h) / 4;
	uint8_t *p = c->where == 0 ? (uint8_t *)h + c->at % words * 4
				   : file + 2 * PAGE + c->at % (4 * PAGE / 4) * 4;
	uint32_t old;

	memcpy(&old, p, 4);
	old = c->how & 1 ? old + c->value : c->value;
	memcpy(p, &old, 4);
}

/* What is compared with something that is known leads nowhere. */
static void make_plausible(const uint8_t *file, struct image_header *h)
{
	memcpy(h->magic, IMAGE_MAGIC, sizeof(h->magic));
	h->version = AOT_VERSION;
	h->layout = image_layout();
	h->machine = cpu_isa->machine;
	h->features = 0;
	h->file_size = (uint64_t)PAGES * PAGE;
	h->checksum = 0;
	if (h->tables.offset < h->file_size && h->tables.size <= h->file_size - h->tables.offset)
		h->checksum = image_hash(image_hash(0, h, sizeof(*h)), file + h->tables.offset,
					 h->tables.size);
}

static void load(int fd)
{
	const struct image_source source = {.fd = dup(fd)};
	static struct image image;
	struct module m;
	struct wasm_error err;
	char why[IMAGE_WHY];

	if (image_open(&image, &source, why) != IMAGE_OK) {
		close(source.fd);
		return;
	}
	if (image_decode(&image, &m, &err)) {
		struct instance *inst = NULL;

		/* Of whatever module: those that want much are slow, not interesting. */
		if (m.nmemories <= 2 && (!m.nmemories || m.memories[0].limits.min < 16))
			inst = instance_new(&m, NULL, NULL, NULL, &err);
		if (inst)
			instance_free(inst);
		module_free(&m);
	}
	if (image.fd < 0)
		image.fd = dup(fd);
	image_close(&image);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t *file;
	static int fd = -1;
	struct image_header h = good();

	if (fd < 0) {
		fd = memfd_create("image", 0);
		if (fd < 0 || ftruncate(fd, PAGES * PAGE) || fchmod(fd, 0600))
			abort();
		file = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		if (file == MAP_FAILED)
			abort();
	}
	memset(file, 0, PAGES * PAGE);
	fill(file, &h);
	for (; size >= sizeof(struct change);
	     data += sizeof(struct change), size -= sizeof(struct change)) {
		struct change change;

		memcpy(&change, data, sizeof(change));
		apply(file, &h, &change);
	}
	make_plausible(file, &h);
	memcpy(file + HEADER, &h, sizeof(h));
	load(fd);
	return 0;
}
