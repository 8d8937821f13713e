#include <string.h>

#include "report/restore_parts.h"

/* ---- clients ---- */

static bool read_address(struct reading *r, const json_t *o, const char *key,
			 struct ip_addr *out)
{
	const char *text = read_text(r, o, key);
	struct endpoint address;

	if (text && endpoint_parse(text, &address)) {
		*out = address.addr;
		return true;
	}
	reading_fail(r, SL_E_FORMAT, key);
	return false;
}

static void read_refusals(struct reading *r, const json_t *o, struct client *c)
{
	static const char *const names[REFUSALS] = {"401", "403", "404", "405"};
	const json_t *refusals = read_member(o, "refusals");

	for (size_t i = 0; i < REFUSALS; i++)
		c->refusals[i] = read_count(r, refusals, names[i]);
	c->with_credentials = read_count(r, refusals, "with_credentials");
	c->logins = read_count(r, refusals, "to_post");
	c->burst = read_count(r, refusals, "busiest_minute");
	(void)read_time(r, refusals, "busiest_minute_start", &c->burst_ns);
}

static void read_client(struct reading *r, const json_t *o, struct clients *clients,
			struct budget *b)
{
	const json_t *classes = read_member(o, "classes");
	struct client c = {.first_ns = INT64_MAX, .last_ns = INT64_MIN};
	enum sl_err e;

	if (!read_address(r, o, "client", &c.addr))
		return;
	c.requests = read_count(r, o, "requests");
	c.responses = read_count(r, o, "responses");
	c.weight = read_count(r, o, "weight");
	c.error = read_count(r, o, "error");
	for (int i = 0; i < CLASSES; i++)
		c.classes[i] =
		    read_count(r, classes, status_class_name((enum status_class)i));
	read_refusals(r, o, &c);
	(void)read_time(r, o, "first", &c.first_ns);
	(void)read_time(r, o, "last", &c.last_ns);
	read_distinct(r, o, "distinct_paths", &c.paths, b);
	read_distinct(r, o, "distinct_paths_404", &c.missing, b);
	e = r->error == SL_OK ? clients_put(clients, &c) : SL_OK;
	if (e != SL_OK)
		reading_fail(r, e == SL_E_LIMIT ? SL_E_FORMAT : e, "clients");
	hll_clear(&c.paths, b);
	hll_clear(&c.missing, b);
}

static struct clients *read_clients(struct reading *r, const json_t *o,
				    struct budget *b)
{
	const json_t *list = json_object_get(o, "clients");
	uint64_t total = read_count(r, o, "clients_total");
	struct clients *clients = clients_new();
	struct clients_rest rest = {
	    .floor = read_count(r, o, "clients_floor"),
	    .refused =
		read_count(r, read_member(o, "overflow"), "client_paths_refused"),
	    .left_out =
		total > json_array_size(list) ? total - json_array_size(list) : 0,
	};

	if (!clients) {
		reading_fail(r, SL_E_NOMEM, "clients");
		return NULL;
	}
	for (size_t i = 0; i < json_array_size(list) && r->error == SL_OK; i++)
		read_client(r, json_array_get(list, i), clients, b);
	clients_put_rest(clients, &rest);
	return clients;
}

/* ---- time ---- */

static void read_bucket(struct reading *r, const json_t *o, struct timeline *t)
{
	const json_t *classes = read_member(o, "classes");
	int64_t start, width;
	uint64_t n;

	if (!read_time(r, o, "start", &start) || !read_width(o, &width)) {
		reading_fail(r, SL_E_FORMAT, "timeline");
		return;
	}
	timeline_widen(t, width);
	for (int i = 0; i < CLASSES; i++) {
		n = read_count(r, classes, status_class_name((enum status_class)i));
		if (n > 0)
			timeline_add(t, start, (unsigned)i, n);
	}
	n = read_count(r, o, "no_response");
	if (n > 0)
		timeline_add(t, start, TIMELINE_NO_RESPONSE, n);
}

static struct timeline *read_timeline(struct reading *r, const json_t *o,
				      struct budget *b)
{
	const json_t *list = json_object_get(o, "timeline");
	struct timeline *t;

	if (json_array_size(list) == 0)
		return NULL;
	t = timeline_new(LIMIT_TIMELINE, TIMELINE_COLUMNS, b);
	if (!t) {
		reading_fail(r, SL_E_NOMEM, "timeline");
		return NULL;
	}
	for (size_t i = 0; i < json_array_size(list) && r->error == SL_OK; i++)
		read_bucket(r, json_array_get(list, i), t);
	return t;
}

/* ---- the slowest ---- */

static size_t copy_text(struct reading *r, const json_t *o, const char *key, char *out,
			size_t size)
{
	const char *text = read_text(r, o, key);
	size_t len = text ? strnlen(text, size) : 0;

	if (len > 0)
		memcpy(out, text, len);
	return len;
}

static void read_slow(struct reading *r, const json_t *o, struct slow_exchange *s)
{
	memset(s, 0, sizeof(*s));
	if (!read_ns(o, "latency", &s->latency_ns) ||
	    !read_time(r, o, "time", &s->time_ns) ||
	    !read_address(r, o, "client", &s->client)) {
		reading_fail(r, SL_E_FORMAT, "slowest");
		return;
	}
	s->status = (uint16_t)(read_count(r, o, "code") % 1000);
	s->method_len =
	    (uint8_t)copy_text(r, o, "method", s->method, sizeof(s->method));
	s->path_len = (uint16_t)copy_text(r, o, "path", s->path, sizeof(s->path));
	s->host_len = (uint8_t)copy_text(r, o, "host", s->host, sizeof(s->host));
}

void read_behind(struct reading *r, const json_t *o, struct tally *t)
{
	const json_t *slow = json_object_get(o, "slowest");
	struct budget budget = {.limit = SIZE_MAX};
	struct clients *clients = read_clients(r, o, &budget);
	struct timeline *timeline = read_timeline(r, o, &budget);
	struct slowest slowest = {.count = 0};
	const json_t *overflow = read_member(o, "overflow");
	uint64_t evidence = read_count(r, overflow, "evidence_refused");
	uint64_t details = read_count(r, overflow, "details_refused");

	for (size_t i = 0; i < json_array_size(slow) && i < LIMIT_SLOWEST; i++)
		read_slow(r, json_array_get(slow, i),
			  &slowest.entries[slowest.count++]);
	if (budget.failed)
		reading_fail(r, SL_E_NOMEM, "clients");
	if (r->error == SL_OK) {
		tally_add_refused(t, evidence, details);
		tally_add_behind(t, clients, timeline, &slowest);
	}
	clients_free(clients);
	timeline_free(timeline, &budget);
}
