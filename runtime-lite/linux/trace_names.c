/* The names --trace prints for flags and enumerated values: one set for each FLAGS() and ENUM() of wali.def. */
#include "layout.h"
#include "trace.h"

#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <linux/futex.h>
#include <linux/keyctl.h>
#include <linux/memfd.h>
#include <linux/prctl.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct named {
	uint64_t value;
	const char *name;
};

/* Values that are the same on all hosts are taken from the host's headers. */
#define N(name)	     {(uint64_t)(name), #name}
#define GUEST(name)  {GUEST_##name, #name}
#define SET(id, ...) static const struct named set_##id[] = {__VA_ARGS__, {0, NULL}}

SET(open, N(O_WRONLY), N(O_RDWR), N(O_CREAT), N(O_EXCL), N(O_NOCTTY), N(O_TRUNC), N(O_APPEND),
    N(O_NONBLOCK), {04010000, "O_SYNC"}, N(O_DSYNC), N(O_ASYNC), GUEST(O_DIRECT),
    GUEST(O_LARGEFILE), {020000000 | GUEST_O_DIRECTORY, "O_TMPFILE"}, GUEST(O_DIRECTORY),
    GUEST(O_NOFOLLOW), N(O_NOATIME), N(O_CLOEXEC), N(O_PATH));
SET(fd, N(O_APPEND), N(O_NONBLOCK), GUEST(O_DIRECT), N(O_CLOEXEC));
SET(prot, N(PROT_READ), N(PROT_WRITE), N(PROT_EXEC), N(PROT_GROWSDOWN), N(PROT_GROWSUP));
SET(map, {3, "MAP_SHARED_VALIDATE"}, N(MAP_SHARED), N(MAP_PRIVATE), N(MAP_FIXED), N(MAP_ANONYMOUS),
    N(MAP_GROWSDOWN), N(MAP_LOCKED), N(MAP_NORESERVE), N(MAP_POPULATE), N(MAP_STACK),
    N(MAP_FIXED_NOREPLACE));
SET(mremap, N(MREMAP_MAYMOVE), N(MREMAP_FIXED), N(MREMAP_DONTUNMAP));
SET(msync, N(MS_ASYNC), N(MS_INVALIDATE), N(MS_SYNC));
SET(madvise, N(MADV_NORMAL), N(MADV_RANDOM), N(MADV_SEQUENTIAL), N(MADV_WILLNEED), N(MADV_DONTNEED),
    N(MADV_FREE), N(MADV_DONTFORK), N(MADV_DOFORK), N(MADV_HUGEPAGE), N(MADV_NOHUGEPAGE));
SET(seek, N(SEEK_SET), N(SEEK_CUR), N(SEEK_END), N(SEEK_DATA), N(SEEK_HOLE));
SET(access, N(R_OK), N(W_OK), N(X_OK));
SET(at, N(AT_SYMLINK_NOFOLLOW), N(AT_SYMLINK_FOLLOW), N(AT_NO_AUTOMOUNT), N(AT_EMPTY_PATH));
SET(at_access, N(AT_EACCESS), N(AT_SYMLINK_NOFOLLOW), N(AT_EMPTY_PATH));
SET(at_unlink, N(AT_REMOVEDIR));
SET(rename, N(RENAME_NOREPLACE), N(RENAME_EXCHANGE), N(RENAME_WHITEOUT));
SET(statx, {0x7ff, "STATX_BASIC_STATS"}, {0x800, "STATX_BTIME"});
SET(falloc, N(FALLOC_FL_KEEP_SIZE), N(FALLOC_FL_PUNCH_HOLE), N(FALLOC_FL_COLLAPSE_RANGE),
    N(FALLOC_FL_ZERO_RANGE), N(FALLOC_FL_INSERT_RANGE));
SET(fcntl, N(F_DUPFD), N(F_GETFD), N(F_SETFD), N(F_GETFL), N(F_SETFL), {5, "F_GETLK"},
    {6, "F_SETLK"}, {7, "F_SETLKW"}, N(F_SETOWN), N(F_GETOWN), N(F_SETSIG), N(F_GETSIG),
    N(F_SETOWN_EX), N(F_GETOWN_EX), N(F_OFD_GETLK), N(F_OFD_SETLK), N(F_OFD_SETLKW), N(F_SETLEASE),
    N(F_GETLEASE), N(F_NOTIFY), N(F_DUPFD_CLOEXEC), N(F_SETPIPE_SZ), N(F_GETPIPE_SZ),
    N(F_ADD_SEALS), N(F_GET_SEALS));
SET(lock, N(LOCK_SH), N(LOCK_EX), N(LOCK_UN), N(LOCK_NB));
SET(sigprocmask, {0, "SIG_BLOCK"}, {1, "SIG_UNBLOCK"}, {2, "SIG_SETMASK"});
SET(wait, N(WNOHANG), N(WUNTRACED), N(WEXITED), N(WCONTINUED), N(WNOWAIT));
SET(idtype, {0, "P_ALL"}, {1, "P_PID"}, {2, "P_PGID"}, {3, "P_PIDFD"});
SET(clone, N(CLONE_VM), N(CLONE_FS), N(CLONE_FILES), N(CLONE_SIGHAND), N(CLONE_VFORK),
    N(CLONE_THREAD), N(CLONE_NEWNS), N(CLONE_SYSVSEM), N(CLONE_SETTLS), N(CLONE_PARENT_SETTID),
    N(CLONE_CHILD_CLEARTID), N(CLONE_NEWCGROUP), N(CLONE_NEWUTS), N(CLONE_NEWIPC), N(CLONE_NEWUSER),
    N(CLONE_NEWPID), N(CLONE_NEWNET));
SET(af, N(AF_UNSPEC), N(AF_UNIX), N(AF_INET), N(AF_INET6), N(AF_NETLINK), N(AF_PACKET), N(AF_ALG),
    N(AF_VSOCK));
SET(sock, N(SOCK_STREAM), N(SOCK_DGRAM), N(SOCK_RAW), N(SOCK_RDM), N(SOCK_SEQPACKET));
SET(sock_flags, N(SOCK_CLOEXEC), N(SOCK_NONBLOCK));
SET(ipproto, N(IPPROTO_IP), N(IPPROTO_ICMP), N(IPPROTO_TCP), N(IPPROTO_UDP), N(IPPROTO_IPV6),
    N(IPPROTO_ICMPV6));
SET(shut, N(SHUT_RD), N(SHUT_WR), N(SHUT_RDWR));
SET(msg, N(MSG_OOB), N(MSG_PEEK), N(MSG_DONTROUTE), N(MSG_CTRUNC), N(MSG_TRUNC), N(MSG_DONTWAIT),
    N(MSG_EOR), N(MSG_WAITALL), N(MSG_CONFIRM), N(MSG_ERRQUEUE), N(MSG_NOSIGNAL), N(MSG_MORE),
    N(MSG_WAITFORONE), N(MSG_FASTOPEN), N(MSG_CMSG_CLOEXEC));
SET(sol, N(SOL_SOCKET), {IPPROTO_IP, "SOL_IP"}, {IPPROTO_TCP, "SOL_TCP"}, {IPPROTO_UDP, "SOL_UDP"},
    {IPPROTO_IPV6, "SOL_IPV6"}, {IPPROTO_RAW, "SOL_RAW"}, N(SOL_NETLINK), N(SOL_PACKET));
SET(itimer, N(ITIMER_REAL), N(ITIMER_VIRTUAL), N(ITIMER_PROF));
SET(timer, N(TIMER_ABSTIME));
SET(tfd, {1, "TFD_TIMER_ABSTIME"}, {2, "TFD_TIMER_CANCEL_ON_SET"});
SET(clock, N(CLOCK_REALTIME), N(CLOCK_MONOTONIC), N(CLOCK_PROCESS_CPUTIME_ID),
    N(CLOCK_THREAD_CPUTIME_ID), N(CLOCK_MONOTONIC_RAW), N(CLOCK_REALTIME_COARSE),
    N(CLOCK_MONOTONIC_COARSE), N(CLOCK_BOOTTIME), N(CLOCK_REALTIME_ALARM), N(CLOCK_BOOTTIME_ALARM),
    N(CLOCK_TAI));
SET(rlimit, N(RLIMIT_CPU), N(RLIMIT_FSIZE), N(RLIMIT_DATA), N(RLIMIT_STACK), N(RLIMIT_CORE),
    N(RLIMIT_RSS), N(RLIMIT_NPROC), N(RLIMIT_NOFILE), N(RLIMIT_MEMLOCK), N(RLIMIT_AS),
    N(RLIMIT_LOCKS), N(RLIMIT_SIGPENDING), N(RLIMIT_MSGQUEUE), N(RLIMIT_NICE), N(RLIMIT_RTPRIO),
    N(RLIMIT_RTTIME));
SET(rusage, N(RUSAGE_SELF), N(RUSAGE_CHILDREN), N(RUSAGE_THREAD));
SET(prio, N(PRIO_PROCESS), N(PRIO_PGRP), N(PRIO_USER));
SET(sched, N(SCHED_OTHER), N(SCHED_FIFO), N(SCHED_RR), N(SCHED_BATCH), N(SCHED_IDLE),
    {6, "SCHED_DEADLINE"});
SET(futex, N(FUTEX_WAIT), N(FUTEX_WAKE), N(FUTEX_FD), N(FUTEX_REQUEUE), N(FUTEX_CMP_REQUEUE),
    N(FUTEX_WAKE_OP), N(FUTEX_LOCK_PI), N(FUTEX_UNLOCK_PI), N(FUTEX_TRYLOCK_PI),
    N(FUTEX_WAIT_BITSET), N(FUTEX_WAKE_BITSET), N(FUTEX_WAIT_PRIVATE), N(FUTEX_WAKE_PRIVATE),
    N(FUTEX_REQUEUE_PRIVATE), N(FUTEX_CMP_REQUEUE_PRIVATE), N(FUTEX_LOCK_PI_PRIVATE),
    N(FUTEX_UNLOCK_PI_PRIVATE), N(FUTEX_TRYLOCK_PI_PRIVATE));
SET(epoll_ctl, N(EPOLL_CTL_ADD), N(EPOLL_CTL_DEL), N(EPOLL_CTL_MOD));
SET(inotify, N(IN_ACCESS), N(IN_MODIFY), N(IN_ATTRIB), N(IN_CLOSE_WRITE), N(IN_CLOSE_NOWRITE),
    N(IN_OPEN), N(IN_MOVED_FROM), N(IN_MOVED_TO), N(IN_CREATE), N(IN_DELETE), N(IN_DELETE_SELF),
    N(IN_MOVE_SELF), N(IN_ONLYDIR), N(IN_DONT_FOLLOW));
SET(memfd, N(MFD_CLOEXEC), N(MFD_ALLOW_SEALING), N(MFD_HUGETLB));
SET(grnd, N(GRND_NONBLOCK), N(GRND_RANDOM), {4, "GRND_INSECURE"});
SET(eventfd, {1, "EFD_SEMAPHORE"}, {02000000, "EFD_CLOEXEC"}, {04000, "EFD_NONBLOCK"});
SET(ipc, N(IPC_CREAT), N(IPC_EXCL), N(IPC_NOWAIT));
SET(ipc_ctl, N(IPC_RMID), N(IPC_SET), N(IPC_STAT), {11, "GETPID"}, {12, "GETVAL"}, {13, "GETALL"},
    {14, "GETNCNT"}, {15, "GETZCNT"}, {16, "SETVAL"}, {17, "SETALL"});
SET(shm, N(SHM_RDONLY), N(SHM_RND), N(SHM_REMAP), N(SHM_EXEC));
SET(splice, N(SPLICE_F_MOVE), N(SPLICE_F_NONBLOCK), N(SPLICE_F_MORE), N(SPLICE_F_GIFT));
SET(rwf, N(RWF_HIPRI), N(RWF_DSYNC), N(RWF_SYNC), N(RWF_NOWAIT), N(RWF_APPEND));
SET(xattr, {1, "XATTR_CREATE"}, {2, "XATTR_REPLACE"});
SET(fadvise, N(POSIX_FADV_NORMAL), N(POSIX_FADV_RANDOM), N(POSIX_FADV_SEQUENTIAL),
    N(POSIX_FADV_WILLNEED), N(POSIX_FADV_DONTNEED), N(POSIX_FADV_NOREUSE));
SET(close_range, {2, "CLOSE_RANGE_UNSHARE"}, {4, "CLOSE_RANGE_CLOEXEC"});
SET(mcl, N(MCL_CURRENT), N(MCL_FUTURE), N(MCL_ONFAULT));
SET(prctl, N(PR_SET_PDEATHSIG), N(PR_GET_PDEATHSIG), N(PR_GET_DUMPABLE), N(PR_SET_DUMPABLE),
    N(PR_GET_KEEPCAPS), N(PR_SET_KEEPCAPS), N(PR_SET_NAME), N(PR_GET_NAME), N(PR_GET_SECCOMP),
    N(PR_SET_SECCOMP), N(PR_CAPBSET_READ), N(PR_CAPBSET_DROP), N(PR_SET_TIMERSLACK),
    N(PR_GET_TIMERSLACK), N(PR_SET_CHILD_SUBREAPER), N(PR_GET_CHILD_SUBREAPER),
    N(PR_SET_NO_NEW_PRIVS), N(PR_GET_NO_NEW_PRIVS), N(PR_CAP_AMBIENT), N(PR_SET_VMA));
SET(file_type, N(S_IFREG), N(S_IFDIR), N(S_IFLNK), N(S_IFCHR), N(S_IFBLK), N(S_IFIFO), N(S_IFSOCK));
SET(so, N(SO_DEBUG), N(SO_REUSEADDR), N(SO_TYPE), N(SO_ERROR), N(SO_BROADCAST), N(SO_SNDBUF),
    N(SO_RCVBUF), N(SO_KEEPALIVE), N(SO_LINGER), N(SO_REUSEPORT), N(SO_PASSCRED), N(SO_PEERCRED),
    N(SO_RCVTIMEO), N(SO_SNDTIMEO), N(SO_ACCEPTCONN), N(SO_PROTOCOL), N(SO_DOMAIN));
SET(ioctl, {0x5401, "TCGETS"}, {0x5402, "TCSETS"}, {0x5403, "TCSETSW"}, {0x5404, "TCSETSF"},
    {0x5409, "TCSBRK"}, {0x540e, "TIOCSCTTY"}, {0x540f, "TIOCGPGRP"}, {0x5410, "TIOCSPGRP"},
    {0x5411, "TIOCOUTQ"}, {0x5413, "TIOCGWINSZ"}, {0x5414, "TIOCSWINSZ"}, {0x541b, "FIONREAD"},
    {0x5421, "FIONBIO"}, {0x5422, "TIOCNOTTY"}, {0x5429, "TIOCGSID"}, {0x5430, "TIOCGPTN"},
    {0x80045430, "TIOCGPTN"}, {0x40045431, "TIOCSPTLCK"}, {0x5450, "FIONCLEX"},
    {0x5451, "FIOCLEX"});

SET(mount, {MS_RDONLY, "MS_RDONLY"}, N(MS_NOSUID), N(MS_NODEV), N(MS_NOEXEC), N(MS_SYNCHRONOUS),
    N(MS_REMOUNT), N(MS_NOATIME), N(MS_BIND), N(MS_MOVE), N(MS_REC), N(MS_SILENT), N(MS_PRIVATE),
    N(MS_SLAVE), N(MS_SHARED), N(MS_RELATIME));
SET(umount, N(MNT_FORCE), N(MNT_DETACH), N(MNT_EXPIRE), {8, "UMOUNT_NOFOLLOW"});
SET(sync_range, {1, "SYNC_FILE_RANGE_WAIT_BEFORE"}, {2, "SYNC_FILE_RANGE_WRITE"},
    {4, "SYNC_FILE_RANGE_WAIT_AFTER"});
SET(keyctl, N(KEYCTL_GET_KEYRING_ID), N(KEYCTL_JOIN_SESSION_KEYRING), N(KEYCTL_UPDATE),
    N(KEYCTL_REVOKE), N(KEYCTL_CHOWN), N(KEYCTL_SETPERM), N(KEYCTL_DESCRIBE), N(KEYCTL_CLEAR),
    N(KEYCTL_LINK), N(KEYCTL_UNLINK), N(KEYCTL_SEARCH), N(KEYCTL_READ), N(KEYCTL_INVALIDATE),
    N(KEYCTL_GET_PERSISTENT));

static const struct {
	const char *name;
	const struct named *values;
} sets[] = {
	{"MS_MOUNT", set_mount},
	{"MNT_", set_umount},
	{"SYNC_FILE_RANGE_", set_sync_range},
	{"KEYCTL_", set_keyctl},
	{"OPEN", set_open},
	{"O_", set_fd},
	{"PROT_", set_prot},
	{"MAP_", set_map},
	{"MREMAP_", set_mremap},
	{"MS_", set_msync},
	{"MADV_", set_madvise},
	{"SEEK_", set_seek},
	{"ACCESS", set_access},
	{"AT_", set_at},
	{"AT_ACCESS", set_at_access},
	{"AT_UNLINK", set_at_unlink},
	{"RENAME_", set_rename},
	{"STATX_", set_statx},
	{"FALLOC_FL_", set_falloc},
	{"F_", set_fcntl},
	{"LOCK_", set_lock},
	{"SIG_", set_sigprocmask},
	{"W_", set_wait},
	{"P_", set_idtype},
	{"CLONE_", set_clone},
	{"AF_", set_af},
	{"SOCK_", set_sock},
	{"SOCK_F", set_sock_flags},
	{"IPPROTO_", set_ipproto},
	{"SHUT_", set_shut},
	{"MSG_", set_msg},
	{"SOL_", set_sol},
	{"ITIMER_", set_itimer},
	{"TIMER_", set_timer},
	{"TFD_TIMER_", set_tfd},
	{"CLOCK_", set_clock},
	{"RLIMIT_", set_rlimit},
	{"RUSAGE_", set_rusage},
	{"PRIO_", set_prio},
	{"SCHED_", set_sched},
	{"FUTEX_", set_futex},
	{"EPOLL_CTL_", set_epoll_ctl},
	{"IN_", set_inotify},
	{"MFD_", set_memfd},
	{"GRND_", set_grnd},
	{"EFD_", set_eventfd},
	{"IPC_", set_ipc},
	{"IPC_CTL", set_ipc_ctl},
	{"SHM_", set_shm},
	{"SPLICE_F_", set_splice},
	{"RWF_", set_rwf},
	{"XATTR_", set_xattr},
	{"POSIX_FADV_", set_fadvise},
	{"CLOSE_RANGE_", set_close_range},
	{"MCL_", set_mcl},
	{"PR_", set_prctl},
	{"S_IF", set_file_type},
	{"SO_", set_so},
	{"IOCTL", set_ioctl},
};

static const struct named *find_set(const char *set)
{
	static const struct named none[] = {{0, NULL}};

	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++)
		if (!strcmp(sets[i].name, set))
			return sets[i].values;
	return none;
}

static size_t append(char *dst, size_t size, size_t len, const char *text)
{
	int n = snprintf(dst + len, size - len, "%s%s", len ? "|" : "", text);

	return len + (size_t)n < size ? len + (size_t)n : size - 1;
}

char *trace_flags(char *dst, size_t size, const char *set, uint64_t value)
{
	const struct named *names = find_set(set);
	size_t len = 0;
	char rest[32];

	value &= UINT32_MAX; /* a sign-extended int */
	*dst = 0;
	if (names == set_open && !(value & O_ACCMODE))
		len = append(dst, size, len, "O_RDONLY");
	if (!value && names == set_access)
		return strcpy(dst, "F_OK");
	if (!value && names == set_prot)
		return strcpy(dst, "PROT_NONE");
	for (; names->name; names++) {
		if (names->value && (value & names->value) == names->value) {
			len = append(dst, size, len, names->name);
			value &= ~names->value;
		}
	}
	if (value || !len) {
		snprintf(rest, sizeof(rest), value ? "%#llx" : "%llx", (unsigned long long)value);
		append(dst, size, len, rest);
	}
	return dst;
}

char *trace_enum(char *dst, size_t size, const char *set, uint64_t value)
{
	const struct named *names = find_set(set);

	if (names == set_sock) { /* flags ride on the type */
		uint64_t flags = value & (SOCK_CLOEXEC | SOCK_NONBLOCK);
		char text[64];

		if (flags) {
			trace_enum(dst, size, set, value & ~flags);
			append(dst, size, strlen(dst),
			       trace_flags(text, sizeof(text), "SOCK_F", flags));
			return dst;
		}
	}
	for (; names->name; names++) {
		if (names->value == value || (uint32_t)names->value == (uint32_t)value) {
			snprintf(dst, size, "%s", names->name);
			return dst;
		}
	}
	if (find_set(set) == set_ioctl)
		snprintf(dst, size, "%#x", (uint32_t)value);
	else
		snprintf(dst, size, "%lld", (long long)value);
	return dst;
}
