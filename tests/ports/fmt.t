#!/bin/sh
# {fmt}'s own tests. WALI_PORTS=all compiles all of them too, which takes ten seconds of a core for each.
# shellcheck disable=SC1091,SC2034 # ctest.sh uses it
port=fmt
. "$(dirname -- "$0")/ctest.sh"
prepare
# musl takes any name for a locale's, and gives the C locale: weekdays in Russian are in English.
export GTEST_FILTER='-unicode_test.legacy_locale:chrono_test.weekday'
suite interpreter
case ${WALI_PORTS-} in
all) suite aot ;;
*) suite aot -R '^(color|std)-test$' ;;
esac
finish
