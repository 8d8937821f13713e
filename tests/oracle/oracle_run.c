/*
 * Random conversations, read in three ways that have to agree: by construction, by
 * the oracle, by the real chain tcp → http.
 *
 *     oracle_run                         the test: some thousands, and every case
 *     oracle_run SEED COUNT [lossless|lossy] [FIRST]
 *     oracle_run FILE...                 cases, as scripts
 *
 * A disagreement is made smaller and printed as a script that can become a case.
 */
#include "config.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "oracle/chain.h"
#include "oracle/minimise.h"
#include "support/conversation.h"
#include "support/oracle.h"

#define TEST_SEED 1
#ifdef STATLINE_SANITIZED
#define TEST_COUNT 2500
#else
#define TEST_COUNT 15000
#endif
#define REPORTS_BY_HAND 8
#define REPORTS_IN_TEST 2
#define NAMES_MAX       256
#define CASE_PATH_MAX   1024

struct run {
	struct conversation conversation;
	struct oracle *oracle;
	struct chain *chain;
	struct trace small; /* being minimised */
	struct trace work;
	struct verdict seen; /* by the chain */
	struct verdict read; /* by the oracle */
	const char *broken;  /* what chain_run() said last */
	const char *wanted;  /* what it said of the trace that is being minimised */
	uint64_t reports;
	uint64_t reports_max;
	uint64_t wrong;  /* conversations, of the last run */
	uint64_t unsent; /* of them: with a response that nobody had sent */
};

static bool run_init(struct run *run)
{
	memset(run, 0, sizeof(*run));
	run->oracle = oracle_new();
	run->chain = chain_new();
	return conversation_init(&run->conversation) && trace_init(&run->small) &&
	       trace_init(&run->work) && run->oracle != NULL && run->chain != NULL;
}

static void run_free(struct run *run)
{
	oracle_free(run->oracle);
	chain_free(run->chain);
	trace_free(&run->small);
	trace_free(&run->work);
	conversation_free(&run->conversation);
}

/** @return whether chain and oracle disagree about @p t, or the chain broke a contract
 */
static bool disagrees(struct run *run, const struct trace *t)
{
	bool allowed;

	run->broken = chain_run(run->chain, t, &run->seen);
	allowed = oracle_allows(run->oracle, t, &run->seen, &run->read);
	return run->broken != NULL || !allowed;
}

static size_t count_syns(const struct trace *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->count; i++)
		n += (t->segments[i].flags & TCP_SYN) != 0;
	return n;
}

/** @return whether @p t is as wrong as the trace that is being minimised; one that was
 *  lossless still has its SYNs and comes to what was sent */
static bool as_wrong(void *ctx, const struct trace *t)
{
	struct run *run = ctx;

	return disagrees(run, t) && run->broken == run->wanted &&
	       (run->conversation.loss != LOSS_NONE || run->broken != NULL ||
		(count_syns(t) == count_syns(&run->conversation.trace) &&
		 verdict_agree(&run->read, &run->conversation.dialogue.truth)));
}

static void print_trace(struct run *run, const struct trace *t)
{
	trace_print(stdout, t);
	if (run->broken)
		printf("# broken: %s\n", run->broken);
	verdict_print(stdout, "# statline: ", &run->seen);
	verdict_print(stdout, "expect ", &run->read);
	if (run->read.response_count + run->read.silence_count == 0)
		puts("expect nothing");
}

static void report(struct run *run, uint64_t seed, uint64_t index, bool lossy,
		   const char *what)
{
	struct trace *t = &run->conversation.trace;

	if (run->reports++ >= run->reports_max)
		return;
	printf("# ---- oracle_run %" PRIu64 " 1 %s %" PRIu64 ": %s; lost: %s\n", seed,
	       lossy ? "lossy" : "lossless", index, what,
	       conversation_loss_name(run->conversation.loss));
	verdict_print(stdout, "# sent: ", &run->conversation.dialogue.truth);
	if (disagrees(run, t)) {
		trace_copy(&run->small, t);
		run->wanted = run->broken;
		minimise(&run->small, &run->work, as_wrong, run);
		t = &run->small;
		disagrees(run, t);
	}
	print_trace(run, t);
	puts("# ----");
}

/** @return whether each code that was seen had been sent, at most as often; decoys in
 *  bodies may have become messages after a loss */
static bool sent_all_of(const struct verdict *seen, const struct verdict *sent)
{
	int left[1000] = {0};

	for (size_t i = 0; i < sent->response_count; i++)
		left[sent->responses[i].code]++;
	for (size_t i = 0; i < seen->response_count; i++) {
		uint16_t code = seen->responses[i].code;

		if (code != DIALOGUE_DECOY && --left[code] < 0)
			return false;
	}
	return true;
}

/** @return NULL, or what is wrong with the conversation that was made */
static const char *check(struct run *run, bool lossy)
{
	const struct conversation *c = &run->conversation;
	bool wrong = disagrees(run, &c->trace);

	if (!sent_all_of(&run->seen, &c->dialogue.truth)) {
		run->unsent++;
		return "a response was not sent";
	}
	if (wrong)
		return run->broken ? run->broken : "the chain is not the oracle";
	if (lossy)
		return NULL;
	if (!verdict_agree(&run->seen, &c->dialogue.truth))
		return "the chain is not what was sent";
	if (!verdict_agree(&run->read, &c->dialogue.truth))
		return "the oracle is not what was sent";
	return NULL;
}

static void run_many(struct run *run, uint64_t seed, uint64_t first, uint64_t count,
		     bool lossy)
{
	run->reports = run->wrong = run->unsent = 0;
	for (uint64_t i = first; i < first + count; i++) {
		const char *what;

		conversation_make(&run->conversation, seed, i, lossy);
		if (run->conversation.trace.count == 0)
			continue;
		what = check(run, lossy);
		if (what != NULL) {
			run->wrong++;
			report(run, seed, i, lossy, what);
		}
	}
}

/** @return whether the chain agrees with the oracle and with what the file expects */
static bool run_case(struct run *run, const char *path)
{
	struct trace *t = &run->conversation.trace;
	struct trace_case c = {0};
	FILE *in = fopen(path, "r");
	bool good;

	if (in == NULL) {
		printf("# %s: cannot be opened\n", path);
		return false;
	}
	good = trace_read(in, t, &c);
	fclose(in);
	if (!good)
		printf("# %s:%d: not a script\n", path, c.line);
	if (good && disagrees(run, t)) {
		good = false;
		print_trace(run, t);
	}
	if (good && c.has_expected && !verdict_agree(&c.expected, &run->seen)) {
		good = false;
		print_trace(run, t);
		verdict_print(stdout, "# file expects: ", &c.expected);
	}
	free(c.bytes);
	return good;
}

static int is_script(const struct dirent *d)
{
	const char *dot = strrchr(d->d_name, '.');

	return dot != NULL && strcmp(dot, ".txt") == 0;
}

/** The TAP lines of a test program. */
struct tap {
	int number;
	int failed;
};

static void tap(struct tap *t, bool good, const char *what)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++t->number, what);
	fflush(stdout);
	t->failed += !good;
}

/** Run every script of cases/. @return whether there was one */
static bool run_cases(struct run *run, struct tap *t)
{
	const char *top = getenv("top_srcdir");
	struct dirent **names = NULL;
	char path[CASE_PATH_MAX];
	int n;

	snprintf(path, sizeof(path), "%s/tests/oracle/cases", top ? top : ".");
	n = scandir(path, &names, is_script, alphasort);
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/tests/oracle/cases/%.*s",
			 top ? top : ".", NAMES_MAX, names[i]->d_name);
		tap(t, run_case(run, path), names[i]->d_name);
		free(names[i]);
	}
	free(names);
	return n > 0;
}

static int run_test(struct run *run)
{
	struct tap t = {0};

	run->reports_max = REPORTS_IN_TEST;
	printf("# seed %d\n", TEST_SEED);
	tap(&t, run_cases(run, &t), "there are cases");
	run_many(run, TEST_SEED, 0, TEST_COUNT, false);
	tap(&t, run->wrong == 0, "without loss, what was sent is counted");
	run_many(run, TEST_SEED, 0, TEST_COUNT, true);
	tap(&t, run->unsent == 0, "with loss, nothing is counted that was not sent");
	tap(&t, run->wrong == 0, "with loss, what the rules allow is counted");
	printf("1..%d\n", t.number);
	return t.failed > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int run_by_hand(struct run *run, int argc, char **argv)
{
	uint64_t seed = strtoull(argv[1], NULL, 10);
	uint64_t count = strtoull(argv[2], NULL, 10);
	uint64_t first = argc > 4 ? strtoull(argv[4], NULL, 10) : 0;
	int status = EXIT_SUCCESS;

	run->reports_max = REPORTS_BY_HAND;
	for (int lossy = 0; lossy < 2; lossy++) {
		const char *mode = lossy ? "lossy" : "lossless";

		if (argc > 3 && strcmp(argv[3], mode) != 0)
			continue;
		run_many(run, seed, first, count, lossy);
		printf("%s: %" PRIu64 " of %" PRIu64 " wrong, %" PRIu64
		       " with a response that was not sent\n",
		       mode, run->wrong, count, run->unsent);
		if (run->wrong > 0)
			status = EXIT_FAILURE;
	}
	return status;
}

int main(int argc, char **argv)
{
	static struct run run;
	int status = EXIT_SUCCESS;

	if (!run_init(&run)) {
		puts("Bail out! no memory");
		return EXIT_FAILURE;
	}
	if (argc == 1) {
		status = run_test(&run);
	} else if (argc >= 3 && argv[1][strspn(argv[1], "0123456789")] == '\0') {
		status = run_by_hand(&run, argc, argv);
	} else {
		for (int i = 1; i < argc; i++)
			if (!run_case(&run, argv[i]))
				status = EXIT_FAILURE;
	}
	run_free(&run);
	return status;
}
