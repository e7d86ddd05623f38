/* A large input through a pipe, read by lines, in blocks and by characters.
 * oracle: musl glibc
 * stdin: seq 1 1500000
 */
#include "must.h"

int main(void)
{
	uint64_t hash = HASH_START;
	char *line = NULL, block[4099];
	size_t size = 0, total = 0;
	long sum = 0;

	for (int i = 0; i < 500000; i++) {
		ssize_t got = getline(&line, &size, stdin);
		TRUE(got > 0);
		total += got;
		sum += atol(line);
	}
	for (int i = 0; i < 1000; i++) {
		size_t got = fread(block, 1, sizeof block, stdin);
		total += got;
		hash = hash_bytes(hash, block, got);
	}
	int c, lines = 0;
	while ((c = getchar_unlocked()) != EOF) {
		total++;
		lines += c == '\n';
	}
	SHOW(total);
	SHOW(sum);
	SHOW(lines);
	printf("%016llx\n", (unsigned long long)hash);
	SHOW(feof(stdin) != 0);
	return 0;
}
