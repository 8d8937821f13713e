#include "unit/tally/exchanges.h"

#include <check.h>
#include <stdio.h>
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
	tell_response(t, x);
	tell_done(t, x);
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

static const struct tally_row *row_like(const struct tally *t,
					const struct tally_row *like)
{
	size_t count;
	const struct tally_row *const *rows = tally_rows(t, &count);

	for (size_t i = 0; i < count; i++)
		if (strcmp(rows[i]->name, like->name) == 0 &&
		    rows[i]->source == like->source)
			return rows[i];
	return NULL;
}

static void ck_assert_histograms_same(const struct histogram *a,
				      const struct histogram *b)
{
	uint64_t n;

	ck_assert_uint_eq(histogram_count(a), histogram_count(b));
	ck_assert_uint_eq(histogram_min(a), histogram_min(b));
	ck_assert_uint_eq(histogram_max(a), histogram_max(b));
	for (size_t i = 0;; i++) {
		uint32_t at_a = 0, at_b = 0;

		n = histogram_bucket(a, i, &at_a);
		ck_assert_uint_eq(histogram_bucket(b, i, &at_b), n);
		ck_assert_uint_eq(at_a, at_b);
		if (n == 0)
			break;
	}
}

static void ck_assert_counts_same(const struct counts *a, const struct counts *b)
{
	ck_assert_uint_eq(a->requests, b->requests);
	ck_assert_uint_eq(a->responses, b->responses);
	ck_assert_uint_eq(a->exchanges, b->exchanges);
	ck_assert_mem_eq(a->classes, b->classes, sizeof(a->classes));
	ck_assert_uint_eq(a->code_count, b->code_count);
	for (size_t i = 0; i < a->code_count; i++) {
		ck_assert_uint_eq(a->codes[i].code, b->codes[i].code);
		ck_assert_uint_eq(a->codes[i].count, b->codes[i].count);
	}
	ck_assert_uint_eq(a->unlisted_codes, b->unlisted_codes);
	ck_assert_mem_eq(a->no_response, b->no_response, sizeof(a->no_response));
	ck_assert_uint_eq(a->pending, b->pending);
	ck_assert_uint_eq(a->unseen, b->unseen);
	ck_assert_uint_eq(a->request_bytes, b->request_bytes);
	ck_assert_uint_eq(a->response_bytes, b->response_bytes);
	ck_assert_uint_eq(a->body_bytes, b->body_bytes);
	ck_assert_histograms_same(a->latency, b->latency);
	ck_assert_uint_eq(a->unlisted_latencies, b->unlisted_latencies);
}

void ck_assert_tallies_same(const struct tally *a, const struct tally *b)
{
	size_t count_a, count_b;
	const struct tally_row *const *rows = tally_rows(a, &count_a);

	(void)tally_rows(b, &count_b);
	ck_assert_uint_eq(count_a, count_b);
	for (size_t i = 0; i < count_a; i++) {
		const struct tally_row *other = row_like(b, rows[i]);

		ck_assert_msg(other != NULL, "%s is missing", rows[i]->name);
		ck_assert_counts_same(&rows[i]->counts, &other->counts);
		ck_assert_uint_eq(rows[i]->server_count, other->server_count);
		ck_assert_mem_eq(rows[i]->servers, other->servers,
				 other->server_count * sizeof(other->servers[0]));
		ck_assert(rows[i]->more_servers == other->more_servers);
		ck_assert_int_eq(rows[i]->first_ns, other->first_ns);
		ck_assert_int_eq(rows[i]->last_ns, other->last_ns);
	}
	ck_assert_counts_same(tally_total(a), tally_total(b));
}

void ck_assert_rows_add_up(const struct tally *t)
{
	const struct counts *total = tally_total(t);
	struct counts sum = {0};
	uint64_t codes = 0, latencies = 0;
	size_t count;
	const struct tally_row *const *rows = tally_rows(t, &count);

	for (size_t i = 0; i < count; i++) {
		const struct counts *c = &rows[i]->counts;
		uint64_t of_row = c->unlisted_codes;

		for (size_t k = 0; k < c->code_count; k++) {
			of_row += c->codes[k].count;
			ck_assert(k == 0 || c->codes[k - 1].code < c->codes[k].code);
		}
		ck_assert_uint_eq(of_row, c->responses);
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
