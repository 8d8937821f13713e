/* clients[], timeline[] and slowest[], an element at a time. */
#include "report/json_parts.h"
#include "report/judge.h"

static json_t *json_refusals(const struct client *c)
{
	static const char *const names[REFUSALS] = {"401", "403", "404", "405"};
	json_t *o = json_object();
	bool ok = o != NULL;

	for (size_t i = 0; i < REFUSALS; i++)
		ok = json_put(o, names[i], json_count(c->refusals[i]), ok);
	ok = json_put(o, "with_credentials", json_count(c->with_credentials), ok);
	ok = json_put(o, "to_post", json_count(c->logins), ok);
	ok = json_put(o, "busiest_minute", json_count(c->burst), ok);
	ok = json_put(o, "busiest_minute_start",
		      c->burst ? json_time(c->burst_ns) : json_null(), ok);
	return json_done(o, ok);
}

json_t *json_client(const struct client *c)
{
	const char *kind = judge_kind_name(judge_client(c));
	bool seen = c->first_ns <= c->last_ns;
	char words[JUDGE_WORDS];
	json_t *o = json_object();
	bool ok = o != NULL;

	judge_client_words(c, false, words);
	ok = json_put(o, "client", json_address(c->addr.bytes), ok);
	ok = json_put(o, "looks_like", kind ? json_string(kind) : json_null(), ok);
	ok = json_put(o, "reason", *words ? json_string(words) : json_null(), ok);
	ok = json_put(o, "requests", json_count(c->requests), ok);
	ok = json_put(o, "responses", json_count(c->responses), ok);
	ok = json_put(o, "classes", json_classes(c->classes), ok);
	ok = json_put(o, "refusals", json_refusals(c), ok);
	ok = json_put(o, "first", seen ? json_time(c->first_ns) : json_null(), ok);
	ok = json_put(o, "last", seen ? json_time(c->last_ns) : json_null(), ok);
	ok = json_put(o, "weight", json_count(c->weight), ok);
	ok = json_put(o, "error", json_count(c->error), ok);
	ok = json_put(o, "distinct_paths", json_distinct(&c->paths), ok);
	ok = json_put(o, "distinct_paths_404", json_distinct(&c->missing), ok);
	return json_done(o, ok);
}

json_t *json_bucket(const struct timeline *t, size_t i)
{
	const uint64_t *bucket = timeline_bucket(t, i);
	json_t *o = json_object();
	bool ok = o != NULL;

	ok = json_put(o, "start", json_time(timeline_start(t, i)), ok);
	ok = json_put(o, "seconds", json_seconds(timeline_width(t)), ok);
	ok = json_put(o, "classes", json_classes(bucket), ok);
	ok = json_put(o, "no_response", json_count(bucket[TIMELINE_NO_RESPONSE]), ok);
	return json_done(o, ok);
}

json_t *json_slow(const struct slow_exchange *s)
{
	json_t *o = json_object();
	bool ok = o != NULL;
	int64_t ns = s->latency_ns > INT64_MAX ? INT64_MAX : (int64_t)s->latency_ns;

	ok = json_put(o, "time", json_time(s->time_ns), ok);
	ok = json_put(o, "latency", json_seconds(ns), ok);
	ok = json_put(o, "code", json_count(s->status), ok);
	ok = json_put(o, "method", json_textn(s->method, s->method_len), ok);
	ok = json_put(o, "host", json_textn(s->host, s->host_len), ok);
	ok = json_put(o, "path", json_textn(s->path, s->path_len), ok);
	ok = json_put(o, "client", json_address(s->client.bytes), ok);
	return json_done(o, ok);
}
