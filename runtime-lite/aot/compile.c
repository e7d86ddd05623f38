/*
 * The driver: units, which are the same whatever the number of threads, and from each an object.
 */
#include "compile-unit.h"

#include <llvm-c/Analysis.h>
#include <llvm-c/Error.h>
#include <llvm-c/Support.h>
#include <llvm-c/Transforms/PassBuilder.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A unit has functions of about this many bytes of WebAssembly. Smaller ones balance better, larger ones share more. */
#define UNIT_BYTES (48u << 10)

struct range {
	uint32_t first, end; /* of defined functions */
	uint64_t bytes;
};

struct job {
	const struct plan *plan;
	struct aot_output *out;
	struct range *ranges; /* [0]: the thunks */
	uint32_t nranges;
	uint64_t done, total;
	uint32_t next;
	char *error;
	size_t error_size;
	bool failed;
	pthread_mutex_t lock;
};

#define COMBINE "instcombine<no-verify-fixpoint>,"
#define EARLY	"sroa,early-cse<memssa>,simplifycfg," COMBINE
/* What need not be done in every round stays where it is: more values in a loop are spills, mostly. */
#define LICM   "licm<no-allowspeculation>"
#define THREAD "jump-threading,correlated-propagation,"
/* No dse: where clang has left a store that another one overwrites, it may have been volatile, for a signal handler. */
#define LATE(unswitch, thread)                                                                     \
	EARLY THREAD "simplifycfg,"                                                                \
		     "loop-mssa(loop-simplifycfg," LICM ",loop-rotate," LICM "," unswitch "),"     \
		     "simplifycfg," COMBINE                                                        \
		     "loop(indvars,loop-deletion),gvn<no-load-pre>,sccp,bdce," COMBINE thread      \
		     "loop-mssa(" LICM "),adce,simplifycfg,"                                       \
		     "loop-vectorize,slp-vectorizer,loop-unroll," COMBINE "simplifycfg,sink"

/*
 * Passes for functions only: what looks at several functions at once might find out that something cannot throw, and a
 * signal can make anything throw.
 */
static const char *const passes[4] = {
	NULL,
	"function(" EARLY "simplifycfg)",
	"function(" LATE("simple-loop-unswitch", "") ")",
	"function(" LATE("simple-loop-unswitch<nontrivial>", THREAD) ")",
};

static void initialize_llvm(void)
{
	LLVMInitializeX86TargetInfo();
	LLVMInitializeX86Target();
	LLVMInitializeX86TargetMC();
	LLVMInitializeX86AsmPrinter();
	LLVMInitializeX86AsmParser();
	LLVMInitializeAArch64TargetInfo();
	LLVMInitializeAArch64Target();
	LLVMInitializeAArch64TargetMC();
	LLVMInitializeAArch64AsmPrinter();
	LLVMInitializeAArch64AsmParser();
	LLVMInitializeRISCVTargetInfo();
	LLVMInitializeRISCVTarget();
	LLVMInitializeRISCVTargetMC();
	LLVMInitializeRISCVAsmPrinter();
	LLVMInitializeRISCVAsmParser();
}

/*
 * -O1 is for who waits: LLVM's quick instruction selection, as at -O0, with a register allocator that looks at whole functions,
 * as at -O2. Together they take a third of the time of -O2, and code is a seventh slower. Tried on x86-64 only.
 */
static bool is_quick(const struct plan *plan)
{
	return plan->options->level == 1 && plan->isa == ISA_X86_64;
}

/* What only LLVM's command line can say. It counts for the process, and can be said once. */
static void set_llvm_options(const struct plan *plan)
{
	static const char *const options[] = {
		"wali-aotc",
		/* Where variables are would be looked for for long, though there are none. */
		"-experimental-debug-variable-locations=false",
		/* compile-widen.c does that better. */
		"-indvars-widen-indvars=false",
		/* Bytes, as a power of two. A short loop on two lines of the cache can take half as long again. */
		"-x86-experimental-pref-innermost-loop-alignment=5",
		/* Where is_quick(). */
		"-regalloc=basic",
		"-optimize-regalloc=true",
	};
	const int quick = 2, n = sizeof(options) / sizeof(*options);
	static atomic_flag done = ATOMIC_FLAG_INIT;

	if (!atomic_flag_test_and_set(&done))
		LLVMParseCommandLineOptions(is_quick(plan) ? n : n - quick, options, NULL);
}

static LLVMTargetMachineRef new_machine(const struct plan *plan)
{
	const struct aot_options *o = plan->options;
	LLVMTargetMachineOptionsRef options;
	LLVMTargetMachineRef machine;
	LLVMTargetRef target;
	char *message;

	if (LLVMGetTargetFromTriple(o->triple, &target, &message)) {
		LLVMDisposeMessage(message);
		return NULL;
	}
	options = LLVMCreateTargetMachineOptions();
	LLVMTargetMachineOptionsSetCPU(options, o->cpu);
	LLVMTargetMachineOptionsSetFeatures(options, plan->features);
	LLVMTargetMachineOptionsSetCodeGenOptLevel(
		options, is_quick(plan) ? LLVMCodeGenLevelNone : (LLVMCodeGenOptLevel)o->level);
	LLVMTargetMachineOptionsSetRelocMode(options, LLVMRelocPIC);
	if (plan->isa == ISA_RISCV64) {
		LLVMTargetMachineOptionsSetABI(options, "lp64d");
		LLVMTargetMachineOptionsSetCodeModel(options, LLVMCodeModelMedium);
	}
	machine = LLVMCreateTargetMachineWithOptions(target, o->triple, options);
	LLVMDisposeTargetMachineOptions(options);
	return machine;
}

static void add_flag(struct unit *u, LLVMModuleFlagBehavior behaviour, const char *name,
		     LLVMMetadataRef value)
{
	LLVMAddModuleFlag(u->module, behaviour, name, strlen(name), value);
}

static void set_up_module(struct unit *u, LLVMTargetMachineRef machine)
{
	LLVMTargetDataRef layout = LLVMCreateTargetDataLayout(machine);

	LLVMSetModuleDataLayout(u->module, layout);
	LLVMDisposeTargetData(layout);
	add_flag(u, LLVMModuleFlagBehaviorWarning, "PIC Level", LLVMValueAsMetadata(const32(u, 2)));
	add_flag(u, LLVMModuleFlagBehaviorWarning, "uwtable", LLVMValueAsMetadata(const32(u, 2)));
	if (u->plan->isa == ISA_RISCV64)
		add_flag(u, LLVMModuleFlagBehaviorError, "target-abi",
			 LLVMMDStringInContext2(u->context, "lp64d", 5));
}

static void set_up_debug(struct unit *u)
{
	static const char producer[] = "wali-aotc";

	u->di = LLVMCreateDIBuilder(u->module);
	u->di_file = LLVMDIBuilderCreateFile(u->di, "module", 6, "", 0);
	u->di_unit = LLVMDIBuilderCreateCompileUnit(u->di, LLVMDWARFSourceLanguageC11, u->di_file,
						    producer, strlen(producer), 1, "", 0, 0, "", 0,
						    LLVMDWARFEmissionLineTablesOnly, 0, 0, 0, "", 0,
						    "", 0);
	u->di_type = LLVMDIBuilderCreateSubroutineType(u->di, u->di_file, NULL, 0, LLVMDIFlagZero);
	add_flag(u, LLVMModuleFlagBehaviorWarning, "Debug Info Version",
		 LLVMValueAsMetadata(const32(u, LLVMDebugMetadataVersion())));
	add_flag(u, LLVMModuleFlagBehaviorWarning, "Dwarf Version",
		 LLVMValueAsMetadata(const32(u, 5)));
}

static void build(struct unit *u, const struct range *r, uint32_t number)
{
	if (!number) {
		compile_thunks(u);
		compile_start(u);
		return;
	}
	set_up_debug(u);
	for (uint32_t i = r->first; i < r->end; i++)
		compile_function(u, i);
	LLVMDIBuilderFinalize(u->di);
}

static void dump(struct unit *u, uint32_t number, const char *what)
{
	char *path, *message;

	if (asprintf(&path, "%s/%u%s.ll", u->plan->options->dump, number, what) < 0)
		return;
	if (LLVMPrintModuleToFile(u->module, path, &message))
		LLVMDisposeMessage(message);
	free(path);
}

static void verify(struct unit *u)
{
	char *message = NULL;

	if (LLVMVerifyModule(u->module, LLVMReturnStatusAction, &message))
		unit_fail(u, message);
	LLVMDisposeMessage(message);
}

static void optimize(struct unit *u, LLVMTargetMachineRef machine)
{
	const char *pipeline = passes[u->plan->options->level];
	LLVMPassBuilderOptionsRef options;
	LLVMErrorRef error;

	if (!pipeline)
		return;
	options = LLVMCreatePassBuilderOptions();
	error = LLVMRunPasses(u->module, pipeline, machine, options);
	LLVMDisposePassBuilderOptions(options);
	if (error)
		unit_fail(u, LLVMGetErrorMessage(error));
	if (u->plan->options->level < 2)
		return;
	for (LLVMValueRef f = LLVMGetFirstFunction(u->module); f; f = LLVMGetNextFunction(f))
		if (LLVMGetFirstBasicBlock(f))
			widen_addresses(u, f);
}

static void emit(struct unit *u, LLVMTargetMachineRef machine, struct aot_object *out)
{
	LLVMMemoryBufferRef buffer;
	char *message;

	if (LLVMTargetMachineEmitToMemoryBuffer(machine, u->module, LLVMObjectFile, &message,
						&buffer))
		unit_fail(u, message);
	out->size = LLVMGetBufferSize(buffer);
	out->bytes = malloc(out->size);
	if (out->bytes)
		memcpy(out->bytes, LLVMGetBufferStart(buffer), out->size);
	LLVMDisposeMemoryBuffer(buffer);
	if (!out->bytes)
		unit_fail(u, "out of memory");
}

static void on_diagnostic(LLVMDiagnosticInfoRef info, void *context)
{
	struct unit *u = context;

	if (LLVMGetDiagInfoSeverity(info) == LLVMDSError && !u->failure)
		u->failure = LLVMGetDiagInfoDescription(info);
}

static void compile_unit(struct unit *u, const struct range *r, uint32_t number,
			 LLVMTargetMachineRef machine, struct aot_object *out)
{
	const struct aot_options *o = u->plan->options;

	if (setjmp(u->bail))
		return;
	LLVMContextSetDiagnosticHandler(u->context, on_diagnostic, u);
	set_up_module(u, machine);
	build(u, r, number);
	if (o->dump)
		dump(u, number, "");
	if (o->verify)
		verify(u);
	optimize(u, machine);
	if (o->dump)
		dump(u, number, "-optimized");
	if (o->verify)
		verify(u);
	emit(u, machine, out);
}

static void fail(struct job *job, const char *why)
{
	pthread_mutex_lock(&job->lock);
	if (!job->failed)
		snprintf(job->error, job->error_size, "%s", why);
	job->failed = true;
	pthread_mutex_unlock(&job->lock);
}

/* The next unit to compile, or false. */
static bool take(struct job *job, uint32_t *number)
{
	bool any;

	pthread_mutex_lock(&job->lock);
	any = !job->failed && job->next < job->nranges;
	if (any)
		*number = job->next++;
	pthread_mutex_unlock(&job->lock);
	return any;
}

static void report(struct job *job, uint64_t bytes)
{
	const struct aot_options *o = job->plan->options;

	pthread_mutex_lock(&job->lock);
	job->done += bytes;
	if (o->progress)
		o->progress(o->context, job->done, job->total);
	pthread_mutex_unlock(&job->lock);
}

static void *work(void *argument)
{
	struct job *job = argument;
	LLVMTargetMachineRef machine = new_machine(job->plan);
	uint32_t number;

	if (!machine) {
		fail(job, "LLVM does not know the target");
		return NULL;
	}
	while (take(job, &number)) {
		struct unit *u = unit_new(job->plan, "wali");

		if (!u) {
			fail(job, "out of memory");
			break;
		}
		compile_unit(u, &job->ranges[number], number, machine, &job->out->objects[number]);
		if (u->failure)
			fail(job, u->failure);
		unit_free(u);
		report(job, job->ranges[number].bytes);
	}
	LLVMDisposeTargetMachine(machine);
	return NULL;
}

static bool make_ranges(struct job *job)
{
	const struct module *m = job->plan->m;
	struct range *r;

	job->ranges = calloc(m->nfunctions + 1, sizeof(*job->ranges));
	if (!job->ranges)
		return false;
	job->nranges = 1;
	for (uint32_t i = 0; i < m->nfunctions; i++) {
		uint64_t bytes = m->functions[i].end - m->functions[i].code;

		r = &job->ranges[job->nranges - 1];
		if (job->nranges == 1 || r->bytes + bytes > UNIT_BYTES) {
			r = &job->ranges[job->nranges++];
			r->first = i;
		}
		r->end = i + 1;
		r->bytes += bytes;
		job->total += bytes;
	}
	return true;
}

static void run(struct job *job)
{
	long wanted = job->plan->options->threads;
	pthread_attr_t attributes;
	pthread_t *threads;
	long started = 0;

	if (!wanted)
		wanted = sysconf(_SC_NPROCESSORS_ONLN);
	if (wanted > job->nranges)
		wanted = job->nranges;
	threads = calloc(wanted < 1 ? 1 : wanted, sizeof(*threads));
	if (!threads) {
		fail(job, "out of memory");
		return;
	}
	/* LLVM recurses, more deeply the larger a function is. */
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, (size_t)256 << 20);
	while (started < wanted && !pthread_create(&threads[started], &attributes, work, job))
		started++;
	pthread_attr_destroy(&attributes);
	if (!started)
		fail(job, "cannot create a thread");
	for (long i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	free(threads);
}

static bool note_unchecked(const struct plan *plan, struct aot_output *out)
{
	out->unchecked = calloc(plan->m->ntables + 1, sizeof(*out->unchecked));
	if (!out->unchecked)
		return false;
	for (uint32_t i = 0; i < plan->m->ntables; i++)
		if (plan->unchecked[i])
			out->unchecked[out->nunchecked++] = i;
	return true;
}

bool aot_compile(const struct module *m, const struct aot_options *options, struct aot_output *out,
		 char *error, size_t size)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct plan plan;
	struct job job = {
		.plan = &plan,
		.out = out,
		.error = error,
		.error_size = size,
		.lock = PTHREAD_MUTEX_INITIALIZER,
	};
	const char *problem;

	*out = (struct aot_output){0};
	pthread_once(&once, initialize_llvm);
	problem = plan_make(&plan, m, options);
	if (!problem)
		set_llvm_options(&plan);
	if (problem) {
		fail(&job, problem);
	} else if (!make_ranges(&job) || !note_unchecked(&plan, out) ||
		   !(out->objects = calloc(job.nranges, sizeof(*out->objects)))) {
		fail(&job, "out of memory");
	} else {
		out->nobjects = job.nranges;
		run(&job);
	}
	free(job.ranges);
	plan_free(&plan);
	if (job.failed)
		aot_output_free(out);
	return !job.failed;
}

void aot_output_free(struct aot_output *out)
{
	for (uint32_t i = 0; i < out->nobjects; i++)
		free(out->objects[i].bytes);
	free(out->objects);
	free(out->unchecked);
	*out = (struct aot_output){0};
}
