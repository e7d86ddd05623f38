/* strftime, strptime, timegm, asctime, difftime.
 * oracle: musl
 * env: TZ=CET-1CEST,M3.5.0,M10.5.0/3
 */
#include "must.h"
#include <time.h>
#include <wchar.h>

static void parse(const char *text, const char *format)
{
	struct tm tm = {0};
	char *end = strptime(text, format, &tm);

	printf("%s as %s: %s %d %d %d %d %d %d %d %d\n", text, format, end ? end : "(null)",
	       tm.tm_year, tm.tm_mon, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, tm.tm_wday,
	       tm.tm_yday);
}

int main(void)
{
	static const time_t times[] = {0,	   951782400,  1104537600,   1230768000,
				       1262304000, 1711846800, 253370764800, -62135596800};
	char text[512], format[3] = "%?";
	struct tm tm;

	for (size_t t = 0; t < sizeof times / sizeof *times; t++) {
		localtime_r(&times[t], &tm);
		for (const char *c = "aAbBcCdDeFgGhHIjklmMnpPrRsStTuUVwWxXyYzZ%"; *c; c++) {
			format[1] = *c;
			size_t size = strftime(text, sizeof text, format, &tm);
			printf("%c=%zu<%s>", *c, size, size ? text : "");
		}
		putchar('\n');
		SHOW(strftime(text, sizeof text, "%Ex %Od %010Y %+5Y %_d %-d", &tm));
		puts(text);
		printf("%s", asctime(&tm));
	}
	SHOW(strftime(text, 4, "%Y-%m", &tm));
	wchar_t wide[64];
	SHOW(wcsftime(wide, 64, L"%Y/%m/%d żółw", gmtime(&times[2])));
	parse("2024-02-29 13:14:15", "%Y-%m-%d %H:%M:%S");
	parse("Thu, 29 Feb 2024 rest", "%a, %d %b %Y");
	parse("12/31/99", "%D");
	parse("1:02:03 PM", "%I:%M:%S %p");
	parse("2024 060", "%Y %j");
	parse("99", "%y");
	parse("20 30", "%C %y");
	parse("bad", "%d");
	parse("  7  8", "%d%n%m");
	tm = (struct tm){.tm_year = 100, .tm_mon = 14, .tm_mday = 31, .tm_sec = 100000};
	SHOW(timegm(&tm));
	printf("%d-%d-%d\n", tm.tm_year, tm.tm_mon, tm.tm_mday);
	printf("%g\n", difftime(1000000000000, 1));
	for (int year = -100; year < 3000; year += 37) {
		tm = (struct tm){.tm_year = year, .tm_mon = year & 15, .tm_mday = 1};
		printf("%lld ", (long long)timegm(&tm));
	}
	putchar('\n');
	return 0;
}
