/* getopt, getopt_long, getopt_long_only and getsubopt.
 * oracle: musl
 */
#include "must.h"
#include <getopt.h>

static void restart(void)
{
	optind = 0; /* resets the hidden state too */
}

static void short_options(int argc, char **argv, const char *spec)
{
	int c;

	restart();
	printf("%s:", spec);
	while ((c = getopt(argc, argv, spec)) != -1)
		printf(" %c(%s)%c", c, optarg ? optarg : "", optopt && c == '?' ? optopt : ' ');
	printf(" rest");
	for (int i = optind; i < argc; i++)
		printf(" %s", argv[i]);
	putchar('\n');
	fflush(stdout);
}

static void long_options(int argc, char **argv, int only)
{
	int c, at, flag = 0;
	const struct option options[] = {
		{"verbose", no_argument, NULL, 'v'},
		{"file", required_argument, NULL, 'f'},
		{"level", optional_argument, NULL, 'l'},
		{"flag", no_argument, &flag, 7},
		{0},
	};

	restart();
	while (at = -1, (c = (only ? getopt_long_only : getopt_long)(argc, argv, "vf:l::", options,
								     &at)) != -1)
		printf(" %d(%s)@%d", c, optarg ? optarg : "", at);
	printf(" flag %d rest", flag);
	for (int i = optind; i < argc; i++)
		printf(" %s", argv[i]);
	putchar('\n');
	fflush(stdout);
}

#define ARGS(...)                                                                                  \
	(sizeof((char *[]){__VA_ARGS__}) / sizeof(char *)), (char *[])                             \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}

int main(void)
{
	short_options(ARGS("p", "-abc", "value", "-d", "x", "--", "-a"), "abc:d");
	short_options(ARGS("p", "one", "-a", "two", "-b"), "ab");
	short_options(ARGS("p", "one", "-a", "two", "-b"), "+ab");
	short_options(ARGS("p", "one", "-a", "two", "-b"), "-ab");
	short_options(ARGS("p", "-x", "-c"), "abc:");
	short_options(ARGS("p", "-x", "-c"), ":abc:");
	short_options(ARGS("p", "-ofile", "-o", "-n"), "o::n");
	opterr = 0;
	short_options(ARGS("p", "-z"), "a");
	opterr = 1;
	long_options(ARGS("p", "--verbose", "--file=x", "--file", "y", "--level", "--level=3",
			  "-l4", "--flag", "a"),
		     0);
	long_options(ARGS("p", "a", "--verb", "b", "--fi", "c", "--", "--flag"), 0);
	long_options(ARGS("p", "--unknown", "--verbose=no", "--file"), 0);
	long_options(ARGS("p", "-verbose", "-file", "q", "-v"), 1);
	char text[] = "ro,size=12,other,name=", *rest = text, *value;
	char *const tokens[] = {"ro", "size", "name", NULL};
	while (*rest) {
		int which = getsubopt(&rest, tokens, &value);
		printf("%d %s\n", which, value ? value : "(none)");
	}
	return 0;
}
