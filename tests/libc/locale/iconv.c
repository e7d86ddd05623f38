/* iconv between encodings, with errors, partial input and full output.
 * oracle: musl
 */
#include "must.h"
#include <iconv.h>

static void convert(const char *to, const char *from, const char *text, size_t size, size_t room)
{
	char out[256], *in = (char *)text, *o = out;
	size_t in_left = size, out_left = room;
	iconv_t cd = iconv_open(to, from);

	printf("%s to %s: ", from, to);
	if (cd == (iconv_t)-1) {
		printf("errno %d\n", errno);
		return;
	}
	errno = 0;
	size_t result = iconv(cd, &in, &in_left, &o, &out_left);
	int error = errno;
	printf("%ld errno %d left %zu:", (long)(int)result, result == (size_t)-1 ? error : 0,
	       in_left);
	for (char *p = out; p < o; p++)
		printf(" %02x", (unsigned char)*p);
	putchar('\n');
	iconv_close(cd);
}

#define TEXT(text) text, sizeof text - 1

int main(void)
{
	convert("UTF-16LE", "UTF-8", TEXT("aä€😀"), 256);
	convert("UTF-16BE", "UTF-8", TEXT("aä€😀"), 256);
	convert("UTF-32LE", "UTF-8", TEXT("aä€😀"), 256);
	convert("UTF-8", "UTF-16BE", TEXT("\0a\xd8\x3d\xde\0"), 256);
	convert("ISO-8859-1", "UTF-8", TEXT("äöü"), 256);
	convert("ISO-8859-1", "UTF-8", TEXT("a€b"), 256);
	convert("UTF-8", "ISO-8859-15", TEXT("\xa4\xe4"), 256);
	convert("UTF-8", "WINDOWS-1252", TEXT("\x80\x99"), 256);
	convert("UTF-8", "KOI8-R", TEXT("\xf0\xf2\xe9"), 256);
	convert("UTF-8", "SHIFT_JIS", TEXT("\x93\xfa\x96\x7b"), 256);
	convert("UTF-8", "EUC-JP", TEXT("\xc6\xfc\xcb\xdc"), 256);
	convert("EUC-JP", "UTF-8", TEXT("日本"), 256);
	convert("UTF-8", "GB18030", TEXT("\xd6\xd0\xce\xc4"), 256);
	convert("UTF-8", "BIG5", TEXT("\xa4\xa4"), 256);
	convert("UTF-8", "EUC-KR", TEXT("\xc7\xd1"), 256);
	convert("UTF-8", "ISO-2022-JP", TEXT("\x1b$BF|K\\\x1b(B"), 256);
	convert("UTF-16", "UTF-8", TEXT("ab"), 256);
	convert("UTF-8", "UTF-8", TEXT("bad \xff end"), 256);
	convert("UTF-8", "UTF-8", TEXT("cut \xe2\x82"), 256);
	convert("UTF-16LE", "UTF-8", TEXT("too long"), 5);
	convert("ASCII", "UTF-8", TEXT("plain"), 256);
	convert("NO-SUCH", "UTF-8", TEXT("x"), 256);
	return 0;
}
