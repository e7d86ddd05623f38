/* setlocale, newlocale, uselocale, localeconv, nl_langinfo, message catalogues that are not there.
 * oracle: musl
 */
#include "must.h"
#include <langinfo.h>
#include <libintl.h>
#include <locale.h>
#include <monetary.h>
#include <pthread.h>
#include <wctype.h>

static void *thread(void *arg)
{
	(void)arg;
	printf("thread: %zu %d\n", MB_CUR_MAX, uselocale(NULL) == LC_GLOBAL_LOCALE);
	return NULL;
}

int main(void)
{
	static const char *const names[] = {"C",	   "POSIX", "C.UTF-8",
					    "de_DE.UTF-8", "",	    "no-such/locale"};
	pthread_t id;

	printf("%s %zu\n", setlocale(LC_ALL, NULL), MB_CUR_MAX);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *got = setlocale(LC_ALL, names[i]);
		printf("%s: %s %zu %s\n", names[i], got ? got : "(null)", MB_CUR_MAX,
		       nl_langinfo(CODESET));
	}
	printf("%s\n", setlocale(LC_CTYPE, "C.UTF-8"));
	printf("%s\n", setlocale(LC_NUMERIC, "C"));
	struct lconv *conv = localeconv();
	printf("%s|%s|%s|%d\n", conv->decimal_point, conv->thousands_sep, conv->currency_symbol,
	       conv->frac_digits);
	for (nl_item i = ABDAY_1; i <= DAY_7; i++)
		printf("%s ", nl_langinfo(i));
	for (nl_item i = ABMON_1; i <= MON_12; i++)
		printf("%s ", nl_langinfo(i));
	printf("%s|%s|%s|%s|%s|%s\n", nl_langinfo(D_T_FMT), nl_langinfo(D_FMT), nl_langinfo(T_FMT),
	       nl_langinfo(RADIXCHAR), nl_langinfo(YESEXPR), nl_langinfo(AM_STR));
	setlocale(LC_ALL, "C");
	locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", NULL);
	TRUE(utf8);
	SHOW(uselocale(utf8) == LC_GLOBAL_LOCALE);
	SHOW(MB_CUR_MAX);
	MUST0(pthread_create(&id, NULL, thread, NULL));
	pthread_join(id, NULL);
	SHOW(iswalpha_l(0xe4, utf8) != 0);
	locale_t copy = duplocale(utf8);
	uselocale(LC_GLOBAL_LOCALE);
	freelocale(utf8);
	SHOW(towupper_l(0xe4, copy));
	freelocale(copy);
	puts(gettext("untranslated"));
	puts(ngettext("one", "many", 2));
	printf("%s\n", textdomain(NULL) ? textdomain(NULL) : "(null)");
	char money[64];
	SHOW(strfmon(money, sizeof money, "%n", 1234.567) > 0);
	puts(money);
	return 0;
}
