/*
 * Drives a target without libFuzzer: replays the files that are named, and those in
 * the directories that are named, each whole and a little changed. Built by
 * afl-clang-fast it takes its inputs from AFL++, thousands in one process.
 *
 * usage: fuzz_ROOM [-mutations=N] FILE-OR-DIRECTORY...
 * Other words with a dash are libFuzzer's, and of no meaning here.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz/fuzz.h"
#include "support/random.h"

/** Bytes of the largest input that is replayed. */
#define INPUT_MAX ((size_t)1 << 20)

static unsigned mutations = 16;
static unsigned long inputs;

/* A block of exactly its size, so that a sanitizer sees a read beyond it. */
static void run_copy(const uint8_t *bytes, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);

	if (!copy)
		exit(99);
	if (len > 0)
		memcpy(copy, bytes, len);
	(void)LLVMFuzzerTestOneInput(copy, len);
	free(copy);
	inputs++;
}

static void mutate(const uint8_t *bytes, size_t len, uint64_t seed)
{
	struct random r = {seed};
	uint8_t *changed = malloc(len + 1);

	if (!changed)
		exit(99);
	for (unsigned i = 0; i < mutations && len > 0; i++) {
		size_t cut = random_chance(&r, 30) ? random_below(&r, len) : len;

		memcpy(changed, bytes, len);
		for (size_t n = random_between(&r, 1, 4); n > 0; n--)
			changed[random_below(&r, len)] = (uint8_t)random_next(&r);
		run_copy(changed, cut);
	}
	free(changed);
}

static void run_file(const char *path)
{
	uint8_t *bytes = malloc(INPUT_MAX);
	FILE *f = fopen(path, "rb");
	size_t len;

	if (!bytes || !f) {
		perror(path);
		exit(99);
	}
	len = fread(bytes, 1, INPUT_MAX, f);
	(void)fclose(f);
	run_copy(bytes, len);
	mutate(bytes, len, len);
	free(bytes);
}

static void run_path(const char *path)
{
	struct dirent **names;
	struct stat st;
	int count;

	if (stat(path, &st) == 0 && !S_ISDIR(st.st_mode)) {
		run_file(path);
		return;
	}
	count = scandir(path, &names, NULL, alphasort);
	if (count < 0) {
		perror(path);
		exit(99);
	}
	for (int i = 0; i < count; i++) {
		char inside[4096];

		(void)snprintf(inside, sizeof(inside), "%s/%s", path, names[i]->d_name);
		if (names[i]->d_name[0] != '.')
			run_file(inside);
		free(names[i]);
	}
	free(names);
}

#ifdef __AFL_COMPILER
__AFL_FUZZ_INIT();

static void run_afl(void)
{
	const unsigned char *bytes = __AFL_FUZZ_TESTCASE_BUF;

	while (__AFL_LOOP(10000))
		run_copy(bytes, (size_t)__AFL_FUZZ_TESTCASE_LEN);
}
#endif

int main(int argc, char **argv)
{
#ifdef __AFL_COMPILER
	if (argc == 1) {
		run_afl();
		return 0;
	}
#endif
	for (int i = 1; i < argc; i++) {
		if (strncmp(argv[i], "-mutations=", 11) == 0)
			mutations = (unsigned)strtoul(argv[i] + 11, NULL, 10);
		else if (argv[i][0] != '-')
			run_path(argv[i]);
	}
	printf("%lu inputs\n", inputs);
	return 0;
}
