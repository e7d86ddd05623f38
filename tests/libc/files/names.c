/* Links, renames, removal, permissions, times, paths, by name and relative to directories.
 * oracle: musl glibc
 */
#include "must.h"
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <utime.h>

static void show(const char *path)
{
	struct stat st;

	if (lstat(path, &st)) {
		printf("%s: errno %d\n", path, errno);
		return;
	}
	printf("%s: mode %o links %d size %lld uid %d mtime %lld.%09ld\n", path, st.st_mode,
	       (int)st.st_nlink, S_ISDIR(st.st_mode) ? 0 : (long long)st.st_size,
	       st.st_uid == getuid(),
	       S_ISDIR(st.st_mode) || st.st_mtime > 1000000 ? 0 : (long long)st.st_mtime,
	       st.st_mtime < 2000000 ? st.st_mtim.tv_nsec : 0);
}

int main(void)
{
	char text[PATH_MAX], other[PATH_MAX];
	struct stat a, b;

	umask(027);
	close(MUST(creat("a", 0666)));
	MUST(utimensat(AT_FDCWD, "a", (struct timespec[]){{1, 2}, {1000, 5}}, 0));
	show("a");
	TRY(link("a", "b"));
	TRY(link("a", "b"));
	TRY(symlink("a", "s"));
	MUST(utimensat(AT_FDCWD, "s", (struct timespec[]){{1, 0}, {7, 0}}, AT_SYMLINK_NOFOLLOW));
	show("b");
	show("s");
	TRY(stat("a", &a) | stat("s", &b));
	SHOW(a.st_ino == b.st_ino && a.st_dev == b.st_dev);
	TRY(readlink("s", text, sizeof text));
	TRY(readlink("a", text, sizeof text));
	TRY(open("s", O_RDONLY | O_NOFOLLOW));
	TRY(symlink("loop2", "loop1") | symlink("loop1", "loop2"));
	TRY(open("loop1", O_RDONLY));
	TRY(rename("b", "c"));
	TRY(rename("none", "x"));
	TRY(mkdir("dir", 0777));
	TRY(mkdir("dir", 0777));
	show("dir");
	TRY(rename("c", "dir"));
	TRY(rename("c", "dir/c"));
	TRY(rmdir("dir"));
	TRY(unlink("dir"));
	TRY(syscall(SYS_renameat2, AT_FDCWD, "a", AT_FDCWD, "dir/c", 1)); /* RENAME_NOREPLACE */
	TRY(chmod("a", 04755));
	show("a");
	TRY(access("a", R_OK | W_OK | X_OK));
	TRY(access("none", F_OK));
	int dir = MUST(open("dir", O_RDONLY | O_DIRECTORY));
	TRY(openat(dir, "c", O_RDONLY) >= 0);
	TRY(mkdirat(dir, "sub", 0700));
	TRY(symlinkat("../a", dir, "link"));
	TRY(fstatat(dir, "link", &a, AT_SYMLINK_NOFOLLOW));
	SHOW(S_ISLNK(a.st_mode));
	TRY(fstatat(dir, "", &a, AT_EMPTY_PATH));
	SHOW(S_ISDIR(a.st_mode));
	TRY(linkat(dir, "link", AT_FDCWD, "hard", AT_SYMLINK_FOLLOW));
	show("hard");
	TRY(faccessat(dir, "link", X_OK, 0));
	TRY(readlinkat(dir, "link", text, 3));
	printf("%.3s\n", text);
	TRY(renameat(dir, "link", AT_FDCWD, "moved"));
	TRY(unlinkat(dir, "sub", AT_REMOVEDIR));
	TRY(unlinkat(dir, "none", 0));
	TRY(fchmodat(dir, "c", 0600, 0));
	TRY(fchmod(dir, 0750));
	show("dir/c");
	TRY(mkfifo("fifo", 0644));
	TRY(mknod("fifo2", S_IFIFO | 0600, 0));
	show("fifo");
	TRY(chown("a", getuid(), getgid()));
	TRY(lchown("s", -1, -1));
	TRY(utime("a", &(struct utimbuf){1, 77}));
	show("a");
	TRY(utimes("a", (struct timeval[]){{5, 6}, {7, 8}}));
	show("a");
	TRY(futimens(dir, (struct timespec[]){{0, UTIME_NOW}, {0, UTIME_OMIT}}));
	TRY(utimensat(AT_FDCWD, "a", (struct timespec[]){{0, UTIME_OMIT}, {99, 1}}, 0));
	show("a");

	TRUE(getcwd(text, sizeof text));
	TRY(chdir("dir"));
	TRUE(getcwd(other, sizeof other));
	printf("%s\n", other + strlen(text));
	TRY(getcwd(other, 3) ? 0 : -1);
	TRY(fchdir(99));
	TRY(chdir(".."));
	TRUE(realpath("dir/../s", other));
	printf("%s\n", other + strlen(text));
	TRUE(realpath("none", other) == NULL);
	SHOW(errno);
	char *made = realpath("moved", NULL);
	printf("%s\n", made ? made + strlen(text) : "(null)");
	free(made);
	made = get_current_dir_name();
	SHOW(strcmp(made, text));
	free(made);
	static const char *const paths[] = {"/usr/lib", "/usr/", "usr", "/",
					    "",		".",	 "..",	"a//b//"};
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		strcpy(text, paths[i]);
		strcpy(other, paths[i]);
		printf("%s: %s %s\n", paths[i], dirname(text), basename(other));
	}
	memset(text, 'x', 300);
	text[300] = 0;
	TRY(open(text, O_RDONLY));
	struct statvfs vfs;
	TRY(statvfs(".", &vfs));
	SHOW(vfs.f_namemax);
	SHOW(pathconf(".", _PC_NAME_MAX));
	MUST(stat("/dev/null", &a));
	printf("%d:%d\n", major(a.st_rdev), minor(a.st_rdev));
	TRY(umask(022));
	strcpy(text, "tmpXXXXXX");
	TRY(mkstemp(text) >= 0);
	SHOW(strlen(text));
	strcpy(text, "tmpXXXXXX.c");
	TRY(mkstemps(text, 2) >= 0);
	strcpy(text, "dirXXXXXX");
	SHOW(mkdtemp(text) == text);
	TRY(rmdir(text));
	strcpy(text, "bad");
	TRY(mkstemp(text));
	return 0;
}
