/* Wide-character streams and formatted wide input and output.
 * oracle: musl glibc
 * env: LC_ALL=C.UTF-8
 */
#include "must.h"
#include <locale.h>
#include <wchar.h>

int main(void)
{
	wchar_t line[64], word[32];
	int number;
	double real;
	char bytes[64];

	TRUE(setlocale(LC_ALL, ""));
	FILE *file = fopen("wide", "w+");
	SHOW(fwide(file, 0));
	SHOW(fwide(file, 1) > 0);
	SHOW(fputws(L"zażółć gęślą jaźń\n", file) >= 0);
	SHOW(fputwc(0x1f600, file));
	SHOW(fwprintf(file, L" %ls %d %s %lc\n", L"łą", 42, "ünï", (wint_t)0x20ac));
	rewind(file);
	SHOW(fgetws(line, 64, file) == line);
	printf("%ls", line);
	SHOW(fgetwc(file));
	SHOW(fgetwc(file));
	SHOW(ungetwc(L'Ω', file));
	SHOW(fgetwc(file));
	SHOW(fwscanf(file, L"%ls %d", word, &number));
	printf("%ls %d\n", word, number);
	fclose(file);
	file = fopen("wide", "r");
	size_t size = fread(bytes, 1, sizeof bytes, file);
	SHOW(size);
	for (size_t i = 0; i < size; i++)
		printf("%02x", (unsigned char)bytes[i]);
	putchar('\n');
	fclose(file);
	SHOW(swprintf(line, 64, L"%10.3ls|%-6s|%08.3f|%x", L"wyraz", "żuk", 3.14159, 255));
	printf("%ls\n", line);
	SHOW(swprintf(line, 4, L"%d", 123456) < 0);
	SHOW(swscanf(L"żaba 17 2.5", L"%ls %d %lf", word, &number, &real));
	printf("%ls %d %g\n", word, number, real);
	SHOW(swscanf(L"ąęć123", L"%l[ąęć]%d", word, &number));
	printf("%ls %d\n", word, number);
	printf("%5.3ls|%-8ls|%.4ls|\n", L"żółw", L"ab", L"żółw");
	printf("%.3s|%10s|\n", "żółw", "żuk");
	return 0;
}
