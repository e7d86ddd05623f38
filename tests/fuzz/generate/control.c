/* Blocks, branches and exceptions. */
#include "generate.h"

#include <stdlib.h>
#include <string.h>

void push_label(const char *t)
{
	labels[nlabels++] = (struct label){.types = t, .at = nopen++};
}

static const char *label_types(unsigned label)
{
	return labels[nlabels - 1 - label].types;
}

static void put_label(unsigned label)
{
	put_leb(&code, nopen - 1 - labels[nlabels - 1 - label].at);
}

void emit_label(uint32_t op, unsigned label)
{
	emit(op);
	put_label(label);
}

void end(void)
{
	nlabels--;
	nopen--;
	emit(OP_END);
}

static void blocktype(char type)
{
	put(&code, type ? valtype(type) : 0x40);
}

static const char *one(char type)
{
	static const char strings[][2] = {"i", "I", "f", "d", "V"};

	return type ? strings[strchr(letters, type) - letters] : "";
}

void burn(void)
{
	emit_index(OP_GLOBAL_GET, FUEL);
	emit_i32(1);
	emit(OP_I32_SUB);
	emit_index(OP_GLOBAL_SET, FUEL);
	emit_index(OP_GLOBAL_GET, FUEL);
	emit_i32(0);
	emit(OP_I32_LT_S);
}

/* At a loop's head: without fuel, out of it. */
static void burn_in_loop(void)
{
	burn();
	emit(OP_IF);
	put(&code, 0x40);
	nopen++;
	for (const char *s = label_types(1); *s; s++)
		zero(*s);
	emit_label(OP_BR, 1);
	emit(OP_END), nopen--;
}

/* The inside of a block: statements, then the value. */
static void inside(char type, unsigned depth)
{
	statements(rnd(3), depth - 1);
	if (type)
		value(type, depth - 1);
}

static void keep_params(unsigned tag)
{
	for (unsigned i = types[tag].nparams; i--;)
		emit_index(OP_LOCAL_SET, scratch[(int)types[tag].params[i]]);
}

/* try … catch tag … catch_all … end, the latter part only if `all` says so; it may throw the exception again. */
static void legacy_try(char type, unsigned depth, unsigned tag, bool all, bool again)
{
	emit(OP_TRY);
	blocktype(type);
	push_label(one(type));
	inside(type, depth);
	emit_index(OP_CATCH, tag);
	keep_params(tag);
	inside(type, depth);
	if (all) {
		emit(OP_CATCH_ALL);
		inside(type, depth);
		if (again)
			emit_label(OP_RETHROW, 0);
	}
	end();
}

/* The same as nested blocks: around all, for catch_all, for catch, try_table. */
static void standard_try(char type, unsigned depth, unsigned tag, bool all, bool again)
{
	unsigned exnref = exnrefs + nlabels;

	emit(OP_BLOCK);
	blocktype(type);
	push_label(one(type));
	if (all) {
		emit(OP_BLOCK);
		put(&code, TYPE_EXNREF);
		nopen++;
	}
	emit(OP_BLOCK);
	put_sleb(&code, NTYPES + 1 + tag);
	nopen++;
	emit(OP_TRY_TABLE);
	blocktype(type);
	put_leb(&code, 1 + all);
	put(&code, CATCH), put_leb(&code, tag), put_leb(&code, 0);
	if (all)
		put(&code, CATCH_ALL_REF), put_leb(&code, 1);
	nopen++;
	inside(type, depth);
	emit(OP_END), nopen--;
	emit_label(OP_BR, 0);
	emit(OP_END), nopen--;
	keep_params(tag);
	inside(type, depth);
	if (all) {
		emit_label(OP_BR, 0);
		emit(OP_END), nopen--;
		emit_index(OP_LOCAL_SET, exnref);
		inside(type, depth);
		if (again) {
			emit_index(OP_LOCAL_GET, exnref);
			emit(OP_THROW_REF);
		}
	}
	end();
}

static void try(char type, unsigned depth)
{
	unsigned tag = rnd(NTAGS);
	bool all = chance(2), again = chance(3);

	if (delegates && nlabels > 1 && chance(5)) {
		emit(OP_TRY);
		blocktype(type);
		push_label(one(type));
		inside(type, depth);
		nlabels--, nopen--;
		emit_label(OP_DELEGATE, rnd(nlabels));
	} else if (standard) {
		standard_try(type, depth, tag, all, again);
	} else {
		legacy_try(type, depth, tag, all, again);
	}
}

/* With parameters, and any number of results. A loop's label takes the parameters. */
static void typed_block(char type, unsigned depth)
{
	const unsigned index = rnd(NTYPES);
	const struct type *t = &types[index];
	const bool loop = chance(2);

	for (unsigned i = 0; i < t->nparams; i++)
		value(t->params[i], depth - 1);
	emit(loop ? OP_LOOP : OP_BLOCK);
	put_sleb(&code, index);
	push_label(loop ? t->params : t->results);
	for (unsigned i = t->nparams; i--;)
		emit_index(OP_LOCAL_SET, scratch[(int)t->params[i]]);
	if (loop)
		burn_in_loop();
	statements(rnd(3), depth - 1);
	for (unsigned i = 0; i < t->nresults; i++)
		value(t->results[i], depth - 1);
	end();
	keep(t, type);
}

void block(char type, unsigned depth)
{
	unsigned which = rnd(6);

	if (nlabels >= MAXLABELS) {
		if (type)
			constant(type);
		return;
	}
	if (which == 4) {
		try(type, depth);
		return;
	}
	if (which == 5) {
		typed_block(type, depth);
		return;
	}
	if (which == 2)
		value('i', depth - 1);
	emit(which == 0 ? OP_BLOCK : which == 1 ? OP_LOOP : OP_IF);
	if (which ==
	    3) /* the condition is still missing: begin again as an if with a constant one */
		code.n--, emit_i32(rnd(2)), emit(OP_IF);
	blocktype(type);
	push_label(which == 1 ? "" : one(type));
	if (which == 1)
		burn_in_loop();
	inside(type, depth);
	if (which >= 2 && (type || chance(2))) {
		emit(OP_ELSE);
		inside(type, depth);
	}
	end();
}

void branch_if(char type, unsigned depth)
{
	unsigned l = rnd(nlabels);
	const char *want = label_types(l);

	if (strcmp(want, one(type))) {
		if (type)
			value(type, depth - 1);
		return;
	}
	if (type)
		value(type, depth - 1);
	value('i', depth - 1);
	emit_label(OP_BR_IF, l);
}

void leave(unsigned depth)
{
	unsigned l, tag;
	const struct type *t = &types[functype[self]];

	/* In a block of its own: what follows it is reached by some other way. */
	emit(OP_BLOCK);
	put(&code, 0x40);
	push_label("");
	value('i', depth - 1);
	emit_label(OP_BR_IF, 0);
	switch (rnd(4)) {
	case 0:
		for (unsigned i = 0; i < t->nresults; i++)
			value(t->results[i], depth - 1);
		emit(OP_RETURN);
		break;
	case 1:
		tag = rnd(NTAGS);
		for (unsigned i = 0; i < types[tag].nparams; i++)
			value(types[tag].params[i], depth - 1);
		emit_index(OP_THROW, tag);
		break;
	case 2:
		l = rnd(nlabels);
		for (const char *s = label_types(l); *s; s++)
			value(*s, depth - 1);
		emit_label(OP_BR, l);
		break;
	case 3: /* all labels of a br_table take as much: that of the first */
		l = rnd(nlabels);
		for (const char *s = label_types(l); *s; s++)
			value(*s, depth - 1);
		value('i', depth - 1);
		emit_index(OP_BR_TABLE, 3);
		for (int i = 0; i < 4; i++) {
			unsigned other = rnd(nlabels);

			if (strcmp(label_types(other), label_types(l)))
				other = l;
			put_label(other);
		}
		break;
	}
	/* Code that is not reached, sometimes. */
	if (chance(4))
		statements(1, 1);
	end();
}
