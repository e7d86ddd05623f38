/* Binary trees: built, walked and given back to a free list. */
#include "kernel.h"

struct node {
	struct node *left, *right;
};

static struct node pool[1u << 17], *unused;
static uint32_t taken;

static struct node *new_node(void)
{
	struct node *p = unused;

	if (p)
		unused = p->left;
	else
		p = &pool[taken++];
	return p;
}

static struct node *grow(uint32_t depth)
{
	struct node *p = new_node();

	p->left = depth ? grow(depth - 1) : NULL;
	p->right = depth ? grow(depth - 1) : NULL;
	return p;
}

static uint32_t count(const struct node *p)
{
	return p ? 1 + count(p->left) + count(p->right) : 0;
}

static void give_back(struct node *p)
{
	if (!p)
		return;
	give_back(p->left);
	give_back(p->right);
	p->left = unused;
	unused = p;
}

uint64_t kernel(uint32_t n)
{
	uint64_t sum = 0;

	while (n--) {
		struct node *kept = grow(14);

		for (uint32_t depth = 4; depth <= 12; depth += 2) {
			struct node *tree = grow(depth);

			sum = mix(sum, count(tree));
			give_back(tree);
		}
		sum = mix(sum, count(kept));
		give_back(kept);
	}
	return sum;
}
