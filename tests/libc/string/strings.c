/* The str* functions.
 * oracle: musl glibc
 */
#include "must.h"
#include <ctype.h>
#include <strings.h>

#define TEXT(expression)                                                                           \
	do {                                                                                       \
		const char *text_ = (expression);                                                  \
		printf("%s: %s\n", #expression, text_ ? text_ : "(null)");                         \
	} while (0)

static int sign(int value)
{
	return (value > 0) - (value < 0);
}

int main(void)
{
	char buffer[64], *rest, *save;
	const char *text = "the quick brown fox jumps over the lazy dog";

	TEXT(strchr(text, 'q'));
	TEXT(strchr(text, 'Q'));
	TEXT(strrchr(text, 't'));
	TEXT(strchrnul(text, '!') - 3);
	TEXT(strstr(text, "the l"));
	TEXT(strstr(text, ""));
	TEXT(strstr(text, "thex"));
	TEXT(strcasestr(text, "BROWN"));
	TEXT(strpbrk(text, "xyz"));
	SHOW(strspn(text, "theuqi "));
	SHOW(strcspn(text, "xyz"));
	SHOW(strlen(text));
	SHOW(strnlen(text, 10));
	TEXT(strcpy(buffer, text));
	TEXT(strncpy(buffer, "short", 8));
	SHOW(buffer[5] + buffer[7] + buffer[8]);
	TEXT(strcat(buffer, "+cat"));
	TEXT(strncat(buffer, "ncatxxx", 4));
	TEXT(stpcpy(buffer, "stp") - 3);
	TEXT(stpncpy(buffer, "stpn", 3));
	SHOW(sign(strcmp("abc", "abd")));
	SHOW(sign(strcmp("abc", "ab")));
	SHOW(sign(strcmp("\x7f", "\x80")));
	SHOW(sign(strncmp("abcdef", "abcxyz", 3)));
	SHOW(sign(strcasecmp("HeLLo", "hEllO")));
	SHOW(sign(strncasecmp("HeLLo", "help", 4)));
	SHOW(sign(strcoll("a", "b")));
	SHOW(strxfrm(buffer, "transform", sizeof buffer));
	TEXT(buffer);
	static const char *const versions[] = {"1.2", "1.10",  "1.02", "0.1", "001",
					       "01",  "1.2.3", "09",   "1"};
	for (size_t i = 0; i < 9; i++)
		for (size_t j = 0; j < 9; j++)
			printf("%d%c", sign(strverscmp(versions[i], versions[j])),
			       j == 8 ? '\n' : ' ');
	strcpy(buffer, "a,b;;c,,d");
	for (char *t = strtok(buffer, ",;"); t; t = strtok(NULL, ",;"))
		printf("<%s>", t);
	strcpy(buffer, "a,b;;c,,d");
	for (char *t = strtok_r(buffer, ",", &save); t; t = strtok_r(NULL, ",", &save))
		printf("<%s>", t);
	strcpy(buffer, "a,b;;c,,d");
	for (rest = buffer; (save = strsep(&rest, ",;"));)
		printf("<%s>", save);
	putchar('\n');
	char *copy = strdup(text);
	TEXT(copy);
	free(copy);
	copy = strndup(text, 9);
	TEXT(copy);
	free(copy);
	for (const char *p = text; p < text + 43; p += 7)
		TEXT(index(p, ' '));
	int classes[12] = {0};
	for (int c = -1; c < 256; c++) {
		classes[0] += !!isalpha(c) * c;
		classes[1] += !!isdigit(c) * c;
		classes[2] += !!isspace(c) * c;
		classes[3] += !!isupper(c) * c;
		classes[4] += !!islower(c) * c;
		classes[5] += !!ispunct(c) * c;
		classes[6] += !!isprint(c) * c;
		classes[7] += !!iscntrl(c) * c;
		classes[8] += !!isxdigit(c) * c;
		classes[9] += !!isblank(c) * c;
		classes[10] += toupper(c);
		classes[11] += tolower(c);
	}
	for (int i = 0; i < 12; i++)
		printf("%d ", classes[i]);
	putchar('\n');
	TEXT(l64a(123456789));
	SHOW(a64l("zzzz"));
	TEXT(strsignal(9));
	return 0;
}
