#include "layout.h"

#include <limits.h>
#include <stdlib.h>

static const struct {
	uint64_t guest, host;
} open_flags[] = {
	{GUEST_O_DIRECT, HOST_O_DIRECT},
	{GUEST_O_LARGEFILE, HOST_O_LARGEFILE},
	{GUEST_O_DIRECTORY, HOST_O_DIRECTORY},
	{GUEST_O_NOFOLLOW, HOST_O_NOFOLLOW},
};
#define NOPEN_FLAGS (sizeof(open_flags) / sizeof(open_flags[0]))

uint64_t open_flags_to_host(uint64_t flags)
{
	uint64_t host = flags;

	for (size_t i = 0; i < NOPEN_FLAGS; i++)
		host &= ~open_flags[i].guest;
	for (size_t i = 0; i < NOPEN_FLAGS; i++)
		if (flags & open_flags[i].guest)
			host |= open_flags[i].host;
	return host;
}

uint64_t open_flags_to_guest(uint64_t flags)
{
	uint64_t guest = flags;

	for (size_t i = 0; i < NOPEN_FLAGS; i++)
		guest &= ~open_flags[i].host;
	for (size_t i = 0; i < NOPEN_FLAGS; i++)
		if (flags & open_flags[i].host)
			guest |= open_flags[i].guest;
	return guest;
}

int64_t stat_to_guest(struct thread *t, uint32_t dst, const struct stat *st)
{
	struct guest_stat g = {
		.dev = st->st_dev,
		.ino = st->st_ino,
		.nlink = st->st_nlink,
		.mode = st->st_mode,
		.uid = st->st_uid,
		.gid = st->st_gid,
		.rdev = st->st_rdev,
		.size = st->st_size,
		.blksize = st->st_blksize,
		.blocks = st->st_blocks,
		.atim = st->st_atim,
		.mtim = st->st_mtim,
		.ctim = st->st_ctim,
	};

	return copy_out(t, dst, &g, sizeof(g));
}

int64_t iovecs_from_guest(struct thread *t, struct iovecs *iov, uint32_t src, uint64_t count)
{
	struct guest_iovec g[64];

	iov->v = iov->few;
	iov->count = count;
	if (count > UIO_MAXIOV)
		return 0; /* -EINVAL from the kernel, which looks at the count first */
	if (count > sizeof(iov->few) / sizeof(iov->few[0])) {
		iov->v = malloc(count * sizeof(struct iovec));
		if (!iov->v)
			return -ENOMEM;
	}
	for (uint64_t i = 0; i < count; i++) {
		uint64_t at = i % 64;
		uint64_t n = count - i < 64 ? count - i : 64;

		/* The array may not wrap around the top of memory, as it may not in Linux. */
		if (!at && ((uint64_t)src + (i + n) * sizeof(*g) > UINT64_C(1) << 32 ||
			    copy_in(t, g, src + i * sizeof(*g), n * sizeof(*g)))) {
			iovecs_free(iov);
			return -EFAULT;
		}
		iov->v[i] = (struct iovec){guest(t, g[at].base), g[at].len};
	}
	return 0;
}

void iovecs_free(struct iovecs *iov)
{
	if (iov->v != iov->few)
		free(iov->v);
}
