#include "unit/tally/exchanges.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

struct endpoint endpoint_v4(uint8_t last, uint16_t port)
{
	const uint8_t bytes[4] = {10, 0, 0, last};

	return (struct endpoint){.addr = ip_addr_from_v4(bytes), .port = port};
}

struct http_exchange exchange_to(const char *host, uint16_t status)
{
	return (struct http_exchange){
	    .client = endpoint_v4(9, 50000),
	    .server = endpoint_v4(1, 80),
	    .has_request = true,
	    .method = {.at = "GET", .len = 3},
	    .target = {.at = "/", .len = 1},
	    .host = {.at = host, .len = strlen(host)},
	    .host_source = HOST_FROM_REQUEST,
	    .request_start_ns = 1000,
	    .request_end_ns = 2000,
	    .request_bytes = 100,
	    .status = status,
	    .response_start_ns = 3000,
	    .response_end_ns = 4000,
	    .response_bytes = 500,
	    .body_bytes = 300,
	    .outcome = EXCHANGE_ANSWERED,
	};
}

void tell_response(struct tally *t, const struct http_exchange *x)
{
	struct http_sink s = tally_sink(t);

	s.response(s.ctx, x);
}

void tell_done(struct tally *t, const struct http_exchange *x)
{
	struct http_sink s = tally_sink(t);

	s.done(s.ctx, x);
}

void tell_answer(struct tally *t, const struct http_exchange *x)
{
	struct http_sink s = tally_sink(t);

	s.answered(s.ctx, x);
}

const struct tally_row *row_named(const struct tally *t, const char *name)
{
	size_t count;
	const struct tally_row *const *rows = tally_rows(t, &count);

	for (size_t i = 0; i < count; i++)
		if (strcmp(rows[i]->name, name) == 0)
			return rows[i];
	return NULL;
}

static int compare_rows(const void *a, const void *b)
{
	const struct tally_row *x = *(const struct tally_row *const *)a;
	const struct tally_row *y = *(const struct tally_row *const *)b;
	int order = strcmp(x->name, y->name);

	return order != 0 ? order : (int)x->source - (int)y->source;
}

/** The rows by name; to be freed. */
static const struct tally_row **sorted_rows(const struct tally *t, size_t *count)
{
	const struct tally_row *const *rows = tally_rows(t, count);
	const struct tally_row **sorted = malloc((*count + 1) * sizeof(*sorted));

	ck_assert_ptr_nonnull(sorted);
	memcpy(sorted, rows, *count * sizeof(*sorted));
	qsort(sorted, *count, sizeof(*sorted), compare_rows);
	return sorted;
}

/* Whether and not asserts: each one of Check costs a write to a pipe, and tables have
 * tens of thousands of rows. */
static bool histograms_same(const struct histogram *a, const struct histogram *b)
{
	uint32_t at_a = 0, at_b = 0;
	uint64_t n;

	for (size_t i = 0; (n = histogram_bucket(a, i, &at_a)) > 0; i++)
		if (histogram_bucket(b, i, &at_b) != n || at_a != at_b)
			return false;
	return histogram_count(a) == histogram_count(b) &&
	       histogram_min(a) == histogram_min(b) &&
	       histogram_max(a) == histogram_max(b);
}

static bool codes_same(const struct counts *a, const struct counts *b)
{
	for (size_t i = 0; i < a->code_count && i < b->code_count; i++)
		if (a->codes[i].code != b->codes[i].code ||
		    a->codes[i].count != b->codes[i].count)
			return false;
	return a->code_count == b->code_count && a->unlisted_codes == b->unlisted_codes;
}

static bool counts_same(const struct counts *a, const struct counts *b)
{
	return a->requests == b->requests && a->responses == b->responses &&
	       a->exchanges == b->exchanges &&
	       memcmp(a->classes, b->classes, sizeof(a->classes)) == 0 &&
	       codes_same(a, b) &&
	       memcmp(a->no_response, b->no_response, sizeof(a->no_response)) == 0 &&
	       a->pending == b->pending && a->unseen == b->unseen &&
	       a->request_bytes == b->request_bytes &&
	       a->response_bytes == b->response_bytes &&
	       a->body_bytes == b->body_bytes &&
	       histograms_same(a->latency, b->latency) &&
	       a->unlisted_latencies == b->unlisted_latencies;
}

static bool rows_same(const struct tally_row *a, const struct tally_row *b)
{
	return strcmp(a->name, b->name) == 0 && a->source == b->source &&
	       counts_same(&a->counts, &b->counts) &&
	       a->server_count == b->server_count &&
	       memcmp(a->servers, b->servers,
		      b->server_count * sizeof(b->servers[0])) == 0 &&
	       a->more_servers == b->more_servers && a->first_ns == b->first_ns &&
	       a->last_ns == b->last_ns;
}

void ck_assert_tallies_same(const struct tally *a, const struct tally *b)
{
	size_t count_a, count_b;
	const struct tally_row **rows_a = sorted_rows(a, &count_a);
	const struct tally_row **rows_b = sorted_rows(b, &count_b);

	ck_assert_uint_eq(count_a, count_b);
	for (size_t i = 0; i < count_a; i++)
		if (!rows_same(rows_a[i], rows_b[i]))
			ck_abort_msg("%s and %s differ", rows_a[i]->name,
				     rows_b[i]->name);
	ck_assert(counts_same(tally_total(a), tally_total(b)));
	free((void *)rows_a);
	free((void *)rows_b);
}

void ck_assert_rows_add_up(const struct tally *t)
{
	const struct counts *total = tally_total(t);
	struct counts sum = {0};
	bool ascending = true, complete = true;
	uint64_t codes = 0, latencies = 0;
	size_t count;
	const struct tally_row *const *rows = tally_rows(t, &count);

	for (size_t i = 0; i < count; i++) {
		const struct counts *c = &rows[i]->counts;
		uint64_t of_row = c->unlisted_codes;

		for (size_t k = 0; k < c->code_count; k++) {
			of_row += c->codes[k].count;
			ascending = ascending &&
				    (k == 0 || c->codes[k - 1].code < c->codes[k].code);
		}
		complete = complete && of_row == c->responses;
		codes += of_row;
		latencies += histogram_count(c->latency) + c->unlisted_latencies;
		sum.requests += c->requests;
		sum.responses += c->responses;
		sum.exchanges += c->exchanges;
		sum.pending += c->pending;
		sum.unseen += c->unseen;
		sum.body_bytes += c->body_bytes;
		for (size_t k = 0; k < CLASSES; k++)
			sum.classes[k] += c->classes[k];
	}
	ck_assert(ascending);
	ck_assert(complete);
	ck_assert_uint_eq(sum.requests, total->requests);
	ck_assert_uint_eq(sum.responses, total->responses);
	ck_assert_uint_eq(sum.exchanges, total->exchanges);
	ck_assert_uint_eq(sum.pending, total->pending);
	ck_assert_uint_eq(sum.unseen, total->unseen);
	ck_assert_uint_eq(sum.body_bytes, total->body_bytes);
	ck_assert_mem_eq(sum.classes, total->classes, sizeof(sum.classes));
	ck_assert_uint_eq(codes, total->responses);
	ck_assert_uint_eq(latencies, histogram_count(total->latency));
}
