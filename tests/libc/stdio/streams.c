/* Streams on files: modes, positions, push-back, buffering, reopening, memory streams.
 * oracle: musl
 */
#include "must.h"
#include <fcntl.h>
#include <sys/stat.h>

static void show_file(const char *path)
{
	char data[256];
	FILE *file = fopen(path, "r");
	size_t size = fread(data, 1, sizeof data, file);

	fclose(file);
	printf("%s: %zu bytes:", path, size);
	for (size_t i = 0; i < size; i++)
		printf(data[i] < ' ' ? "\\%o" : "%c", data[i]);
	putchar('\n');
}

static void modes(void)
{
	static const char *const names[] = {"r", "w", "a", "r+", "w+", "a+", "wx", "rb", "re", "z"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		unlink("mode");
		errno = 0;
		FILE *file = fopen("mode", names[i]);
		printf("%s: %d %d", names[i], file != NULL, file ? 0 : errno);
		if (file) {
			int flags = fcntl(fileno(file), F_GETFL) & (O_ACCMODE | O_APPEND);
			printf(" %o %d", flags, fcntl(fileno(file), F_GETFD));
			fclose(file);
		}
		putchar('\n');
	}
	FILE *file = fopen("mode", "wx");
	printf("exclusive: %d %d\n", file != NULL, errno);
}

static void positions(void)
{
	FILE *file = fopen("pos", "w+");
	fpos_t place;

	fputs("0123456789", file);
	SHOW(ftell(file));
	SHOW(fseek(file, 3, SEEK_SET));
	SHOW(getc(file));
	SHOW(ungetc('X', file));
	SHOW(ftell(file));
	SHOW(getc(file));
	SHOW(fgetpos(file, &place));
	SHOW(fseek(file, -2, SEEK_END));
	SHOW(getc(file));
	SHOW(fsetpos(file, &place));
	SHOW(getc(file));
	SHOW(fseek(file, 0, SEEK_CUR)); /* required between reading and writing */
	SHOW(putc('!', file));
	SHOW(fseek(file, 5, SEEK_END));
	SHOW(putc('E', file));
	SHOW(ftello(file));
	rewind(file);
	SHOW(fseek(file, -1, SEEK_SET));
	SHOW(errno);
	while (getc(file) != EOF)
		;
	SHOW(feof(file) != 0);
	SHOW(ferror(file));
	clearerr(file);
	SHOW(feof(file));
	fclose(file);
	show_file("pos");
	file = fopen("pos", "r");
	SHOW(putc('x', file));
	SHOW(ferror(file) != 0);
	fclose(file);
	SHOW(truncate("pos", 4));
	show_file("pos");
}

static void append(void)
{
	FILE *file = fopen("app", "a+");

	fputs("one\n", file);
	rewind(file);
	SHOW(getc(file));
	fseek(file, 0, SEEK_CUR);
	fputs("two\n", file);
	fclose(file);
	show_file("app");
}

static void buffering(void)
{
	char buffer[16];
	struct stat status;
	FILE *file = fopen("buf", "w");

	SHOW(setvbuf(file, buffer, _IOFBF, sizeof buffer));
	fputs("12345", file);
	stat("buf", &status);
	SHOW(status.st_size);
	fflush(file);
	stat("buf", &status);
	SHOW(status.st_size);
	fclose(file);
	file = fopen("buf", "w");
	setvbuf(file, NULL, _IONBF, 0);
	fputs("123", file);
	stat("buf", &status);
	SHOW(status.st_size);
	fclose(file);
	file = fopen("buf", "w");
	setvbuf(file, NULL, _IOLBF, 1024);
	fputs("line\npart", file);
	stat("buf", &status);
	SHOW(status.st_size);
	SHOW(fflush(NULL));
	stat("buf", &status);
	SHOW(status.st_size);
	TRUE(freopen("buf2", "w", file) == file);
	fputs("second", file);
	fclose(file);
	show_file("buf");
	show_file("buf2");
}

static void lines(void)
{
	char *line = NULL, small[5];
	size_t size = 0;
	ssize_t got;
	FILE *file = fopen("lines", "w+");

	fputs("first\n\nthird is longer than the others by far\nno newline", file);
	rewind(file);
	while ((got = getline(&line, &size, file)) > 0)
		printf("%zd:%s|", got, line);
	SHOW(got);
	rewind(file);
	while ((got = getdelim(&line, &size, 'i', file)) > 0)
		printf("%zd:%s|", got, line);
	rewind(file);
	while (fgets(small, sizeof small, file))
		printf("<%s>", small);
	putchar('\n');
	free(line);
	fclose(file);
}

static void memory(void)
{
	char space[20] = "initial", *made = NULL;
	size_t size;
	FILE *file = fmemopen(space, sizeof space, "r+");

	SHOW(getc(file));
	SHOW(fseek(file, 0, SEEK_END));
	SHOW(ftell(file));
	fputs("+more", file);
	fclose(file);
	puts(space);
	file = open_memstream(&made, &size);
	fputs("hello", file);
	fflush(file);
	printf("%s %zu\n", made, size);
	fseek(file, 10, SEEK_SET);
	fputs("tail", file);
	fclose(file);
	printf("%s %zu %s\n", made, size, made + 10);
	free(made);
	TRUE(file = tmpfile());
	fputs("temporary", file);
	rewind(file);
	SHOW(fread(space, 1, 4, file));
	fclose(file);
}

static ssize_t cookie_write(void *cookie, const char *data, size_t size)
{
	*(long *)cookie += size;
	return write(1, data, size);
}

int main(void)
{
	long written = 0;

	umask(022);
	modes();
	positions();
	append();
	buffering();
	lines();
	memory();
	fflush(stdout);
	FILE *file = fopencookie(&written, "w", (cookie_io_functions_t){.write = cookie_write});
	fprintf(file, "through a cookie %d\n", 5);
	fclose(file);
	SHOW(written);
	char data[3][4] = {"abc", "def", "ghi"};
	SHOW(fwrite(data, 4, 3, stdout));
	putchar('\n');
	SHOW(remove("pos"));
	SHOW(remove("pos"));
	SHOW(fputs("end\n", stderr) >= 0);
	return 0;
}
