/*
 * The final link. Objects, script and output are in memory: there is nothing to clean up, whatever happens, and no other
 * file system to be full.
 */
#include "link.h"
#include "image.h"

#include <elf.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define LLVM_VERSION "22"

/*
 * Headers, note and read-only data; code; the personality word: a segment each. What is not named here ends up as a section
 * that check_sections() does not know.
 */
static const char script[] =
	"PHDRS {\n"
	"	head PT_LOAD FILEHDR PHDRS FLAGS(4);\n"
	"	text PT_LOAD FLAGS(5);\n"
	"	data PT_LOAD FLAGS(6);\n"
	"	note PT_NOTE FLAGS(4);\n"
	"	frames PT_GNU_EH_FRAME FLAGS(4);\n"
	"	stack PT_GNU_STACK FLAGS(6);\n"
	"}\n"
	"SECTIONS {\n"
	"	. = SIZEOF_HEADERS;\n"
	"	.note.wali (TYPE=SHT_NOTE) : ALIGN(4) {\n"
	"		LONG(%zu) LONG(%zu) LONG(1) %s . += %zu;\n"
	"	} :head :note\n"
	"	.rodata : { *(.rodata .rodata.*) } :head\n"
	"	.gcc_except_table : { *(.gcc_except_table .gcc_except_table.*) } :head\n"
	"	.eh_frame_hdr : { *(.eh_frame_hdr) } :head :frames\n"
	"	.eh_frame : { KEEP(*(.eh_frame)) } :head\n"
	"	. = ALIGN(%u);\n"
	"	.text.polled : { *(.text.polled .text.polled.*) } :text\n"
	"	.text : { *(.text .text.*) } :text\n"
	"	. = ALIGN(%u);\n"
	"	.data : { *(.data .data.*) } :data\n"
	"	/DISCARD/ : { *(.comment) *(.note.GNU-stack) *(.llvm_addrsig) *(.dyn*) *(.gnu.hash) *(.riscv.attributes) }\n"
	"}\n";

static bool fail(struct link_error *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err->message, sizeof(err->message), fmt, ap);
	va_end(ap);
	return false;
}

/* The directory in PATH where `name` really is. */
static bool really_in_path(const char *name, char out[static PATH_MAX])
{
	const char *path = getenv("PATH");
	char file[PATH_MAX];

	for (; path && *path; path += strcspn(path, ":"), path += *path == ':') {
		int n = (int)strcspn(path, ":");

		if (snprintf(file, sizeof(file), "%.*s/%s", n, path, name) >= (int)sizeof(file) ||
		    !realpath(file, out))
			continue;
		*strrchr(out, '/') = '\0';
		return true;
	}
	return false;
}

void exec_llvm(const char *name, char *const argv[])
{
	const char *directory = getenv("WALI_LLVM");
	char real[PATH_MAX], file[PATH_MAX + 64];

	if (directory && *directory) {
		snprintf(file, sizeof(file), "%s/%s", directory, name);
		execv(file, argv);
	}
	snprintf(file, sizeof(file), "%s-" LLVM_VERSION, name);
	execvp(file, argv);
	if (really_in_path("clang-" LLVM_VERSION, real)) {
		snprintf(file, sizeof(file), "%s/%s", real, name);
		execv(file, argv);
	}
}

static bool append(FILE *f, const void *bytes, size_t size)
{
	return fwrite(bytes, 1, size, f) == size;
}

/* An archive, since there may be more objects than descriptors. Returns a descriptor, or -1. */
static int write_archive(const struct aot_object *objects, size_t n)
{
	int fd = memfd_create("objects", 0);
	FILE *f = fd < 0 ? NULL : fdopen(dup(fd), "w");
	bool ok = f && append(f, "!<arch>\n", 8);
	char name[32], header[61];

	for (size_t i = 0; ok && i < n; i++) {
		snprintf(name, sizeof(name), "%zu.o/", i);
		snprintf(header, sizeof(header), "%-16s%-12d%-6d%-6d%-8o%-10zu`\n", name, 0, 0, 0,
			 0644, objects[i].size);
		ok = append(f, header, 60) && append(f, objects[i].bytes, objects[i].size) &&
		     append(f, "\n", objects[i].size % 2);
	}
	if (f && fclose(f))
		ok = false;
	if (!ok && fd >= 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static int write_script(const struct cpu_isa *isa, size_t note)
{
	char name[128] = "", *p = name;
	int fd = memfd_create("script", 0);

	for (size_t i = 0; i < ((sizeof(IMAGE_NOTE) + 3) & ~3ul); i++)
		p += sprintf(p, "BYTE(%d) ", i < sizeof(IMAGE_NOTE) ? IMAGE_NOTE[i] : 0);
	if (fd >= 0)
		dprintf(fd, script, sizeof(IMAGE_NOTE), note, name, note, isa->page, isa->page);
	return fd;
}

static _Noreturn void become_linker(int objects, int out, int layout, uint32_t page,
				    unsigned threads)
{
	char archive[32], script_file[32], jobs[32], pages[32];
	char *argv[] = {
		(char *)"ld.lld",
		(char *)"-pie",
		(char *)"--no-dynamic-linker",
		(char *)"--no-undefined",
		(char *)"--defsym=wali_personality=0",
		(char *)"--eh-frame-hdr",
		(char *)"--build-id=none",
		(char *)"--hash-style=gnu",
		(char *)"--no-gc-sections",
		(char *)"--entry=wali_start",
		(char *)"-z",
		(char *)"norelro",
		(char *)"-z",
		(char *)"text",
		(char *)"-z",
		pages,
		jobs,
		(char *)"-T",
		script_file,
		(char *)"-o",
		(char *)"-",
		(char *)"--whole-archive",
		archive,
		NULL,
	};

	snprintf(archive, sizeof(archive), "/proc/self/fd/%d", objects);
	snprintf(script_file, sizeof(script_file), "/proc/self/fd/%d", layout);
	snprintf(jobs, sizeof(jobs), "--threads=%u", threads ? threads : 1);
	snprintf(pages, sizeof(pages), "max-page-size=%u", page);
	dup2(out, STDOUT_FILENO);
	exec_llvm("ld.lld", argv);
	_exit(127);
}

/* 0, or what went wrong. */
static bool run_linker(int objects, int out, int layout, uint32_t page, unsigned threads,
		       struct link_error *err)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0)
		become_linker(objects, out, layout, page, threads);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (pid < 0)
		return fail(err, "cannot start the linker: %s", strerror(errno));
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		return fail(err, "ld.lld-" LLVM_VERSION
				 " is neither in PATH nor beside clang-" LLVM_VERSION
				 "; install lld-" LLVM_VERSION);
	if (status)
		return fail(err, "the linker has failed");
	return true;
}

static uint8_t *read_output(int fd, size_t *size, struct link_error *err)
{
	off_t end = lseek(fd, 0, SEEK_END);
	uint8_t *bytes = end > 0 ? malloc((size_t)end) : NULL;

	for (off_t at = 0; bytes && at < end;) {
		ssize_t n = pread(fd, bytes + at, (size_t)(end - at), at);

		if (n <= 0) {
			free(bytes);
			bytes = NULL;
		}
		at += n;
	}
	if (!bytes)
		fail(err, "the linker's output cannot be read");
	*size = (size_t)end;
	return bytes;
}

/* Nothing may be left that somebody would have to relocate, bind, initialise or allocate. */
static bool check_sections(const uint8_t *elf, size_t size, struct link_error *err)
{
	static const char *const known[] = {".note.wali",    ".rodata",	  ".gcc_except_table",
					    ".eh_frame_hdr", ".eh_frame", ".text",
					    ".text.polled",  ".data"};
	const Elf64_Ehdr *h = (const Elf64_Ehdr *)elf;
	const Elf64_Shdr *sections = (const Elf64_Shdr *)(elf + h->e_shoff);
	const char *names;

	if (size < sizeof(*h) || memcmp(elf, ELFMAG, SELFMAG) || h->e_shoff >= size)
		return fail(err, "internal error: the linker has written something else");
	names = (const char *)elf + sections[h->e_shstrndx].sh_offset;
	for (const Elf64_Shdr *s = sections + 1; s < sections + h->e_shnum; s++) {
		const char *name = names + s->sh_name;
		bool ok = false;

		if (!(s->sh_flags & SHF_ALLOC) || !s->sh_size)
			continue;
		for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
			ok |= !strcmp(name, known[i]);
		if (!ok)
			return fail(err, "internal error: compiled code has a section %s", name);
		if (!strcmp(name, ".data") && s->sh_size != 8)
			return fail(err, "internal error: compiled code has data");
	}
	return true;
}

uint8_t *link_objects(const struct aot_object *objects, size_t n, const struct cpu_isa *isa,
		      size_t note, unsigned threads, size_t *size, struct link_error *err)
{
	int archive = write_archive(objects, n), layout = write_script(isa, note);
	int out = memfd_create("image", MFD_CLOEXEC);
	uint8_t *elf = NULL;

	if (archive < 0 || layout < 0 || out < 0)
		fail(err, "cannot hold the objects in memory: %s", strerror(errno));
	else if (run_linker(archive, out, layout, isa->page, threads, err))
		elf = read_output(out, size, err);
	if (elf && !check_sections(elf, *size, err)) {
		free(elf);
		elf = NULL;
	}
	if (archive >= 0)
		close(archive);
	if (layout >= 0)
		close(layout);
	if (out >= 0)
		close(out);
	return elf;
}
