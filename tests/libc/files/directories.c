/* Directory walks: readdir, seekdir, scandir, nftw, many entries, changes while reading.
 * oracle: musl glibc
 */
#include "must.h"
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>

static char seen[4000][12];

static int compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

static int keep_even(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && (entry->d_name[strlen(entry->d_name) - 1] & 1) == 0;
}

static int walked, depth_sum, by_type[8];

static int visit(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
	(void)status;
	walked++;
	depth_sum += ftw->level;
	by_type[type]++;
	return strcmp(path + ftw->base, "stop") ? 0 : 42;
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
	(void)status;
	(void)type;
	(void)ftw;
	return remove(path);
}

int main(void)
{
	enum { FILES = 3000 };
	char path[64];
	struct dirent *entry, **list;
	int count = 0, types = 0;

	MUST(mkdir("many", 0755));
	for (int i = 0; i < FILES; i++) {
		snprintf(path, sizeof path, "many/f%d", i);
		close(MUST(creat(path, 0644)));
	}
	DIR *dir = opendir("many");
	TRUE(dir);
	SHOW(fcntl(dirfd(dir), F_GETFD));
	while ((errno = 0, entry = readdir(dir))) {
		snprintf(seen[count++], sizeof *seen, "%.11s", entry->d_name);
		types += entry->d_type == DT_REG || entry->d_type == DT_UNKNOWN;
	}
	SHOW(errno);
	SHOW(count);
	SHOW(types);
	qsort(seen, count, sizeof *seen, compare);
	printf("%016llx\n", (unsigned long long)hash_bytes(HASH_START, seen, sizeof seen));
	rewinddir(dir);
	for (int i = 0; i < 1000; i++)
		readdir(dir);
	long place = telldir(dir);
	char name[64];
	strcpy(name, readdir(dir)->d_name);
	while (readdir(dir))
		;
	seekdir(dir, place);
	SHOW(strcmp(readdir(dir)->d_name, name));
	closedir(dir);
	SHOW(opendir("none") == NULL);
	SHOW(errno);
	SHOW(opendir("many/f1") == NULL);
	SHOW(errno);
	int fd = MUST(open("many", O_RDONLY | O_DIRECTORY));
	dir = fdopendir(fd);
	/* Removing what is read must not lose or repeat anything else. */
	int removed = 0;
	while ((entry = readdir(dir)))
		if (entry->d_name[0] == 'f')
			removed += !unlinkat(fd, entry->d_name, 0);
	SHOW(removed);
	closedir(dir);
	TRY(rmdir("many"));

	for (const char *const *p = (const char *const[]){"t", "t/a", "t/a/b", "t/c", NULL}; *p;
	     p++)
		MUST(mkdir(*p, 0755));
	for (const char *const *p =
		     (const char *const[]){"t/f0", "t/f1", "t/f2", "t/a/f4", "t/a/b/f5", NULL};
	     *p; p++)
		close(MUST(creat(*p, 0644)));
	MUST(symlink("a", "t/link"));
	MUST(symlink("gone", "t/dangling"));
	int n = scandir("t", &list, keep_even, alphasort);
	for (int i = 0; i < n; i++) {
		printf("%s ", list[i]->d_name);
		free(list[i]);
	}
	free(list);
	n = scandir("t", &list, NULL, versionsort);
	for (int i = 0; i < n; i++) {
		printf("%s ", list[i]->d_name);
		free(list[i]);
	}
	free(list);
	putchar('\n');
	SHOW(nftw("t", visit, 5, FTW_PHYS));
	printf("%d %d: %d %d %d %d %d\n", walked, depth_sum, by_type[FTW_F], by_type[FTW_D],
	       by_type[FTW_SL], by_type[FTW_DP], by_type[FTW_SLN]);
	walked = depth_sum = 0;
	memset(by_type, 0, sizeof by_type);
	SHOW(nftw("t", visit, 5, FTW_PHYS | FTW_DEPTH));
	printf("%d %d: %d %d\n", walked, depth_sum, by_type[FTW_D], by_type[FTW_DP]);
	close(MUST(creat("t/stop", 0644)));
	SHOW(nftw("t", visit, 5, FTW_PHYS));
	SHOW(nftw("t", remove_entry, 5, FTW_PHYS | FTW_DEPTH));
	SHOW(access("t", F_OK));
	return 0;
}
