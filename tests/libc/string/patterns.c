/* Regular expressions, fnmatch, glob and word expansion.
 * oracle: musl
 */
#include "must.h"
#include <fcntl.h>
#include <fnmatch.h>
#include <glob.h>
#include <regex.h>
#include <sys/stat.h>
#include <wordexp.h>

static void match(const char *pattern, const char *text, int flags)
{
	regex_t regex;
	regmatch_t found[5];
	char message[80];
	int error = regcomp(&regex, pattern, flags);

	if (error) {
		regerror(error, &regex, message, sizeof message);
		printf("/%s/: %d %s\n", pattern, error, message);
		return;
	}
	error = regexec(&regex, text, 5, found, 0);
	printf("/%s/ %s: %d", pattern, text, error);
	for (size_t i = 0; !error && i < 5 && i <= regex.re_nsub; i++)
		printf(" (%d,%d)", (int)found[i].rm_so, (int)found[i].rm_eo);
	printf(" of %zu\n", regex.re_nsub);
	regfree(&regex);
}

static void expand(const char *words, int flags)
{
	wordexp_t result;
	int error = wordexp(words, &result, flags);

	printf("wordexp %s: %d", words, error);
	if (!error) {
		for (size_t i = 0; i < result.we_wordc; i++)
			printf(" <%s>", result.we_wordv[i]);
		wordfree(&result);
	}
	putchar('\n');
}

static void list(const char *pattern, int flags)
{
	glob_t found;
	int error = glob(pattern, flags, NULL, &found);

	printf("glob %s: %d", pattern, error);
	if (!error)
		for (size_t i = 0; i < found.gl_pathc; i++)
			printf(" %s", found.gl_pathv[i]);
	putchar('\n');
	globfree(&found);
}

int main(void)
{
	static const char *const shells[][2] = {
		{"*.c", "main.c"},  {"*.c", "main.h"}, {"[a-c]?x", "bax"},
		{"[!a-c]*", "bax"}, {"*", ".hidden"},  {"a/*/c", "a/b/c"},
		{"a*c", "a/b/c"},   {"\\*", "*"},      {"[[:digit:]]*", "9x"},
		{"[]]", "]"},	    {"**b", "aab"},    {"", ""},
		{"?", ""},	    {"[a", "[a"},      {"ABC", "abc"},
	};

	match("a.c", "xxabcxx", 0);
	match("^(a+)(b*)c$", "aaabbc", REG_EXTENDED);
	match("(foo|bar)+baz", "foobarbaz", REG_EXTENDED);
	match("\\(a*\\)b\\1", "aabaa", 0);
	match("[[:alpha:]]+[[:digit:]]{2,3}", "--abc1234", REG_EXTENDED);
	match("HELLO", "hello", REG_ICASE);
	match("a{2}", "aaa", REG_EXTENDED);
	match("x*", "aaa", REG_EXTENDED);
	match("(a|ab)(c|bcd)(d*)", "abcd", REG_EXTENDED);
	match("^b$", "a\nb\nc", REG_NEWLINE);
	match("[^a-z]", "abcD", REG_EXTENDED);
	match("(", "x", REG_EXTENDED);
	match("[a", "x", REG_EXTENDED);
	match("a{3,2}", "x", REG_EXTENDED);
	match("*a", "*a", 0);
	match("a\\{1,3\\}b", "aaaab", 0);
	for (size_t i = 0; i < sizeof shells / sizeof *shells; i++)
		printf("%s %s: %d %d %d\n", shells[i][0], shells[i][1],
		       fnmatch(shells[i][0], shells[i][1], 0),
		       fnmatch(shells[i][0], shells[i][1], FNM_PATHNAME | FNM_PERIOD),
		       fnmatch(shells[i][0], shells[i][1], FNM_CASEFOLD | FNM_NOESCAPE));
	MUST(mkdir("d", 0755));
	MUST(mkdir("d/e", 0755));
	for (const char *p = "abc"; *p; p++) {
		char path[16];
		snprintf(path, sizeof path, "d/%c.txt", *p);
		close(MUST(creat(path, 0644)));
		snprintf(path, sizeof path, "d/e/%c.c", *p);
		close(MUST(creat(path, 0644)));
	}
	list("d/*.txt", 0);
	list("d/*", GLOB_MARK);
	list("*/*/[ab].c", 0);
	list("none*", 0);
	list("none*", GLOB_NOCHECK);
	list("d/?.*", GLOB_NOSORT * 0);
	setenv("VAR", "two words", 1);
	expand("one $VAR \"$VAR\" '$VAR'", 0);
	expand("d/*.txt $((6*7)) ${UNSET:-default}", 0);
	expand("`echo cmd` $(echo sub)", 0);
	expand("$(echo no)", WRDE_NOCMD);
	expand("a | b", 0);
	expand("\"open", 0);
	return 0;
}
