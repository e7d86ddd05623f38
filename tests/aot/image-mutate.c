/*
 * The loader on images that somebody has made wrong with care: image-mutate IMAGE COUNT. Random values in random fields, and a
 * checksum that is right. Whatever is accepted is instantiated, and never run.
 */
#include "../../runtime-lite/aot/image.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static uint64_t state = 1;

/* SplitMix64. */
static uint64_t number(void)
{
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static void nothing(struct exec *x, union slot *slots)
{
	(void)x, (void)slots;
}

static bool resolve(void *context, const struct import *import, struct externval *out)
{
	static const struct hostfunc host = {.call = nothing};
	static struct func functions[1000];
	const struct module *m = context;
	struct func *f = &functions[import - m->imports];

	*f = (struct func){.type = &m->types[import->type], .host = &host};
	*out = (struct externval){.kind = EXTERN_FUNC, .func = f};
	return import->kind == EXTERN_FUNC && m->nimports <= 1000;
}

/* What somebody might put into a field. */
static uint64_t strange(uint64_t old, uint64_t file_size)
{
	switch (number() % 8) {
	case 0: return 0;
	case 1: return old + (number() % 17 - 8) * 8;
	case 2: return old ^ UINT64_C(1) << number() % 64;
	case 3: return UINT64_MAX - number() % 16;
	case 4: return file_size + number() % 16 - 8;
	case 5: return (number() % file_size) & -UINT64_C(4096);
	case 6: return number() % file_size;
	default: return number();
	}
}

static void mutate(uint8_t *file, size_t size, size_t at)
{
	struct image_header h;
	/* What is checked before the rest, and would end the test, is mostly left. */
	const size_t from = offsetof(struct image_header, page);
	const size_t words = (sizeof(h) - from) / 4;

	for (uint64_t n = 1 + number() % 3; n; n--) {
		memcpy(&h, file + at, sizeof(h));
		uint8_t *p = file + at + from + number() % words * 4;
		/* Or in the tables. */
		if (number() % 4 == 0 && h.tables.size >= 8 && h.tables.offset < size &&
		    h.tables.size < size - h.tables.offset)
			p = file + h.tables.offset + number() % (h.tables.size / 8) * 8;
		else if (p + 8 > file + at + sizeof(h))
			p -= 4;
		uint64_t value;

		memcpy(&value, p, 8);
		value = strange(value, size);
		memcpy(p, &value, number() % 2 ? 8 : 4);
	}
	memcpy(&h, file + at, sizeof(h));
	h.checksum = 0;
	h.features = 0;
	if (h.tables.offset < size && h.tables.size <= size - h.tables.offset)
		h.checksum = image_hash(image_hash(0, &h, sizeof(h)), file + h.tables.offset,
					h.tables.size);
	memcpy(file + at, &h, sizeof(h));
}

static bool try(int fd, bool *decoded)
{
	const struct image_source source = {.fd = dup(fd)};
	static struct image image;
	struct module m;
	struct wasm_error err;
	char why[IMAGE_WHY];

	*decoded = false;
	if (image_open(&image, &source, why) != IMAGE_OK) {
		close(source.fd);
		return false;
	}
	if (!image_decode(&image, &m, &err)) {
		image_close(&image);
		return true;
	}
	struct instance *inst = instance_new(&m, resolve, &m, NULL, &err);

	*decoded = inst;
	if (inst)
		instance_free(inst);
	if (image.fd < 0)
		image.fd = dup(fd);
	image_close(&image);
	module_free(&m);
	return true;
}

int main(int argc, char **argv)
{
	unsigned long count = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
	int original = argc > 1 ? open(argv[1], O_RDONLY) : -1;
	int fd = memfd_create("image", 0);
	struct stat st;
	unsigned long opened = 0, attached = 0;

	if (original < 0 || fstat(original, &st) || ftruncate(fd, st.st_size) || fchmod(fd, 0600)) {
		perror("image-mutate");
		return 2;
	}
	const size_t size = (size_t)st.st_size;
	uint8_t *good = mmap(NULL, size, PROT_READ, MAP_PRIVATE, original, 0);
	uint8_t *file = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	const size_t at = (size_t)(image_find_header(good, IMAGE_HEAD) - good);

	for (unsigned long i = 0; i < count; i++) {
		bool all;

		memcpy(file, good, size);
		mutate(file, size, at);
		opened += try(fd, &all);
		attached += all;
	}
	memcpy(file, good, size);
	bool all;

	if (!try(fd, &all) || !all) {
		fputs("image-mutate: the image itself is not accepted\n", stderr);
		return 1;
	}
	printf("%lu mutants: %lu accepted, %lu attached\n", count, opened, attached);
	return 0;
}
