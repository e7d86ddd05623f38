/* System V semaphores and message queues.
 * oracle: musl glibc
 */
#include "must.h"
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <time.h>

union semun {
	int val;
	struct semid_ds *buf;
	unsigned short *array;
};

int main(void)
{
	struct {
		long type;
		char text[32];
	} message;
	unsigned short values[3] = {1, 2, 3};
	struct semid_ds sem_status;
	struct msqid_ds msg_status;
	int status;

	int sem = MUST(semget(IPC_PRIVATE, 3, IPC_CREAT | 0600));
	MUST(semctl(sem, 0, SETALL, (union semun){.array = values}));
	TRY(semctl(sem, 1, GETVAL));
	MUST(semctl(sem, 0, IPC_STAT, (union semun){.buf = &sem_status}));
	SHOW(sem_status.sem_nsems);
	MUST(semctl(sem, 0, SETVAL, (union semun){.val = 0}));
	TRY(semop(sem, &(struct sembuf){0, -1, IPC_NOWAIT}, 1));
	struct timespec wait = {0, 10000000};
	TRY(semtimedop(sem, &(struct sembuf){0, -1, 0}, 1, &wait));
	pid_t pid = MUST(fork());
	if (!pid) {
		MUST(semop(sem, (struct sembuf[]){{0, 1, 0}, {1, -2, 0}}, 2));
		_exit(0);
	}
	MUST(semop(sem, &(struct sembuf){0, -1, 0}, 1));
	MUST(waitpid(pid, &status, 0));
	MUST(semctl(sem, 0, GETALL, (union semun){.array = values}));
	printf("%d %d %d\n", values[0], values[1], values[2]);
	SHOW(semctl(sem, 1, GETPID) == pid);
	TRY(semctl(sem, 0, IPC_RMID));
	TRY(semctl(sem, 0, GETVAL));

	int queue = MUST(msgget(IPC_PRIVATE, IPC_CREAT | 0600));
	for (int i = 1; i <= 3; i++) {
		message.type = i;
		int size = snprintf(message.text, sizeof message.text, "message %d", i);
		MUST(msgsnd(queue, &message, size + 1, 0));
	}
	MUST(msgctl(queue, IPC_STAT, &msg_status));
	SHOW(msg_status.msg_qnum);
	TRY(msgrcv(queue, &message, sizeof message.text, 2, 0));
	printf("%ld %s\n", message.type, message.text);
	TRY(msgrcv(queue, &message, 3, 0, 0));
	TRY(msgrcv(queue, &message, 3, 0, MSG_NOERROR));
	printf("%ld %.3s\n", message.type, message.text);
	TRY(msgrcv(queue, &message, sizeof message.text, -9, 0));
	printf("%ld %s\n", message.type, message.text);
	TRY(msgrcv(queue, &message, sizeof message.text, 0, IPC_NOWAIT));
	TRY(msgctl(queue, IPC_RMID, NULL));
	return 0;
}
