/* A bytecode interpreter: a register machine that counts primes. */
#include "kernel.h"

enum op { SET, MOVE, ADD, MUL, MOD, LESS, JUMP_IF, JUMP_UNLESS, JUMP, EQUAL, STORE, LOAD, HALT };

struct instruction {
	uint8_t op, a, b, c;
	int32_t imm;
};

/* r1: candidate, r2: divisor, r3: how many, r4: limit, r5..r7: temporaries, r8: 1, r9: 0 */
static const struct instruction program[] = {
	{SET, 1, 0, 0, 2},	    /* 0 */
	{SET, 3, 0, 0, 0},	    /* 1 */
	{SET, 8, 0, 0, 1},	    /* 2 */
	{SET, 9, 0, 0, 0},	    /* 3 */
	{LESS, 5, 1, 4, 0},	    /* 4: for all candidates */
	{JUMP_UNLESS, 5, 0, 0, 19}, /* 5 */
	{SET, 2, 0, 0, 2},	    /* 6 */
	{MUL, 6, 2, 2, 0},	    /* 7: for all divisors up to the square root */
	{LESS, 5, 1, 6, 0},	    /* 8 */
	{JUMP_IF, 5, 0, 0, 15},	    /* 9 */
	{MOD, 7, 1, 2, 0},	    /* 10 */
	{EQUAL, 5, 7, 9, 0},	    /* 11 */
	{JUMP_IF, 5, 0, 0, 17},	    /* 12 */
	{ADD, 2, 2, 8, 0},	    /* 13 */
	{JUMP, 0, 0, 0, 7},	    /* 14 */
	{ADD, 3, 3, 8, 0},	    /* 15: a prime */
	{STORE, 3, 1, 0, 0},	    /* 16 */
	{ADD, 1, 1, 8, 0},	    /* 17: next candidate */
	{JUMP, 0, 0, 0, 4},	    /* 18 */
	{HALT, 0, 0, 0, 0},	    /* 19 */
};

static uint32_t memory[4096];

static uint32_t run(uint32_t limit)
{
	uint32_t r[16] = {0};

	r[4] = limit;
	for (const struct instruction *pc = program;; pc++) {
		switch (pc->op) {
		case SET: r[pc->a] = (uint32_t)pc->imm; break;
		case MOVE: r[pc->a] = r[pc->b]; break;
		case ADD: r[pc->a] = r[pc->b] + r[pc->c]; break;
		case MUL: r[pc->a] = r[pc->b] * r[pc->c]; break;
		case MOD: r[pc->a] = r[pc->b] % r[pc->c]; break;
		case LESS: r[pc->a] = r[pc->b] < r[pc->c]; break;
		case EQUAL: r[pc->a] = r[pc->b] == r[pc->c]; break;
		case JUMP_IF:
			if (r[pc->a])
				pc = program + pc->imm - 1;
			break;
		case JUMP_UNLESS:
			if (!r[pc->a])
				pc = program + pc->imm - 1;
			break;
		case JUMP: pc = program + pc->imm - 1; break;
		case STORE: memory[r[pc->b] % 4096] = r[pc->a]; break;
		case LOAD: r[pc->a] = memory[r[pc->b] % 4096]; break;
		case HALT: return r[3];
		}
	}
}

uint64_t kernel(uint32_t n)
{
	uint64_t sum = run(n);

	for (size_t i = 0; i < 4096; i += 64)
		sum = mix(sum, memory[i]);
	return sum;
}
