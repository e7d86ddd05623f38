#include <ftw.h>

/* Upstream passes fn to nftw, which calls it with an argument too many. A function's type is checked
 * when it is called through a pointer here, and there is no way to hand fn to the adapter. */

static _Thread_local int (*user_fn)(const char *, const struct stat *, int);

static int without_base(const char *path, const struct stat *st, int type, struct FTW *base)
{
	return user_fn(path, st, type);
}

int ftw(const char *path, int (*fn)(const char *, const struct stat *, int), int fd_limit)
{
	int (*outer)(const char *, const struct stat *, int) = user_fn;
	user_fn = fn;
	int r = nftw(path, without_base, fd_limit, FTW_PHYS);
	user_fn = outer;
	return r;
}
