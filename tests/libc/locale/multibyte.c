/* UTF-8 in both directions: complete, byte by byte, invalid; string conversions.
 * oracle: musl
 * env: LC_ALL=C.UTF-8
 */
#include "must.h"
#include <limits.h>
#include <locale.h>
#include <uchar.h>
#include <wchar.h>

static void decode(const char *bytes, size_t size)
{
	mbstate_t state = {0};
	wchar_t wide = 0;

	for (size_t i = 0; i < size; i++)
		printf("%02x", (unsigned char)bytes[i]);
	printf(":");
	for (size_t i = 0; i < size;) {
		size_t got = mbrtowc(&wide, bytes + i, 1, &state);
		if (got == (size_t)-1) {
			printf(" error %d", errno);
			break;
		}
		if (got == (size_t)-2)
			printf(" more");
		else
			printf(" %x", (unsigned)wide);
		i++;
	}
	printf(" %d\n", !!mbsinit(&state));
}

int main(void)
{
	/* clang-format off */
	static const char *const texts[] = {
		"a", "ä", "€", "😀", "\x80", "\xc0\x80", "\xc3", "\xc3(", "\xe2\x82", "\xed\xa0\x80", "\xf4\x90\x80\x80",
		"\xf0\x9f\x98", "\xff", "\xe0\x80\x80", "aä€😀z",
	};
	/* clang-format on */
	uint64_t hash = HASH_START;
	char bytes[MB_LEN_MAX + 1];
	wchar_t wide[32];
	char narrow[64];

	TRUE(setlocale(LC_ALL, ""));
	SHOW(MB_CUR_MAX >= 4);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		decode(texts[i], strlen(texts[i]));
	for (unsigned c = 1; c < 0x110000; c++) {
		mbstate_t state = {0};
		size_t size = wcrtomb(bytes, c, &state);
		if (size == (size_t)-1) {
			if (c != 0xd800 && c < 0xdfff && c > 0xd801)
				continue;
			printf("%x: none\n", c);
			continue;
		}
		hash = hash_bytes(hash, bytes, size);
		wchar_t back;
		if (mbrtowc(&back, bytes, size, &state) != size || (unsigned)back != c)
			printf("%x does not come back\n", c);
	}
	printf("%016llx\n", (unsigned long long)hash);
	SHOW(mbstowcs(wide, "aä€😀z", 32));
	SHOW(mbstowcs(NULL, "aä€😀z", 0));
	SHOW(wcstombs(narrow, wide, sizeof narrow));
	puts(narrow);
	SHOW(wcstombs(narrow, wide, 4));
	const char *from = "xyz€abc";
	mbstate_t state = {0};
	SHOW(mbsnrtowcs(wide, &from, 5, 32, &state));
	SHOW(from != NULL);
	const wchar_t *wfrom = L"xyz€abc";
	SHOW(wcsrtombs(narrow, &wfrom, 5, &state));
	SHOW(mblen("€", 3));
	SHOW(mblen("€", 2));
	SHOW(btowc('a'));
	SHOW(btowc(0xe4));
	SHOW(wctob(0xe4));
	SHOW(wctob('a'));
	char16_t c16;
	char32_t c32;
	state = (mbstate_t){0};
	SHOW(mbrtoc16(&c16, "😀", 4, &state));
	SHOW(c16);
	SHOW((int)mbrtoc16(&c16, "", 0, &state));
	SHOW(c16);
	SHOW(mbrtoc32(&c32, "😀", 4, &state));
	SHOW(c32);
	SHOW(c32rtomb(narrow, 0x20ac, NULL));
	return 0;
}
