/* Every integer conversion with flags, widths, precisions, sizes and positions.
 * oracle: musl glibc
 */
#include "must.h"
#include <inttypes.h>
#include <limits.h>
#include <stddef.h>
#include <wchar.h>

static const char *const flags[] = {"",	  "-",	"+",  " ",  "#",  "0",
				    "-+", "+0", "#0", "-#", " 0", "-# "};
static const char *const sizes[] = {"", "5", "20", ".0", ".3", ".12", "12.8", "3.20"};

static void every_flag_and_size(void)
{
	static const long long values[] = {0,	    1,	     -1,	42,	  -4242,
					   INT_MAX, INT_MIN, LLONG_MAX, LLONG_MIN};
	char format[32];

	for (size_t f = 0; f < sizeof flags / sizeof *flags; f++)
		for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
			for (const char *c = "dioxXu"; *c; c++) {
				snprintf(format, sizeof format, "[%%%s%sll%c]", flags[f], sizes[s],
					 *c);
				printf("%s ", format);
				for (size_t v = 0; v < sizeof values / sizeof *values; v++)
					printf(format, values[v]);
				putchar('\n');
			}
}

int main(void)
{
	int at = -1, after = -1;
	signed char small;
	short half;

	every_flag_and_size();
	printf("%hhd %hhu %hd %hu %ld %lu %jd %zu %td\n", (signed char)-3, (unsigned char)253,
	       (short)-3, (unsigned short)65533, -3L, ULONG_MAX, INTMAX_MIN, (size_t)12345,
	       (ptrdiff_t)-12345);
	printf("%3$d %1$s %2$c %1$.2s %3$*4$d|\n", "text", 'c', 42, 8);
	printf("%*d|%-*d|%.*d|%.*d\n", 6, 1, -6, 2, 4, 3, -4, 4);
	printf("%s|%.3s|%10s|%-10s|%.0s|%c|%%\n", "string", "string", "right", "left", "none",
	       0x41);
	printf("%ls|%.3ls|%lc\n", L"wide", L"precision", (wint_t)L'w');
	printf("one%ntwo%hhn%hn\n", &at, &small, &half);
	printf("%d %d %d%n\n", at, small, half, &after);
	SHOW(after);
	printf("%p %p\n", (void *)0x1234, (void *)0xabcdef);
	SHOW(snprintf(NULL, 0, "%d-%s", 123456, "abc"));
	char buffer[8];
	SHOW(snprintf(buffer, sizeof buffer, "%s", "longer than that"));
	puts(buffer);
	char *made;
	SHOW(asprintf(&made, "%08x/%" PRIu64, 0xbeefu, UINT64_MAX));
	puts(made);
	free(made);
	fflush(stdout);
	SHOW(dprintf(1, "%s %d\n", "dprintf", 1));
	return 0;
}
