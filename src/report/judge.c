#include "report/judge.h"

#include <stdlib.h>
#include <string.h>

#include "base/human.h"

/** Fewer refusals than these are what people do every day. */
#define SCAN_PATHS 20U
#define GUESSES    10U
#define PROBES     10U
#define METHODS    5U
#define WALL_PATHS 5U

enum client_kind judge_client(const struct client *c)
{
	const uint64_t *r = c->refusals;
	uint64_t missing = hll_estimate(&c->missing);

	/* At least as often refused as let in, with credentials or by a form. */
	if (c->with_credentials >= GUESSES || c->logins >= GUESSES)
		return CLIENT_GUESSER;
	if (missing >= SCAN_PATHS && 2 * r[REFUSED_404] >= c->responses)
		return CLIENT_SCANNER;
	if (r[REFUSED_403] >= PROBES && 2 * r[REFUSED_403] >= c->responses)
		return CLIENT_PROBES;
	if (r[REFUSED_405] >= METHODS && 2 * r[REFUSED_405] >= c->responses)
		return CLIENT_METHODS;
	return CLIENT_ORDINARY;
}

const char *judge_kind_name(enum client_kind k)
{
	switch (k) {
	case CLIENT_ORDINARY:
		break;
	case CLIENT_METHODS:
		return "method_prober";
	case CLIENT_PROBES:
		return "prober";
	case CLIENT_SCANNER:
		return "scanner";
	case CLIENT_GUESSER:
		return "password_guesser";
	}
	return NULL;
}

char *judge_client_words(const struct client *c, bool grouped, char *out)
{
	char a[HUMAN_SIZE], b[HUMAN_SIZE], burst[HUMAN_SIZE];
	bool about = !hll_exact(&c->paths);

	out[0] = '\0';
	human_count(c->burst, grouped, burst, sizeof(burst));
	switch (judge_client(c)) {
	case CLIENT_ORDINARY:
		break;
	case CLIENT_METHODS:
		(void)snprintf(
		    out, JUDGE_WORDS, "%s methods refused (405): tries what is allowed",
		    human_count(c->refusals[REFUSED_405], grouped, a, sizeof(a)));
		break;
	case CLIENT_PROBES:
		(void)snprintf(
		    out, JUDGE_WORDS,
		    "%s times forbidden (403), up to %s a minute: looks for "
		    "what is not meant for it",
		    human_count(c->refusals[REFUSED_403], grouped, a, sizeof(a)),
		    burst);
		break;
	case CLIENT_SCANNER:
		(void)snprintf(
		    out, JUDGE_WORDS,
		    "asked for %s%s different paths, %s not there, up to %s refusals a "
		    "minute: looks like a scan",
		    about ? "about " : "",
		    human_count(hll_estimate(&c->paths), grouped, a, sizeof(a)),
		    human_count(hll_estimate(&c->missing), grouped, b, sizeof(b)),
		    burst);
		break;
	case CLIENT_GUESSER:
		(void)snprintf(
		    out, JUDGE_WORDS,
		    "%s refused (401, 403), %s with credentials or by POST, up to %s a "
		    "minute: looks like password guessing",
		    human_count(c->refusals[REFUSED_401] + c->refusals[REFUSED_403],
				grouped, a, sizeof(a)),
		    human_count(c->with_credentials > c->logins ? c->with_credentials
								: c->logins,
				grouped, b, sizeof(b)),
		    burst);
		break;
	}
	return out;
}

/* ---- order ---- */

struct ranked_client {
	const struct client *client;
	bool suspicious;
	uint64_t refusals;
};

static int compare(const void *va, const void *vb)
{
	const struct ranked_client *a = va;
	const struct ranked_client *b = vb;

	if (a->suspicious != b->suspicious)
		return a->suspicious ? -1 : 1;
	if (a->suspicious && a->refusals != b->refusals)
		return a->refusals > b->refusals ? -1 : 1;
	if (a->client->requests != b->client->requests)
		return a->client->requests > b->client->requests ? -1 : 1;
	return memcmp(&a->client->addr, &b->client->addr, sizeof(a->client->addr));
}

const struct client **judge_clients(const struct tally *t, size_t *count)
{
	const struct client *const *all = clients_all(tally_clients(t), count);
	/* One element more: malloc(0) may be NULL. */
	struct ranked_client *ranked = calloc(*count + 1, sizeof(*ranked));
	const struct client **sorted =
	    calloc(*count + 1, sizeof(const struct client *));

	if (!ranked || !sorted) {
		free(ranked);
		free(sorted);
		return NULL;
	}
	for (size_t i = 0; i < *count; i++) {
		ranked[i].client = all[i];
		ranked[i].suspicious = judge_client(all[i]) != CLIENT_ORDINARY;
		for (size_t k = 0; k < REFUSALS; k++)
			ranked[i].refusals += all[i]->refusals[k];
	}
	qsort(ranked, *count, sizeof(*ranked), compare);
	for (size_t i = 0; i < *count; i++)
		sorted[i] = ranked[i].client;
	free(ranked);
	return sorted;
}

bool judge_wall(const struct evidence *e, const struct topk_entry *location)
{
	return hll_estimate(&e->distinct) >= WALL_PATHS &&
	       2 * (location->count - location->error) > e->lists[1].total;
}
