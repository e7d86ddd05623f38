/* sscanf conversions, assignment counts, character sets, positions, overflow, allocation.
 * oracle: musl
 */
#include "must.h"
#include <inttypes.h>
#include <wchar.h>

int main(void)
{
	int a = -1, b = -1, c = -1, used = -1;
	unsigned u;
	long long wide;
	short half;
	signed char tiny;
	float f;
	double d;
	char text[64] = "", set[64] = "", two[3] = "xx";
	wchar_t wtext[16];
	char *made, *made_set;
	void *pointer;

	SHOW(sscanf("12 -7 0x1f", "%d %d %i", &a, &b, &c));
	printf("%d %d %d\n", a, b, c);
	SHOW(sscanf("017 0b1 99", "%i%n%c%d", &a, &used, text, &b));
	printf("%d %d '%c' %d\n", a, used, text[0], b);
	SHOW(sscanf("ffffffff 777 -1", "%x %o %hhd", &u, &a, &tiny));
	printf("%u %d %d\n", u, a, tiny);
	SHOW(sscanf("123456789012345 -32768", "%lld %hd", &wide, &half));
	printf("%lld %d\n", wide, half);
	SHOW(sscanf("3.25e2 -0x1.8p1", "%f %lf", &f, &d));
	printf("%g %g\n", f, d);
	SHOW(sscanf("nan -inf", "%f %lf", &f, &d));
	printf("%d %g\n", f != f, d);
	SHOW(sscanf("  word next", "%s %n%2c", text, &used, two));
	printf("%s %d %.2s\n", text, used, two);
	SHOW(sscanf("abc123]def", "%[a-z]%[]0-9]%s", text, set, two + 0));
	printf("%s %s\n", text, set);
	SHOW(sscanf("key = value with spaces\n", "%63[^= ] = %63[^\n]", text, set));
	printf("%s|%s\n", text, set);
	SHOW(sscanf("12345678", "%3d%2d%*d", &a, &b));
	printf("%d %d\n", a, b);
	SHOW(sscanf("7 8 9", "%3$d %1$d %2$d", &a, &b, &c));
	printf("%d %d %d\n", a, b, c);
	SHOW(sscanf("x", "%d", &a));
	SHOW(sscanf("", "%d", &a));
	SHOW(sscanf("   ", "%d", &a));
	SHOW(sscanf("50%", "%d%%", &a));
	SHOW(sscanf("50 %x", "%d%%%c", &a, text));
	printf("%c\n", text[0]);
	SHOW(sscanf("0x", "%i", &a));
	SHOW(sscanf("allocated [set]here", "%ms [%m[a-z]", &made, &made_set));
	printf("%s %s\n", made, made_set);
	free(made);
	free(made_set);
	SHOW(sscanf("wide", "%ls", wtext));
	printf("%ls %zu\n", wtext, wcslen(wtext));
	SHOW(sscanf("0x1234", "%p", &pointer));
	printf("%p\n", pointer);
	SHOW(sscanf("a1b2", "a%db%d", &a, &b));
	printf("%d %d\n", a, b);
	SHOW(sscanf("9:5", "%d : %d", &a, &b));
	intmax_t max;
	size_t size;
	SHOW(sscanf("-9223372036854775808 4000000000", "%jd %zu", &max, &size));
	printf("%jd %zu\n", max, size);
	return 0;
}
