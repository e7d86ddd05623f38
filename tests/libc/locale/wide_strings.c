/* The wcs* and wmem* functions, classes and case of wide characters.
 * oracle: musl
 * env: LC_ALL=C.UTF-8
 */
#include "must.h"
#include <locale.h>
#include <wchar.h>
#include <wctype.h>

int main(void)
{
	static const char *const classes[] = {"alnum", "alpha", "blank", "cntrl",
					      "digit", "graph", "lower", "print",
					      "punct", "space", "upper", "xdigit"};
	wchar_t buffer[64], *save, *end;

	TRUE(setlocale(LC_ALL, ""));
	for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
		wctype_t class = wctype(classes[i]);
		uint64_t hash = HASH_START;
		long count = 0;
		for (wint_t c = 0; c < 0x20000; c++)
			if (iswctype(c, class)) {
				hash = hash_bytes(hash, &c, sizeof c);
				count++;
			}
		printf("%s %ld %016llx\n", classes[i], count, (unsigned long long)hash);
	}
	uint64_t cases = HASH_START, widths = HASH_START;
	for (wint_t c = 0; c < 0x20000; c++) {
		wint_t both[2] = {towupper(c), towlower(c)};
		int width = wcwidth(c);
		cases = hash_bytes(cases, both, sizeof both);
		widths = hash_bytes(widths, &width, sizeof width);
	}
	printf("case %016llx width %016llx\n", (unsigned long long)cases,
	       (unsigned long long)widths);
	SHOW(towctrans(L'ä', wctrans("toupper")));
	SHOW(wcswidth(L"日本語 text", 20));
	printf("%ls\n", wcscat(wcscpy(buffer, L"żółw"), L"+日本"));
	SHOW(wcslen(buffer));
	SHOW(wcschr(buffer, L'日') - buffer);
	SHOW(wcsstr(buffer, L"+日") - buffer);
	SHOW(wcsspn(buffer, L"łżów"));
	SHOW(wcscmp(L"a", L"b") < 0);
	SHOW(wcscasecmp(L"ŻÓŁW", L"żółw"));
	for (wchar_t *t = wcstok(buffer, L"+", &save); t; t = wcstok(NULL, L"+", &save))
		printf("<%ls>", t);
	SHOW(wcstol(L"-123xyz", &end, 10));
	printf("%ls\n", end);
	printf("%g %lld\n", wcstod(L"1.5e3", NULL), wcstoll(L"0x7f", NULL, 0));
	wmemset(buffer, L'é', 5);
	buffer[5] = 0;
	printf("%ls\n", buffer);
	wmemmove(buffer + 1, buffer, 4);
	SHOW(wmemcmp(buffer, L"ééééé", 5));
	SHOW(wmemchr(buffer, 0, 10) - buffer);
	wchar_t *copy = wcsdup(L"duplicate");
	printf("%ls %zu\n", copy, wcsxfrm(NULL, copy, 0));
	free(copy);
	return 0;
}
