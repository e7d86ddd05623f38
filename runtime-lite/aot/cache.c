/* The directory of images. */
#include "cache.h"
#include "cpu.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SUFFIX ".img"

bool cache_directory(char out[static PATH_MAX])
{
	const char *top = getenv("XDG_CACHE_HOME"), *below = "";
	int n;

	/* The XDG specification: relative paths are to be ignored. */
	if (!top || *top != '/') {
		top = getenv("HOME");
		below = "/.cache";
	}
	if (!top || *top != '/')
		return false;
	n = snprintf(out, PATH_MAX, "%s%s/wali/images", top, below);
	return n > 0 && n < PATH_MAX - 64;
}

bool cache_path(const struct image_identity *identity, uint32_t machine, char out[static PATH_MAX])
{
	const uint32_t version[] = {AOT_VERSION, image_layout(), machine};
	uint64_t low = image_hash(0, version, sizeof(version)), high;

	if (!cache_directory(out))
		return false;
	low = image_hash(low, identity, sizeof(*identity));
	high = image_hash(~low, identity, sizeof(*identity));
	sprintf(out + strlen(out), "/%016lx%016lx" SUFFIX, high, low);
	return true;
}

enum image_status cache_find(struct image *image, const struct image_identity *identity,
			     char path[static PATH_MAX], char why[static IMAGE_WHY])
{
	struct image_source source = {.identity = identity};
	char directory[PATH_MAX];
	enum image_status status;

	if (!cache_path(identity, cpu_isa->machine, path))
		return IMAGE_NONE;
	source.fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (source.fd < 0) {
		if (errno == ENOENT || errno == ENOTDIR || errno == EACCES)
			return IMAGE_NONE;
		snprintf(why, IMAGE_WHY, "%s", strerror(errno));
		return IMAGE_BAD;
	}
	cache_directory(directory);
	source.directory = directory;
	status = image_open(image, &source, why);
	if (status != IMAGE_OK)
		close(source.fd);
	return status;
}

bool cache_make_directory(void)
{
	char path[PATH_MAX];

	if (!cache_directory(path)) {
		errno = ENOENT;
		return false;
	}
	for (char *p = strchr(path + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		if (mkdir(path, 0700) && errno != EEXIST && access(path, F_OK))
			return false;
		*p = '/';
	}
	return !mkdir(path, 0700) || errno == EEXIST;
}

/* A file of the cache. */
struct entry {
	struct entry *next;
	char file[NAME_MAX + 1];
	struct stat st;
	bool temporary, readable;
	struct image_header header; /* if readable */
	char name[PATH_MAX];	    /* the .wasm file's, if it says so */
	char options[256];
};

static void read_text(int fd, struct image_range r, char *out, size_t size)
{
	ssize_t n = pread(fd, out, r.size < size ? r.size : size - 1, (off_t)r.offset);

	out[n > 0 ? n : 0] = '\0';
	/* They end up on terminals. */
	for (char *p = out; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = '?';
}

static void read_entry(int dir, struct entry *e)
{
	_Alignas(8) uint8_t head[IMAGE_HEAD];
	int fd = openat(dir, e->file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	const uint8_t *header;
	ssize_t n;

	if (fd < 0)
		return;
	n = pread(fd, head, sizeof(head), 0);
	header = n > 0 ? image_find_header(head, (size_t)n) : NULL;
	if (header) {
		memcpy(&e->header, header, sizeof(e->header));
		e->readable = true;
		read_text(fd, e->header.name, e->name, sizeof(e->name));
		read_text(fd, e->header.options, e->options, sizeof(e->options));
	}
	close(fd);
}

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && !strcmp(s + n - m, end);
}

/* All images and what compilers are writing or have left. Returns the directory's descriptor or -1. */
static int read_entries(struct entry **entries)
{
	char path[PATH_MAX];
	int fd = cache_directory(path) ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	int copy = fd < 0 ? -1 : dup(fd);
	DIR *dir = copy < 0 ? NULL : fdopendir(copy);
	const struct dirent *d;

	*entries = NULL;
	while (dir && (d = readdir(dir))) {
		struct entry *e = calloc(1, sizeof(*e));

		if (!e)
			break;
		snprintf(e->file, sizeof(e->file), "%s", d->d_name);
		e->temporary = *e->file == '.' && strstr(e->file, SUFFIX ".");
		if ((!e->temporary && !ends_with(e->file, SUFFIX)) ||
		    fstatat(fd, e->file, &e->st, AT_SYMLINK_NOFOLLOW) || !S_ISREG(e->st.st_mode)) {
			free(e);
			continue;
		}
		read_entry(fd, e);
		e->next = *entries;
		*entries = e;
	}
	if (dir)
		closedir(dir);
	return fd;
}

static void free_entries(int fd, struct entry *e)
{
	if (fd >= 0)
		close(fd);
	while (e) {
		struct entry *next = e->next;

		free(e);
		e = next;
	}
}

/* When it was last of use, as far as file systems say. */
static time_t used(const struct entry *e)
{
	return e->st.st_atime > e->st.st_mtime ? e->st.st_atime : e->st.st_mtime;
}

static bool is_gone(const struct entry *e)
{
	return !*e->file;
}

static void drop(int dir, struct entry *e)
{
	unlinkat(dir, e->file, 0);
	*e->file = '\0';
}

static uint64_t limit(void)
{
	const char *text = getenv("WALI_CACHE_SIZE");
	char *end;
	unsigned long long mib = text ? strtoull(text, &end, 10) : 0;

	return text && *text && !*end && mib < UINT64_MAX >> 20 ? mib << 20 : CACHE_LIMIT;
}

void cache_trim(const char *added)
{
	const time_t day = 24 * 60 * 60;
	const char *slash = strrchr(added, '/'), *file = slash ? slash + 1 : added;
	struct entry *entries, *new = NULL;
	int dir = read_entries(&entries);

	for (struct entry *e = entries; e; e = e->next)
		if (!strcmp(e->file, file))
			new = e;
	for (struct entry *e = entries; e; e = e->next) {
		if (e == new)
			continue;
		if (e->temporary ? time(NULL) - e->st.st_mtime > day
				 : new && e->readable && *e->name && !strcmp(e->name, new->name) &&
					   e->header.machine == new->header.machine)
			drop(dir, e);
	}
	for (;;) {
		struct entry *oldest = NULL;
		uint64_t total = 0;

		for (struct entry *e = entries; e; e = e->next) {
			if (is_gone(e))
				continue;
			total += (uint64_t)e->st.st_size;
			if (e != new && !e->temporary && (!oldest || used(e) < used(oldest)))
				oldest = e;
		}
		if (total <= limit() || !oldest)
			break;
		drop(dir, oldest);
	}
	free_entries(dir, entries);
}

static const char *machine_name(uint32_t machine)
{
	for (size_t i = 0; i < sizeof(cpu_isas) / sizeof(*cpu_isas); i++)
		if (cpu_isas[i].machine == machine)
			return cpu_isas[i].name;
	return "?";
}

/* What becomes of an image when its module is run: "stale" is not used, and may be removed. */
static const char *state(const struct entry *e)
{
	struct image_identity identity;
	struct stat st;

	if (e->header.version != AOT_VERSION || e->header.layout != image_layout() ||
	    stat(e->name, &st))
		return "stale";
	identity = image_identity(&st);
	return memcmp(&identity, &e->header.identity, sizeof(identity)) ? "stale" : "ok";
}

int cache_list(void)
{
	char when[32], path[PATH_MAX];
	struct entry *entries;
	int dir = read_entries(&entries);

	if (!cache_directory(path)) {
		fputs("wali-run: no cache: neither XDG_CACHE_HOME nor HOME is set\n", stderr);
		return 1;
	}
	for (const struct entry *e = entries; e; e = e->next) {
		if (e->temporary)
			continue;
		strftime(when, sizeof(when), "%Y-%m-%d %H:%M", localtime(&e->st.st_mtime));
		printf("%10ld  %s  ", (long)e->st.st_size, when);
		if (e->readable)
			printf("%-7s  %-5s  %s  [%s]\n", machine_name(e->header.machine), state(e),
			       e->name, e->options);
		else
			printf("%-7s  %-5s  %s/%s\n", "?", "bad", path, e->file);
	}
	free_entries(dir, entries);
	return fflush(stdout) ? 1 : 0;
}

int cache_clean(void)
{
	struct entry *entries;
	int dir = read_entries(&entries), status = 0;

	for (const struct entry *e = entries; e; e = e->next)
		if (unlinkat(dir, e->file, 0) && errno != ENOENT) {
			fprintf(stderr, "wali-run: %s: %s\n", e->file, strerror(errno));
			status = 1;
		}
	free_entries(dir, entries);
	return status;
}
