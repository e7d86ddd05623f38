/*
 * Addresses that stay in registers as they are used.
 *
 * Guest addresses are i32 and are extended where they are used. What LLVM's instruction selection knows of registers ends at the
 * basic block: in every other block than its own, a value is extended by a move into a register more, although on x86-64 and
 * aarch64 whatever computes 32 bits clears the others. So, after all other passes, what is extended anywhere is extended
 * once, where it comes into being (which costs nothing there), phis of such values become phis of 64 bits, and other
 * blocks have 32 bits from the lower half of that (which costs nothing, either).
 */
#include "compile-unit.h"

#include <stdlib.h>

struct widened {
	LLVMValueRef narrow, wide;
};

struct list {
	LLVMValueRef *v;
	size_t n, size;
};

struct widening {
	struct unit *u;
	LLVMBasicBlockRef entry;
	struct widened *all; /* as they were found: the same code comes out always */
	uint32_t *table;     /* by the address of `narrow`: indices + 1; open addressing */
	size_t n, size;	     /* of `all`; of `table`, and twice that of `all` */
	struct list phis;
};

static uint32_t *find(struct widening *w, LLVMValueRef v)
{
	size_t i = (uintptr_t)v / 16 * 0x9e3779b97f4a7c15 >> 20;

	for (;; i++) {
		uint32_t *at = &w->table[i & (w->size - 1)];

		if (!*at || w->all[*at - 1].narrow == v)
			return at;
	}
}

static LLVMValueRef wide_of(struct widening *w, LLVMValueRef v)
{
	uint32_t at = w->n ? *find(w, v) : 0;

	return at ? w->all[at - 1].wide : NULL;
}

static void remember(struct widening *w, LLVMValueRef v, LLVMValueRef wide)
{
	if (2 * (w->n + 1) > w->size) {
		w->size = w->size ? 2 * w->size : 256;
		w->all = realloc(w->all, w->size / 2 * sizeof(*w->all));
		if (!w->all)
			unit_fail(w->u, "out of memory");
		free(w->table);
		w->table = unit_alloc(w->u, w->size, sizeof(*w->table));
		for (size_t i = 0; i < w->n; i++)
			*find(w, w->all[i].narrow) = i + 1;
	}
	w->all[w->n++] = (struct widened){v, wide};
	*find(w, v) = w->n;
}

static void add(struct unit *u, struct list *list, LLVMValueRef v)
{
	if (list->n == list->size) {
		list->size = 2 * list->size + 64;
		list->v = realloc(list->v, list->size * sizeof(*list->v));
		if (!list->v)
			unit_fail(u, "out of memory");
	}
	list->v[list->n++] = v;
}

static bool is_extension(struct widening *w, LLVMValueRef v)
{
	return LLVMIsAZExtInst(v) && LLVMTypeOf(v) == w->u->i64 &&
	       LLVMTypeOf(LLVMGetOperand(v, 0)) == w->u->i32;
}

static struct list extensions_of(struct widening *w, LLVMValueRef f)
{
	struct list found = {0};

	for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(f); b; b = LLVMGetNextBasicBlock(b))
		for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i))
			if (is_extension(w, i))
				add(w->u, &found, i);
	return found;
}

/* Where all phis of a block, and a landing pad, are behind. */
static LLVMValueRef after_phis(LLVMBasicBlockRef b)
{
	LLVMValueRef i = LLVMGetFirstInstruction(b);

	while (LLVMIsAPHINode(i) || LLVMIsALandingPadInst(i))
		i = LLVMGetNextInstruction(i);
	return i;
}

static bool has_one_predecessor(LLVMBasicBlockRef b)
{
	LLVMValueRef block = LLVMBasicBlockAsValue(b);
	unsigned n = 0;

	for (LLVMUseRef use = LLVMGetFirstUse(block); use; use = LLVMGetNextUse(use))
		n++;
	return n == 1;
}

static bool is_known(LLVMValueRef v)
{
	return LLVMIsAConstantInt(v) || LLVMIsUndef(v);
}

/* Where something that needs v can be as early as possible, or NULL. */
static LLVMValueRef place_after(struct widening *w, LLVMValueRef v)
{
	if (LLVMIsAArgument(v))
		return after_phis(w->entry);
	if (LLVMIsAPHINode(v))
		return after_phis(LLVMGetInstructionParent(v));
	if (LLVMIsAInvokeInst(v)) {
		LLVMBasicBlockRef next = LLVMGetNormalDest(v);

		return has_one_predecessor(next) ? after_phis(next) : NULL;
	}
	return LLVMIsAInstruction(v) ? LLVMGetNextInstruction(v) : NULL;
}

static bool is_phi_of_wide(struct widening *w, LLVMValueRef v)
{
	if (!LLVMIsAPHINode(v))
		return false;
	for (unsigned i = LLVMCountIncoming(v); i--;) {
		LLVMValueRef from = LLVMGetIncomingValue(v, i);

		if (!is_known(from) && !place_after(w, from))
			return false;
	}
	return true;
}

/* v with 64 bits, or NULL. */
static LLVMValueRef widen(struct widening *w, LLVMValueRef v)
{
	struct unit *u = w->u;
	LLVMValueRef wide, at;

	if (is_known(v))
		return const64(u, LLVMIsUndef(v) ? 0 : LLVMConstIntGetZExtValue(v));
	wide = wide_of(w, v);
	if (wide)
		return wide;
	at = place_after(w, v);
	if (!at)
		return NULL;
	if (is_phi_of_wide(w, v)) {
		LLVMPositionBuilderBefore(u->b, v);
		wide = LLVMBuildPhi(u->b, u->i64, "");
		add(u, &w->phis, v);
	} else {
		LLVMPositionBuilderBefore(u->b, at);
		wide = LLVMBuildZExt(u->b, v, u->i64, "");
	}
	remember(w, v, wide);
	return wide;
}

static void widen_values(struct widening *w, LLVMValueRef phi)
{
	LLVMValueRef wide = wide_of(w, phi);
	unsigned n = LLVMCountIncoming(phi);

	for (unsigned i = 0; i < n; i++) {
		LLVMBasicBlockRef from = LLVMGetIncomingBlock(phi, i);
		LLVMValueRef v = widen(w, LLVMGetIncomingValue(phi, i));

		LLVMAddIncoming(wide, &v, &from, 1);
	}
}

/* A phi whose place another of 64 bits has taken. */
static bool is_replaced(struct widening *w, LLVMValueRef v)
{
	LLVMValueRef wide = LLVMIsAPHINode(v) ? wide_of(w, v) : NULL;

	return wide && LLVMIsAPHINode(wide);
}

static LLVMValueRef narrow_before(struct widening *w, LLVMValueRef at, LLVMValueRef wide)
{
	LLVMPositionBuilderBefore(w->u->b, at);
	return LLVMBuildTrunc(w->u->b, wide, w->u->i32, "");
}

/* Phis use their values at the end of the blocks that those come from. */
static void narrow_values(struct widening *w, LLVMValueRef phi, const struct widened *e,
			  LLVMBasicBlockRef home)
{
	unsigned n = LLVMCountIncoming(phi);

	for (unsigned i = 0; i < n; i++) {
		LLVMBasicBlockRef from = LLVMGetIncomingBlock(phi, i);
		LLVMValueRef v;

		if (LLVMGetIncomingValue(phi, i) != e->narrow || from == home)
			continue;
		v = narrow_before(w, LLVMGetBasicBlockTerminator(from), e->wide);
		/* A switch may come from one block by several ways: the values have to be the same. */
		for (unsigned k = i; k < n; k++)
			if (LLVMGetIncomingBlock(phi, k) == from)
				LLVMSetOperand(phi, k, v);
	}
}

/* Uses of what has been widened, in other blocks than its own. */
static void narrow_uses(struct widening *w, const struct widened *e)
{
	LLVMBasicBlockRef home = LLVMIsAArgument(e->narrow)  ? w->entry
				 : is_replaced(w, e->narrow) ? NULL
							     : LLVMGetInstructionParent(e->narrow);
	struct list users = {0};

	for (LLVMUseRef use = LLVMGetFirstUse(e->narrow); use; use = LLVMGetNextUse(use))
		add(w->u, &users, LLVMGetUser(use));
	for (size_t i = 0; i < users.n; i++) {
		LLVMValueRef user = users.v[i], v = NULL;

		if (user == e->wide || is_replaced(w, user))
			continue;
		if (LLVMIsAPHINode(user)) {
			narrow_values(w, user, e, home);
			continue;
		}
		if (LLVMGetInstructionParent(user) == home)
			continue;
		for (int k = LLVMGetNumOperands(user); k--;) {
			if (LLVMGetOperand(user, k) != e->narrow)
				continue;
			if (!v)
				v = narrow_before(w, user, e->wide);
			LLVMSetOperand(user, k, v);
		}
	}
	free(users.v);
}

void widen_addresses(struct unit *u, LLVMValueRef f)
{
	struct widening w = {.u = u, .entry = LLVMGetEntryBasicBlock(f)};
	struct list extensions = extensions_of(&w, f);

	LLVMSetCurrentDebugLocation2(u->b, NULL);
	for (size_t i = 0; i < extensions.n; i++) {
		LLVMValueRef extension = extensions.v[i];
		LLVMValueRef wide = widen(&w, LLVMGetOperand(extension, 0));

		if (wide) {
			LLVMReplaceAllUsesWith(extension, wide);
			LLVMInstructionEraseFromParent(extension);
		}
	}
	free(extensions.v);
	for (size_t i = 0; i < w.phis.n; i++)
		widen_values(&w, w.phis.v[i]);
	for (size_t i = 0; i < w.n; i++)
		narrow_uses(&w, &w.all[i]);
	for (size_t i = 0; i < w.phis.n; i++) {
		LLVMReplaceAllUsesWith(w.phis.v[i], LLVMGetPoison(u->i32));
		LLVMInstructionEraseFromParent(w.phis.v[i]);
	}
	free(w.phis.v);
	free(w.table);
	free(w.all);
}
