/* Clocks go forward, sleeps last as long as asked, and say what is left when interrupted.
 * oracle: musl glibc
 */
#include "must.h"
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>

static int64_t now(clockid_t clock)
{
	struct timespec ts;

	MUST(clock_gettime(clock, &ts));
	return ts.tv_sec * 1000000000ll + ts.tv_nsec;
}

static void slept(const char *how, int64_t start, int64_t at_least)
{
	int64_t took = now(CLOCK_MONOTONIC) - start;

	/* Above, only the order of magnitude: the machine may be busy. */
	printf("%s: %s\n", how,
	       took < at_least		      ? "too short"
	       : took > at_least + 2000000000 ? "too long"
					      : "right");
}

int main(void)
{
	static const clockid_t ids[] = {CLOCK_REALTIME,		  CLOCK_MONOTONIC,
					CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID,
					CLOCK_MONOTONIC_RAW,	  CLOCK_REALTIME_COARSE,
					CLOCK_MONOTONIC_COARSE,	  CLOCK_BOOTTIME};
	struct timespec ts, wait = {0, 30000000};

	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		int64_t before = now(ids[i]), after = now(ids[i]);
		MUST(clock_getres(ids[i], &ts));
		printf("%d %d %d %d\n", (int)ids[i], before > 0, after >= before, (int)ts.tv_sec);
	}
	TRY(clock_gettime(999, &ts));
	TRY(clock_getres(999, &ts));
	int64_t start = now(CLOCK_MONOTONIC);
	TRY(nanosleep(&wait, NULL));
	slept("nanosleep", start, 30000000);
	start = now(CLOCK_MONOTONIC);
	TRY(usleep(20000));
	slept("usleep", start, 20000000);
	start = now(CLOCK_MONOTONIC);
	int64_t until = start + 40000000;
	ts = (struct timespec){until / 1000000000, until % 1000000000};
	SHOW(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL));
	slept("clock_nanosleep", start, 40000000);
	SHOW(clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &ts, NULL));
	ts.tv_nsec = 1000000000;
	TRY(nanosleep(&ts, NULL));
	struct timeval tv;
	TRY(gettimeofday(&tv, NULL));
	SHOW(labs(tv.tv_sec - time(NULL)) <= 1);
	time_t stored;
	SHOW(time(&stored) == stored);
	SHOW(stored > 1500000000);
	struct timespec base;
	SHOW(timespec_get(&base, TIME_UTC));
	volatile double sum = 0;
	clock_t cpu = clock();
	struct rusage before, after;
	MUST(getrusage(RUSAGE_SELF, &before));
	while (clock() - cpu < CLOCKS_PER_SEC / 20)
		for (int i = 0; i < 10000; i++)
			sum += i;
	MUST(getrusage(RUSAGE_SELF, &after));
	int64_t user = (after.ru_utime.tv_sec - before.ru_utime.tv_sec) * 1000000ll +
		       after.ru_utime.tv_usec - before.ru_utime.tv_usec;
	int64_t system = (after.ru_stime.tv_sec - before.ru_stime.tv_sec) * 1000000ll +
			 after.ru_stime.tv_usec - before.ru_stime.tv_usec;
	SHOW(user + system > 10000);
	SHOW(after.ru_maxrss > 100);
	struct tms tms;
	SHOW(times(&tms) != -1);
	SHOW(tms.tms_utime >= 0);
	clockid_t clock;
	SHOW(clock_getcpuclockid(0, &clock));
	SHOW(now(clock) > 0);
	return 0;
}
