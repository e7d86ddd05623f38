/* Translation of a function: the walk through its code, and what is made of it.
 * translate.h explains. */
#include "translate.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

_Noreturn void translation_fail(struct translation *t, const char *why)
{
	t->failure = why;
	longjmp(t->bail, 1);
}

void *translation_grow(struct translation *t, void *array, uint32_t n, uint32_t *size, size_t each)
{
	uint32_t bigger = *size + *size / 2 + 32;
	void *p;

	if (n < *size)
		return array;
	p = bigger > *size ? realloc(array, bigger * each) : NULL;
	if (!p)
		translation_fail(t, "out of memory for translated code");
	*size = bigger;
	return p;
}

/* Code that is never reached: everything up to what may be reached again. */
static void skip_dead(struct translation *t)
{
	uint32_t depth = 0;

	for (;;) {
		const uint8_t *at = t->p;
		const struct opinfo *info = opcode_info(leb_opcode(&t->p));

		switch (info->code) {
		case OP_BLOCK:
		case OP_LOOP:
		case OP_IF:
		case OP_TRY:
		case OP_TRY_TABLE: depth++; break;
		case OP_END:
		case OP_DELEGATE:
			if (!depth) {
				t->p = at;
				return;
			}
			depth--;
			break;
		case OP_ELSE:
		case OP_CATCH:
		case OP_CATCH_ALL:
			if (!depth) {
				t->p = at;
				return;
			}
			break;
		}
		opcode_skip_immediates(&t->p, info->imm);
	}
}

static void set_up_locals(struct translation *t)
{
	uint32_t n = t->type->nparams + t->fn->nlocals, k = 0;
	int32_t slot;

	t->locals = calloc(n + 1, sizeof(*t->locals));
	if (!t->locals)
		translation_fail(t, "out of memory for translated code");
	t->nlocals = n;
	slot = -(int32_t)t->nargs;
	for (; k < t->type->nparams; k++) {
		t->locals[k] = (struct local){.slot = slot, .type = t->type->params[k]};
		slot += width_of(t->locals[k].type);
	}
	slot = FRAME_HEADER;
	for (uint32_t i = 0; i < t->fn->nlocalgroups; i++)
		for (uint32_t j = 0; j < t->fn->localgroups[i].count; j++) {
			t->locals[k] =
				(struct local){.slot = slot, .type = t->fn->localgroups[i].type};
			slot += width_of(t->locals[k++].type);
		}
	/* Locals are cleared in pairs of slots. */
	slot += (slot - FRAME_HEADER) & 1;
	t->top = slot;
	if (slot + t->fn->maxstack > INT16_MAX - 1000)
		t->wide = true;
	if (t->wide) {
		/* The scratch slots need small numbers themselves. */
		for (k = t->type->nparams; k < n; k++)
			t->locals[k].slot += SCRATCH_SLOTS;
		t->scratch = FRAME_HEADER;
		t->top += SCRATCH_SLOTS;
	}
	t->max_top = t->top;
}

static void translate_global(struct translation *t, uint32_t op)
{
	uint32_t i = leb_u32(&t->p), n = t->m->nglobalimports;
	const struct globaltype *type = &t->m->globals[i];
	union global *imported = i < n ? t->inst->imported_globals[i] : NULL;
	bool wide = type->type == TYPE_V128, get = op == OP_GLOBAL_GET;
	uint64_t *w;

	if (!type->mutable && !wide) {
		push_const(t, type->type,
			   (imported ? imported : &t->inst->globals[i - n])->slot[0].u64);
		return;
	}
	if (get) {
		if (imported)
			w = emit(t, wide ? op_import_get128 : op_import_get, 3);
		else
			w = emit(t, wide ? op_global_get128 : op_global_get, 2);
		set_operand(w, 0, destination(t));
	} else {
		struct value v = pop(t);
		bool in_a = !imported && !wide && holds(t, ACC_INT, &v);
		uint32_t offset = (i - n) * sizeof(union global);
		int32_t s = 0;

		if (in_a && (v.kind == VALUE_LOCAL ? fuse_global_lower(t, offset)
						   : fuse_global_raise(t, &v, offset)))
			return;
		if (v.type == TYPE_EXNREF && imported) {
			materialise(t, &v);
			s = operand(t, slot_of(t, &v), v.type);
			set_operand(emit(t, op_pin, 2), 0, s);
			forget(t);
		}
		if (in_a)
			take(t, ACC_INT, &v);
		else {
			materialise(t, &v);
			s = operand(t, slot_of(t, &v), v.type);
		}
		if (imported)
			w = emit(t, wide ? op_import_set128 : op_import_set, 3);
		else
			w = emit(t,
				 wide	? op_global_set128
				 : in_a ? op_global_set_a
					: op_global_set_s,
				 2);
		set_operand(w, 0, s);
		t->scratch_used = 0;
	}
	if (imported)
		w[2] = (uintptr_t)imported;
	else
		set_wide(w, 1, (i - n) * sizeof(union global));
	if (get)
		define_in_a(t, type->type, w - t->words, imported || wide ? NULL : op_global_get_a);
}

/* An exnref on top of the stack that a table is going to keep. */
static void pin(struct translation *t, uint32_t table, unsigned below)
{
	struct value *v = &t->values[t->nvalues - 1 - below];
	int32_t s;

	if (t->m->tables[table].elem != TYPE_EXNREF || v->kind == VALUE_CONST)
		return;
	s = operand(t, slot_of(t, v), v->type);
	set_operand(emit(t, op_pin, 2), 0, s);
	t->scratch_used = 0;
	forget(t);
}

static void translate_table(struct translation *t, uint32_t op)
{
	uint32_t i = leb_u32(&t->p), k;
	uint8_t type = t->m->tables[op == OP_TABLE_INIT || op == OP_ELEM_DROP ? 0 : i].elem;

	switch (op) {
	case OP_TABLE_GET:
		set_wide(translate_slots(t, op_table_get, 2, "i:i"), 1, i);
		t->values[t->nvalues - 1].type = type;
		break;
	case OP_TABLE_SET:
		pin(t, i, 0);
		set_wide(translate_slots(t, op_table_set, 2, "ii:"), 1, i);
		break;
	case OP_TABLE_SIZE: set_wide(translate_slots(t, op_table_size, 2, ":i"), 1, i); break;
	case OP_TABLE_GROW:
		pin(t, i, 1);
		translate_slots(t, op_table_grow, 3, "ii:i")[2] = i;
		break;
	case OP_TABLE_FILL:
		pin(t, i, 1);
		translate_slots(t, op_table_fill, 3, "iii:")[2] = i;
		break;
	case OP_TABLE_COPY:
		k = leb_u32(&t->p);
		translate_slots(t, op_table_copy, 3, "iii:")[2] = (uint64_t)k << 32 | i;
		break;
	case OP_TABLE_INIT: /* the segment, then the table */
		k = leb_u32(&t->p);
		translate_slots(t, op_table_init, 3, "iii:")[2] = (uint64_t)i << 32 | k;
		break;
	case OP_ELEM_DROP: set_wide(emit(t, op_elem_drop, 2), 1, i); break;
	}
}

static void translate_memory(struct translation *t, uint32_t op)
{
	uint32_t i = leb_u32(&t->p), k;
	uint64_t *w;

	switch (op) {
	case OP_MEMORY_SIZE:
		translate_slots(t, op_memory_size, 3, ":i")[2] = (uintptr_t)t->inst->memories[i];
		break;
	case OP_MEMORY_GROW:
		translate_slots(t, op_memory_grow, 3, "i:i")[2] = (uintptr_t)t->inst->memories[i];
		break;
	case OP_MEMORY_FILL:
		translate_slots(t, op_memory_fill, 3, "iii:")[2] = (uintptr_t)t->inst->memories[i];
		break;
	case OP_MEMORY_COPY:
		k = leb_u32(&t->p);
		w = translate_slots(t, op_memory_copy, 4, "iii:");
		w[2] = (uintptr_t)t->inst->memories[i];
		w[3] = (uintptr_t)t->inst->memories[k];
		break;
	case OP_MEMORY_INIT:
		k = leb_u32(&t->p);
		w = translate_slots(t, op_memory_init, 4, "iii:");
		w[2] = (uintptr_t)t->inst->memories[k];
		w[3] = i;
		break;
	case OP_DATA_DROP: set_wide(emit(t, op_data_drop, 2), 1, i); break;
	}
}

/* One instruction. True at the function's end. */
static bool translate_instruction(struct translation *t)
{
	const struct opinfo *info;
	uint32_t bits32, i;
	uint64_t bits64;

	t->op = t->p;
	info = opcode_info(leb_opcode(&t->p));
	switch (info->code) {
	case OP_NOP: break;
	case OP_UNREACHABLE:
		emit(t, op_unreachable, 1);
		t->dead = true;
		break;
	case OP_DROP: pop(t); break;
	case OP_SELECT_T:
		t->p += leb_u32(&t->p);
		/* fall through */
	case OP_SELECT: translate_select(t); break;
	case OP_LOCAL_GET: push_local(t, leb_u32(&t->p)); break;
	case OP_LOCAL_SET: translate_local_set(t, leb_u32(&t->p)); break;
	case OP_LOCAL_TEE:
		i = leb_u32(&t->p);
		translate_local_set(t, i);
		push_local(t, i);
		break;
	case OP_GLOBAL_GET:
	case OP_GLOBAL_SET: translate_global(t, info->code); break;
	case OP_I32_CONST: push_const(t, TYPE_I32, (uint32_t)leb_s32(&t->p)); break;
	case OP_I64_CONST: push_const(t, TYPE_I64, leb_s64(&t->p)); break;
	case OP_F32_CONST:
		memcpy(&bits32, t->p, sizeof(bits32));
		t->p += sizeof(bits32);
		push_const(t, TYPE_F32, bits32);
		break;
	case OP_F64_CONST:
		memcpy(&bits64, t->p, sizeof(bits64));
		t->p += sizeof(bits64);
		push_const(t, TYPE_F64, bits64);
		break;
	case OP_REF_NULL: push_const(t, *t->p++, 0); break;
	case OP_REF_FUNC:
		push_const(t, TYPE_FUNCREF, (uintptr_t)t->inst->funcs[leb_u32(&t->p)]);
		break;
	case OP_REF_IS_NULL: translate_slots(t, op_is_null, 2, "i:i"); break;
	case OP_TABLE_GET:
	case OP_TABLE_SET:
	case OP_TABLE_SIZE:
	case OP_TABLE_GROW:
	case OP_TABLE_FILL:
	case OP_TABLE_COPY:
	case OP_TABLE_INIT:
	case OP_ELEM_DROP: translate_table(t, info->code); break;
	case OP_MEMORY_SIZE:
	case OP_MEMORY_GROW:
	case OP_MEMORY_COPY:
	case OP_MEMORY_FILL:
	case OP_MEMORY_INIT:
	case OP_DATA_DROP: translate_memory(t, info->code); break;
	case OP_CALL:
	case OP_CALL_INDIRECT:
	case OP_RETURN_CALL:
	case OP_RETURN_CALL_INDIRECT: translate_call(t, info->code); break;
	default:
		if (info->code < OP_DROP || info->code == OP_TRY_TABLE)
			return translate_block(t, info->code);
		if (info->code >> 12 == 0xfd)
			translate_simd(t, info);
		else
			translate_by_signature(t, info);
	}
	return false;
}

/* One attempt. False with t->failure set, NULL for "again, wide". */
static bool translate(struct translation *t)
{
	if (setjmp(t->bail))
		return false;
	set_up_locals(t);
	forget(t);
	t->scope = NO_HANDLER;
	begin_function(t);
	t->p = t->fn->code;
	do {
		if (t->dead)
			skip_dead(t);
	} while (!translate_instruction(t));
	return true;
}

static void free_translation(struct translation *t)
{
	free(t->words);
	free(t->locals);
	free(t->values);
	free(t->blocks);
	free(t->fixups);
	free(t->regions);
	free(t->scopes);
	free(t->clauses);
}

static void begin(struct translation *t, struct func *func, bool wide)
{
	uint32_t np = width_of_all(func->type->params, func->type->nparams);
	uint32_t nr = width_of_all(func->type->results, func->type->nresults);

	*t = (struct translation){
		.func = func,
		.inst = func->instance,
		.m = func->instance->module,
		.fn = func->function,
		.type = func->type,
		.nargs = np > nr ? np : nr,
		.wide = wide,
	};
}

static bool translate_function(struct translation *t, struct func *func)
{
	begin(t, func, false);
	if (translate(t))
		return true;
	if (t->failure)
		return false;
	free_translation(t);
	begin(t, func, true);
	return translate(t);
}

static void *append(char **end, const void *from, size_t bytes)
{
	char *at = *end;

	if (bytes)
		memcpy(at, from, bytes);
	*end += bytes;
	return at;
}

static struct code *finish(const struct translation *t)
{
	size_t words = t->nwords * sizeof(*t->words), regions = t->nregions * sizeof(*t->regions);
	size_t scopes = t->nscopes * sizeof(*t->scopes),
	       clauses = t->nclauses * sizeof(*t->clauses);
	struct code *code = code_alloc(sizeof(*code) + words + clauses + regions + scopes);
	uint32_t nlocals = 0;
	char *p;

	if (!code)
		return NULL;
	for (uint32_t i = t->type->nparams; i < t->nlocals; i++)
		nlocals += width_of(t->locals[i].type);
	if (t->wide)
		nlocals += SCRATCH_SLOTS;
	code->func = t->func;
	code->instance = t->func->instance;
	code->nargs = t->nargs;
	code->nslots = t->max_top;
	code->bytes = code->nslots * sizeof(union slot);
	code->clear = ((nlocals + 1) & ~1u) * sizeof(union slot);
	code->nwords = t->nwords;
	code->nregions = t->nregions;
	code->wide = t->wide;
	memcpy(code->words, t->words, words);
	p = (char *)code->words + words;
	code->clauses = append(&p, t->clauses, clauses);
	code->regions = append(&p, t->regions, regions);
	code->scopes = append(&p, t->scopes, scopes);
	return code;
}

struct code *code_of(struct exec *x, struct func *f)
{
	struct code *code = atomic_load_explicit(&f->code, memory_order_acquire), *made;
	struct translation t;

	if (code)
		return code;
	if (!translate_function(&t, f)) {
		x->trap_message = t.failure;
		free_translation(&t);
		return NULL;
	}
	made = finish(&t);
	free_translation(&t);
	if (!made) {
		x->trap_message = "out of memory for translated code";
		return NULL;
	}
	/* Another thread may have been faster; then its code is everybody's. */
	return atomic_compare_exchange_strong(&f->code, (void **)&code, (void *)made) ? made : code;
}

/* Nothing is stored for this: translating again gives the same code. */
size_t code_source_offset(const struct code *code, size_t at)
{
	struct translation t;
	size_t found = 0;

	begin(&t, code->func, code->wide);
	t.watching = true;
	t.watched = at;
	if (translate(&t))
		found = t.found;
	free_translation(&t);
	return found;
}

/* Code is allocated in chunks, one after the other, and never freed: other
 * threads may be executing it. */
void *code_alloc(size_t bytes)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static char *next;
	static size_t left;
	const size_t chunk = 256 << 10;
	void *p = NULL;

	bytes = (bytes + 15) & ~(size_t)15;
	pthread_mutex_lock(&lock);
	if (bytes > left) {
		size_t size = bytes > chunk / 4 ? (bytes + 4095) & ~(size_t)4095 : chunk;
		void *map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
				 -1, 0);

		if (map == MAP_FAILED)
			goto out;
		if (size != chunk) {
			/* Large ones by themselves, so that the rest of a chunk is not lost. */
			p = map;
			goto out;
		}
		next = map;
		left = size;
	}
	p = next;
	next += bytes;
	left -= bytes;
out:
	pthread_mutex_unlock(&lock);
	return p;
}
