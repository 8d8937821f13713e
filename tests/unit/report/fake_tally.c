#include "fake_tally.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MAX 80

struct tally {
	enum tally_by by;
	struct tally_row rows[ROWS_MAX];
	const struct tally_row *pointers[ROWS_MAX];
	size_t count;
	struct counts total;
	uint64_t overflow;
	enum sl_err failed;
};

static void add_code(struct counts *c, uint16_t code, uint64_t count)
{
	size_t at = 0;

	while (at < c->code_count && c->codes[at].code < code)
		at++;
	if (at == c->code_count || c->codes[at].code != code) {
		c->codes = realloc(c->codes, (c->code_count + 1) * sizeof(*c->codes));
		ck_assert_ptr_nonnull(c->codes);
		memmove(c->codes + at + 1, c->codes + at,
			(c->code_count - at) * sizeof(*c->codes));
		c->codes[at] = (struct code_count){.code = code};
		c->code_count++;
	}
	c->codes[at].count += count;
	c->responses += count;
	c->classes[code >= 100 && code < 600 ? code / 100 - 1 : CLASS_OTHER] += count;
	if (!status_is_interim(code)) {
		c->exchanges += count;
		c->requests += count;
	}
}

struct tally *fake_tally(enum tally_by by)
{
	struct tally *t = calloc(1, sizeof(*t));

	ck_assert_ptr_nonnull(t);
	t->by = by;
	return t;
}

struct tally_row *fake_row(struct tally *t, const char *name, enum host_source source,
			   const char *codes)
{
	struct tally_row *row = &t->rows[t->count];

	ck_assert_uint_lt(t->count, ROWS_MAX);
	t->pointers[t->count++] = row;
	row->name = name;
	row->source = source;
	row->first_ns = INT64_MAX;
	row->last_ns = INT64_MIN;
	while (*codes) {
		char *end;
		unsigned long code = strtoul(codes, &end, 10);
		unsigned long long count = strtoull(end, &end, 10);

		add_code(&row->counts, (uint16_t)code, count);
		codes = end + strspn(end, ", ");
	}
	return row;
}

void fake_latency(struct tally_row *row, uint64_t ns, unsigned n)
{
	if (!row->counts.latency)
		row->counts.latency = histogram_new(HISTOGRAM_ROW_BITS);
	ck_assert_ptr_nonnull(row->counts.latency);
	while (n-- > 0)
		ck_assert_int_eq(histogram_add(row->counts.latency, ns), SL_OK);
}

void fake_sum(struct tally *t, uint64_t overflow, enum sl_err failed)
{
	struct counts *sum = &t->total;

	for (size_t i = 0; i < t->count; i++) {
		const struct counts *c = &t->rows[i].counts;

		for (size_t k = 0; k < c->code_count; k++)
			add_code(sum, c->codes[k].code, c->codes[k].count);
		for (size_t k = 0; k < EXCHANGE_OUTCOMES; k++)
			sum->no_response[k] += c->no_response[k];
		sum->pending += c->pending;
		sum->unseen += c->unseen;
		sum->unknown_codes += c->unknown_codes;
	}
	sum->requests = 0;
	for (size_t i = 0; i < t->count; i++)
		sum->requests += t->rows[i].counts.requests;
	t->overflow = overflow;
	t->failed = failed;
}

char *fake_write(const char *writer, const struct report *r,
		 const struct report_options *o)
{
	const struct report_writer *w = report_writer_named(writer);
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(w);
	ck_assert_ptr_nonnull(out);
	ck_assert_int_eq(w->write(r, o, out), SL_OK);
	ck_assert_int_eq(fclose(out), 0);
	return text;
}

/* ---- the accessors ---- */

enum tally_by tally_by(const struct tally *t)
{
	return t->by;
}

const struct counts *tally_total(const struct tally *t)
{
	return &t->total;
}

const struct tally_row *const *tally_rows(const struct tally *t, size_t *count)
{
	*count = t->count;
	return t->pointers;
}

size_t tally_rows_most(const struct tally *t)
{
	(void)t;
	return LIMIT_HOSTS;
}

uint64_t tally_overflow(const struct tally *t)
{
	return t->overflow;
}

const struct clients *tally_clients(const struct tally *t)
{
	(void)t;
	return NULL;
}

const struct timeline *tally_timeline(const struct tally *t)
{
	(void)t;
	return NULL;
}

const struct slowest *tally_slowest(const struct tally *t)
{
	(void)t;
	return NULL;
}

uint64_t tally_evidence_refused(const struct tally *t)
{
	(void)t;
	return 0;
}

uint64_t tally_details_refused(const struct tally *t)
{
	(void)t;
	return 0;
}

enum sl_err tally_failed(const struct tally *t)
{
	return t->failed;
}

uint64_t counts_code(const struct counts *c, uint16_t code)
{
	for (size_t i = 0; i < c->code_count; i++)
		if (c->codes[i].code == code)
			return c->codes[i].count;
	return 0;
}

uint64_t counts_no_response(const struct counts *c)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < EXCHANGE_OUTCOMES; i++)
		sum += c->no_response[i];
	return sum;
}

void tally_free(struct tally *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->count; i++) {
		free(t->rows[i].counts.codes);
		histogram_free(t->rows[i].counts.latency);
	}
	free(t->total.codes);
	free(t);
}

/* ---- the sketch ---- */

void sketch_make(struct sketch *s)
{
	struct tally_row *row;

	memset(s, 0, sizeof(*s));
	s->tally = fake_tally(TALLY_BY_HOST);
	row = fake_row(s->tally, "www.example.test", HOST_FROM_REQUEST,
		       "100 12, 200 48310, 301 2770, 304 9918, 404 12");
	fake_latency(row, 1200000, 99);
	fake_latency(row, 22000000, 1);
	row = fake_row(s->tally, "10.77.0.9:8080", HOST_FROM_SERVER, "200 34661");
	fake_latency(row, 800000, 1);
	row->counts.no_response[EXCHANGE_TIMEOUT] = 3;
	row = fake_row(s->tally, "api.example.test", HOST_FROM_REQUEST,
		       "200 84117, 303 2904, 401 958, 404 5102, 422 1331, 500 358, "
		       "503 1640");
	fake_latency(row, 4100000, 98);
	fake_latency(row, 1900000000, 2);
	row->counts.no_response[EXCHANGE_CLOSED] = 200;
	row->counts.no_response[EXCHANGE_RESET] = 12;
	fake_sum(s->tally, 0, SL_OK);

	s->coverage.total = (struct volume){1873715, 1000000000};
	s->coverage.bucket[COVERAGE_HTTP] = (struct volume){1800000, 974000000};
	s->coverage.bucket[COVERAGE_TLS] = (struct volume){73715, 26000000};
	s->coverage.http_bytes = 899980000;
	s->coverage.http_bytes_lost = 20000;
	s->coverage.gaps = 14;
	s->coverage.gap_bytes = 20000;
	s->source = (struct capture_source){
	    .name = "incident.pcapng.gz",
	    .format = "pcapng",
	    .compression = "gzip",
	    .link_types = {1, 113},
	    .link_type_count = 2,
	    .packets = 1873715,
	    .bytes = 1000000000,
	    /* 2026-11-22T02:00:11Z and 59 min 47 s later */
	    .first_ns = 1795312811 * NS_PER_S,
	    .last_ns = 1795316398 * NS_PER_S,
	    .id = {0xde, 0xad},
	};
	s->report = (struct report){
	    .tally = s->tally,
	    .coverage = &s->coverage,
	    .sources = &s->source,
	    .source_count = 1,
	    .generated_ns = 1795320000 * NS_PER_S,
	};
	s->options.utc = true;
}

void sketch_free(struct sketch *s)
{
	tally_free(s->tally);
}
