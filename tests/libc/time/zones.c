/* Local time in many zones, by POSIX rules and by zone files.
 * oracle: musl
 */
#include "must.h"
#include <time.h>

/* clang-format off */
static const char *const zones[] = {
	"UTC0", "EST5EDT,M3.2.0,M11.1.0", "CET-1CEST,M3.5.0,M10.5.0/3", "<+0530>-5:30", "NZST-12NZDT,M9.5.0,M4.1.0/3",
	"<-03>3<-02>,M10.3.0/0,M2.3.0/0", "JST-9", "AAA+11:30:15BBB+10,J60/2,J300/3", "XXX3YYY,59/1,299/25", "",
	":Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Casablanca", "No/Such_Zone",
};
/* clang-format on */
/* clang-format off */
static const time_t times[] = {
	0, -1, 1, 86399, 951782400, 1078012799, 1111111111, 1174118400, 1193533199, 1193533200, 1193536800, 1206838799,
	1206838800, 1234567890, 1709164800, 1711846799, 1711846800, 2147483647, 2147483648, 4102444800, -2208988800,
	253402300799, -62135596800,
};
/* clang-format on */

static void show(const struct tm *tm)
{
	printf("%lld-%02d-%02d %02d:%02d:%02d w%d y%d dst%d %s %ld\n", tm->tm_year + 1900LL,
	       tm->tm_mon + 1, tm->tm_mday, tm->tm_hour, tm->tm_min, tm->tm_sec, tm->tm_wday,
	       tm->tm_yday, tm->tm_isdst, tm->tm_zone, tm->tm_gmtoff);
}

int main(void)
{
	struct tm tm;

	for (size_t z = 0; z < sizeof zones / sizeof *zones; z++) {
		setenv("TZ", zones[z], 1);
		tzset();
		printf("TZ=%s: %s %s %ld %d\n", zones[z], tzname[0], tzname[1], timezone, daylight);
		for (size_t t = 0; t < sizeof times / sizeof *times; t++) {
			TRUE(localtime_r(&times[t], &tm));
			show(&tm);
			tm.tm_isdst = -1;
			time_t back = mktime(&tm);
			if (back != times[t])
				printf("  comes back as %lld\n", (long long)back);
		}
		/* Fields out of range are carried over. */
		tm = (struct tm){.tm_year = 124,
				 .tm_mon = 25,
				 .tm_mday = -40,
				 .tm_hour = 49,
				 .tm_min = -1,
				 .tm_isdst = -1};
		printf("%lld ", (long long)mktime(&tm));
		show(&tm);
		time_t now = 1700000000;
		printf("%s", ctime(&now));
	}
	time_t huge = INT64_MAX;
	SHOW(gmtime(&huge) == NULL);
	SHOW(errno);
	return 0;
}
