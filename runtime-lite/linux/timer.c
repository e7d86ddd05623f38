/* Timers, and what else the guest describes with a struct sigevent. */
#include "signals.h"
#include "syscalls.h"

#include <string.h>
#include <sys/time.h>
#include <time.h>

/* struct sigevent with 4-byte pointers; the rest of its 64 bytes is padding. */
struct guest_sigevent {
	uint32_t value;
	int32_t signo, notify, tid;
};

/* The thread ids of guest and host are the same. */
static int64_t sigevent_from_guest(struct thread *t, struct sigevent *native, uint32_t sevp)
{
	struct guest_sigevent event;

	if (copy_in(t, &event, sevp, sizeof(event)) < 0)
		return -EFAULT;
	memset(native, 0, sizeof(*native));
	native->sigev_value.sival_ptr = (void *)(uintptr_t)event.value;
	native->sigev_signo = event.signo;
	native->sigev_notify = event.notify;
	native->_sigev_un._tid = event.tid;
	return 0;
}

int64_t sys_timer_create(struct thread *t, int32_t clockid, uint32_t sevp, uint32_t timerid)
{
	struct sigevent native;
	int32_t id;
	int64_t r = sevp ? sigevent_from_guest(t, &native, sevp) : 0;

	if (r < 0)
		return r;
	r = HOST(timer_create, clockid, sevp ? &native : NULL, &id);
	if (r == 0 && copy_out(t, timerid, &id, sizeof(id)) < 0) {
		HOST(timer_delete, id);
		r = -EFAULT;
	}
	return r;
}

int64_t sys_mq_notify(struct thread *t, int32_t mqdes, uint32_t sevp)
{
	struct sigevent native;
	int64_t r = sevp ? sigevent_from_guest(t, &native, sevp) : 0;

	if (r < 0)
		return r;
	/* Here the value is a pointer to what the kernel is to send to the socket sigev_signo. */
	if (sevp && native.sigev_notify == SIGEV_THREAD)
		native.sigev_value.sival_ptr =
			guest_or_null(t, (uint32_t)(uintptr_t)native.sigev_value.sival_ptr);
	return HOST(mq_notify, mqdes, sevp ? &native : NULL);
}

int64_t sys_alarm(struct thread *t, uint32_t seconds)
{
	struct itimerval new = {.it_value.tv_sec = seconds}, old;
	int64_t r;

	(void)t;
	r = HOST(setitimer, ITIMER_REAL, &new, &old);
	if (r < 0)
		return r;
	/* Rounded as the kernel does: never 0 while an alarm is set. */
	if ((!old.it_value.tv_sec && old.it_value.tv_usec) || old.it_value.tv_usec >= 500000)
		old.it_value.tv_sec++;
	return old.it_value.tv_sec;
}
