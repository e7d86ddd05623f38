/* Memory shared between processes: anonymous, memfd, shm_open, System V; with atomics in it.
 * oracle: musl glibc
 */
#include "must.h"
#include <fcntl.h>
#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/wait.h>

struct area {
	atomic_int counter;
	sem_t go, done;
	char text[64];
};

static void exercise(const char *what, struct area *area)
{
	enum { CHILDREN = 4, TURNS = 5000 };

	atomic_store(&area->counter, 0);
	MUST(sem_init(&area->go, 1, 0));
	MUST(sem_init(&area->done, 1, 0));
	for (int i = 0; i < CHILDREN; i++)
		if (!MUST(fork())) {
			sem_wait(&area->go);
			for (int turn = 0; turn < TURNS; turn++)
				atomic_fetch_add(&area->counter, 1);
			snprintf(area->text, sizeof area->text, "written by a child");
			sem_post(&area->done);
			_exit(0);
		}
	for (int i = 0; i < CHILDREN; i++)
		sem_post(&area->go);
	for (int i = 0; i < CHILDREN; i++)
		sem_wait(&area->done);
	while (wait(NULL) > 0)
		;
	printf("%s: %d %s\n", what, atomic_load(&area->counter), area->text);
}

int main(void)
{
	size_t size = sysconf(_SC_PAGESIZE);
	char name[64];

	struct area *area =
		MUST(mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
	exercise("anonymous", area);
	int fd = MUST(memfd_create("area", MFD_CLOEXEC));
	MUST(ftruncate(fd, size));
	area = MUST(mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
	exercise("memfd", area);

	snprintf(name, sizeof name, "/wali-test-%d", (int)getpid());
	fd = MUST(shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600));
	TRY(shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600));
	MUST(ftruncate(fd, size));
	area = MUST(mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
	MUST(shm_unlink(name));
	exercise("shm_open", area);

	int id = MUST(shmget(IPC_PRIVATE, size, IPC_CREAT | 0600));
	area = MUST(shmat(id, NULL, 0));
	struct area *twice = MUST(shmat(id, NULL, 0));
	struct shmid_ds status;
	MUST(shmctl(id, IPC_STAT, &status));
	SHOW(status.shm_segsz == size);
	SHOW(status.shm_nattch);
	MUST(shmctl(id, IPC_RMID, NULL));
	exercise("System V", area);
	printf("%s\n", twice->text);
	TRY(shmdt(twice));
	TRY(shmdt(area));
	TRY(shmdt(area));

	snprintf(name, sizeof name, "/wali-sem-%d", (int)getpid());
	sem_t *named = sem_open(name, O_CREAT | O_EXCL, 0600, 1);
	TRUE(named != SEM_FAILED);
	SHOW(sem_open(name, 0) == named);
	if (!MUST(fork())) {
		sem_post(named);
		_exit(0);
	}
	wait(NULL);
	int value;
	MUST(sem_getvalue(named, &value));
	SHOW(value);
	TRY(sem_unlink(name));
	TRY(sem_unlink(name));
	return 0;
}
