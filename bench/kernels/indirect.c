/* Indirect calls: a list of objects, each with its own functions. */
#include "kernel.h"

#define OBJECTS 1024

struct object;
struct methods {
	uint32_t (*step)(struct object *, uint32_t);
	void (*reset)(struct object *);
};

static struct object {
	const struct methods *methods;
	uint32_t a, b;
} objects[OBJECTS];

static uint32_t add(struct object *o, uint32_t x)
{
	return o->a += x;
}

static uint32_t scale(struct object *o, uint32_t x)
{
	o->a = o->a * 3 + x;
	return o->a >> 3;
}

static uint32_t toggle(struct object *o, uint32_t x)
{
	o->b ^= x;
	return o->b + o->a;
}

static uint32_t shift(struct object *o, uint32_t x)
{
	o->b = o->b << 1 | (x & 1);
	return o->b;
}

static void clear(struct object *o)
{
	o->a = o->b = 0;
}

static void seed(struct object *o)
{
	o->a = 17;
	o->b = (uint32_t)(o - objects);
}

static const struct methods kinds[] = {{add, clear}, {scale, seed}, {toggle, clear}, {shift, seed}};

uint64_t kernel(uint32_t n)
{
	uint64_t state = 5;
	uint32_t x = 1;

	for (size_t i = 0; i < OBJECTS; i++) {
		objects[i].methods = &kinds[next_random(&state) % 4];
		objects[i].methods->reset(&objects[i]);
	}
	while (n--)
		for (size_t i = 0; i < OBJECTS; i++)
			x = objects[i].methods->step(&objects[i], x);
	return x;
}
