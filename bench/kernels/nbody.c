/* N bodies: the planets, by the leapfrog method. */
#include "kernel.h"

#define BODIES 5

static const double initial[BODIES][7] = {
	{0, 0, 0, 0, 0, 0, 39.47841760435743},
	{4.84143144246472090, -1.16032004402742839, -0.10362204447112311, 0.60632639299583202,
	 2.81198684491626016, -0.02521836165988763, 0.03769367487038949},
	{8.34336671824457987, 4.12479856412430479, -0.40352341711432138, -1.01077434617879236,
	 1.82566237123041186, 0.00841576137658415, 0.01128632613196877},
	{12.89436956213912860, -15.11115140169863125, -0.22330757889265573, 1.08279100644153536,
	 0.86871301816960822, -0.01083263740136364, 0.00172372405705971},
	{15.37969711485091650, -25.91931460998796410, 0.17925877295037118, 0.97909073224389798,
	 0.59469899864767617, -0.03475595555074813, 0.00203368686992463},
};

static struct body {
	double x[3], v[3], mass;
} bodies[BODIES];

static void step(double dt)
{
	for (int i = 0; i < BODIES; i++) {
		struct body *p = &bodies[i];

		for (int k = i + 1; k < BODIES; k++) {
			struct body *q = &bodies[k];
			double d[3], square = 0, force;

			for (int j = 0; j < 3; j++) {
				d[j] = p->x[j] - q->x[j];
				square += d[j] * d[j];
			}
			force = dt / (square * __builtin_sqrt(square));
			for (int j = 0; j < 3; j++) {
				p->v[j] -= d[j] * q->mass * force;
				q->v[j] += d[j] * p->mass * force;
			}
		}
	}
	for (int i = 0; i < BODIES; i++)
		for (int j = 0; j < 3; j++)
			bodies[i].x[j] += dt * bodies[i].v[j];
}

uint64_t kernel(uint32_t n)
{
	uint64_t sum = 0;

	for (int i = 0; i < BODIES; i++) {
		for (int j = 0; j < 3; j++) {
			bodies[i].x[j] = initial[i][j];
			bodies[i].v[j] = initial[i][3 + j];
		}
		bodies[i].mass = initial[i][6];
	}
	while (n--)
		step(0.01);
	for (int i = 0; i < BODIES; i++)
		sum = mix(sum, (uint64_t)(int64_t)(bodies[i].x[0] * 1e9));
	return sum;
}
