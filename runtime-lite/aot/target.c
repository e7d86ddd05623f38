/* ISAs by name, and CPUs: clang tells what one has, by the macros that it defines. */
#include "target.h"
#include "link.h"

#include <errno.h>
#include <fcntl.h>
#include <llvm-c/Core.h>
#include <llvm-c/TargetMachine.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct cpu_isa *find_isa(const char *name)
{
	for (size_t i = 0; i < sizeof(cpu_isas) / sizeof(*cpu_isas); i++) {
		if (!strcmp(cpu_isas[i].name, name))
			return &cpu_isas[i];
		for (const char *const *other = cpu_isas[i].others; *other; other++)
			if (!strcmp(*other, name))
				return &cpu_isas[i];
	}
	return NULL;
}

static _Noreturn void become_clang(const struct cpu_isa *isa, const char *cpu, int out)
{
	char target[64], option[128];
	char *argv[] = {(char *)"clang", target, option,      (char *)"-E", (char *)"-dM",
			(char *)"-x",	 "c",	 "/dev/null", NULL};
	int null = open("/dev/null", O_RDWR);

	snprintf(target, sizeof(target), "--target=%s", isa->triple);
	snprintf(option, sizeof(option), "%s%s", isa->cpu_option, cpu);
	dup2(null, STDERR_FILENO);
	dup2(out, STDOUT_FILENO);
	exec_llvm("clang", argv);
	_exit(127);
}

/* The features whose macros are defined. Returns clang's exit status. */
static int read_macros(const struct cpu_isa *isa, const char *cpu, uint64_t *features)
{
	int ends[2], status = -1;
	char *line = NULL;
	size_t size = 0;
	FILE *f;
	pid_t pid;

	*features = 0;
	if (pipe2(ends, O_CLOEXEC))
		return -1;
	pid = fork();
	if (pid == 0)
		become_clang(isa, cpu, ends[1]);
	close(ends[1]);
	f = fdopen(ends[0], "r");
	while (f && getline(&line, &size, f) >= 0) {
		char name[128];

		if (sscanf(line, "#define %127s", name) != 1)
			continue;
		for (size_t i = 0; i < isa->nfeatures; i++)
			if (!strcmp(isa->features[i].macro, name))
				*features |= UINT64_C(1) << i;
	}
	free(line);
	if (f)
		fclose(f);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool features_by_name(struct target *t, const char *cpu, char *message, size_t size)
{
	switch (read_macros(t->isa, cpu, &t->features)) {
	case 0: break;
	case 127:
		snprintf(message, size, "clang-22, which knows what --cpu=%s has, is not in PATH",
			 cpu);
		return false;
	default:
		snprintf(message, size, "unknown CPU for %s: '%s'", t->isa->name, cpu);
		return false;
	}
	/* Features may follow the name. */
	t->tune = strndup(cpu, strcspn(cpu, "+"));
	return true;
}

static char *features_text(const struct target *t)
{
	char *text = calloc(t->isa->nfeatures + 1, 32), *p = text;

	for (size_t i = 0; text && i < t->isa->nfeatures; i++)
		if (t->features >> i & 1)
			p += sprintf(p, "%s+%s", p == text ? "" : ",", t->isa->features[i].name);
	return text;
}

bool target_choose(struct target *t, const char *isa, const char *cpu, char *message, size_t size)
{
	uint64_t missing;

	*t = (struct target){.isa = isa ? find_isa(isa) : cpu_isa};
	if (!cpu)
		cpu = t->isa == cpu_isa ? "native" : "baseline";
	if (!t->isa) {
		snprintf(message, size,
			 "unknown target '%s': there are x86_64, aarch64 and riscv64", isa);
		return false;
	}
	if (!strcmp(cpu, "baseline")) {
		t->features = cpu_baseline(t->isa);
	} else if (strcmp(cpu, "native")) {
		if (!features_by_name(t, cpu, message, size))
			return false;
	} else if (t->isa != cpu_isa) {
		snprintf(message, size, "--cpu=native is %s, not %s", cpu_isa->name, t->isa->name);
		return false;
	} else {
		char *name = LLVMGetHostCPUName();

		t->features = cpu_present();
		t->tune = strdup(name);
		LLVMDisposeMessage(name);
	}
	missing = cpu_baseline(t->isa) & ~t->features;
	if (missing) {
		snprintf(message, size, "--cpu=%s does not have %s, which compiled code needs", cpu,
			 cpu_name_one(t->isa, missing));
		return false;
	}
	t->text = features_text(t);
	return true;
}

void target_free(struct target *t)
{
	free((char *)t->tune);
	free(t->text);
}
