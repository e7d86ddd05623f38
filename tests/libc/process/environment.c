/* getenv, setenv, putenv, unsetenv, clearenv, environ itself.
 * oracle: musl glibc
 * env: GIVEN=yes 'SPACES=a b' EMPTY= EQ=x=y
 */
#include "must.h"

extern char **environ;

static const char *get(const char *name)
{
	const char *value = getenv(name);
	return value ? value : "(null)";
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int main(void)
{
	char own[] = "OWN=original";
	int count = 0;

	printf("%s|%s|%s|%s|%s\n", get("GIVEN"), get("SPACES"), get("EMPTY"), get("EQ"),
	       get("NONE"));
	TRY(setenv("GIVEN", "new", 0));
	puts(get("GIVEN"));
	TRY(setenv("GIVEN", "new", 1));
	puts(get("GIVEN"));
	TRY(setenv("A=B", "x", 1));
	TRY(setenv("", "x", 1));
	TRY(putenv(own));
	strcpy(own, "OWN=changed");
	puts(get("OWN"));
	TRY(unsetenv("GIVEN"));
	puts(get("GIVEN"));
	TRY(unsetenv("A=B"));
	for (int i = 0; i < 500; i++) {
		char name[16];
		snprintf(name, sizeof name, "V%d", i % 100);
		setenv(name, name, 1);
	}
	for (char **e = environ; *e; e++)
		count += **e == 'V';
	SHOW(count);
	TRY(clearenv());
	SHOW(environ == NULL || *environ == NULL);
	TRY(setenv("AFTER", "clear", 1));
	char *list[] = {"Z=26", "B=2", "A=1", NULL};
	environ = list;
	puts(get("A"));
	TRY(setenv("C", "3", 1));
	TRY(unsetenv("B"));
	for (count = 0; environ[count]; count++)
		;
	qsort(environ, count, sizeof *environ, compare);
	for (char **e = environ; *e; e++)
		puts(*e);
	puts(get("secure"));
	SHOW(secure_getenv("A") != NULL);
	return 0;
}
