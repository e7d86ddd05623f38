/* Reading the clock, without entering the kernel where the vDSO does it. */
#include "syscalls.h"

#include <sys/time.h>
#include <time.h>

/* Into a copy first: the vDSO would fault on a bad pointer instead of saying EFAULT. */
int64_t sys_clock_gettime(struct thread *t, int32_t clockid, uint32_t tp)
{
	struct timespec ts;

	if (clock_gettime(clockid, &ts))
		return -errno;
	return copy_out(t, tp, &ts, sizeof(ts));
}

int64_t sys_gettimeofday(struct thread *t, uint32_t tv, uint32_t tz)
{
	struct timespec ts;
	struct timeval now;

	if (tz) {
		int64_t r = HOST(gettimeofday, NULL, guest(t, tz));

		if (r < 0)
			return r;
	}
	if (!tv)
		return 0;
	clock_gettime(CLOCK_REALTIME, &ts);
	now = (struct timeval){ts.tv_sec, ts.tv_nsec / 1000};
	return copy_out(t, tv, &now, sizeof(now));
}

int64_t sys_time(struct thread *t, uint32_t tloc)
{
	struct timespec ts;
	int64_t now;

	/* The clock of time(2) only moves with the timer interrupt. */
	clock_gettime(CLOCK_REALTIME_COARSE, &ts);
	now = ts.tv_sec;
	if (tloc && copy_out(t, tloc, &now, sizeof(now)))
		return -EFAULT;
	return now;
}
