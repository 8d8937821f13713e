#include "report/json_parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/human.h"

bool json_put(json_t *object, const char *key, json_t *value, bool ok)
{
	/* Takes the reference, also when it fails, and fails for NULL. */
	return json_object_set_new(object, key, value) == 0 && ok;
}

json_t *json_done(json_t *o, bool ok)
{
	if (ok)
		return o;
	json_decref(o);
	return NULL;
}

json_t *json_count(uint64_t n)
{
	return json_integer(n > INT64_MAX ? INT64_MAX : (json_int_t)n);
}

json_t *json_seconds(int64_t ns)
{
	return json_real((double)ns / (double)NS_PER_S);
}

json_t *json_text(const char *text)
{
	size_t len = strlen(text);
	size_t size = len * 4 + 1;
	json_t *value = NULL;
	char *shown;

	/* jansson escapes what is under 0x20 and, asked for ASCII, over 0x7f. */
	if (!strchr(text, 0x7f))
		value = json_stringn(text, len);
	if (value)
		return value;
	shown = malloc(size);
	if (!shown)
		return NULL;
	value = json_string(human_text(text, len, shown, size));
	free(shown);
	return value;
}

json_t *json_textn(const char *text, size_t len)
{
	size_t size = HUMAN_TEXT_SIZE(len);
	char *shown = malloc(size);
	json_t *value = NULL;

	if (!shown)
		return NULL;
	value = json_string(human_text(text, len, shown, size));
	free(shown);
	return value;
}

json_t *json_classes(const uint64_t classes[CLASSES])
{
	json_t *o = json_object();
	bool ok = o != NULL;

	for (int i = 0; i < CLASSES; i++)
		ok = json_put(o, status_class_name((enum status_class)i),
			      json_count(classes[i]), ok);
	return json_done(o, ok);
}

json_t *json_codes(const struct counts *c)
{
	json_t *o = json_object();
	bool ok = o != NULL;
	char key[8];

	for (size_t i = 0; i < c->code_count; i++) {
		if (c->codes[i].count == 0)
			continue;
		/* Three digits, as on the wire: "042" is a code too. */
		(void)snprintf(key, sizeof(key), "%03u", (unsigned)c->codes[i].code);
		ok = json_put(o, key, json_count(c->codes[i].count), ok);
	}
	return json_done(o, ok);
}

json_t *json_no_response(const struct counts *c)
{
	json_t *o = json_object();
	bool ok = o != NULL;

	ok = json_put(o, "closed", json_count(c->no_response[EXCHANGE_CLOSED]), ok);
	ok = json_put(o, "reset", json_count(c->no_response[EXCHANGE_RESET]), ok);
	ok = json_put(o, "timeout", json_count(c->no_response[EXCHANGE_TIMEOUT]), ok);
	return json_done(o, ok);
}

static json_t *json_buckets(const struct histogram *h)
{
	json_t *buckets = json_array();
	uint32_t index;
	uint64_t count;

	for (size_t i = 0; buckets && (count = histogram_bucket(h, i, &index)); i++)
		if (json_array_append_new(buckets,
					  json_pack("[I, o]", (json_int_t)index,
						    json_count(count))) != 0) {
			json_decref(buckets);
			return NULL;
		}
	return buckets;
}

static json_t *json_ns(uint64_t ns)
{
	return json_seconds(ns > INT64_MAX ? INT64_MAX : (int64_t)ns);
}

json_t *json_latency(const struct histogram *h)
{
	json_t *o;
	bool ok;

	if (!h || histogram_count(h) == 0)
		return json_null();
	o = json_object();
	ok = o != NULL;
	ok = json_put(o, "count", json_count(histogram_count(h)), ok);
	ok = json_put(o, "min", json_ns(histogram_min(h)), ok);
	ok = json_put(o, "p50", json_ns(histogram_quantile(h, 0.50)), ok);
	ok = json_put(o, "p90", json_ns(histogram_quantile(h, 0.90)), ok);
	ok = json_put(o, "p99", json_ns(histogram_quantile(h, 0.99)), ok);
	ok = json_put(o, "max", json_ns(histogram_max(h)), ok);
	ok = json_put(o, "bits", json_count(histogram_bits(h)), ok);
	ok = json_put(o, "buckets", json_buckets(h), ok);
	return json_done(o, ok);
}

static json_t *json_servers(const struct tally_row *row)
{
	json_t *servers = json_array();
	char text[ENDPOINT_TEXT_SIZE];

	for (size_t i = 0; servers && i < row->server_count; i++)
		if (json_array_append_new(
			servers, json_string(endpoint_text(&row->servers[i], text,
							   sizeof(text)))) != 0) {
			json_decref(servers);
			return NULL;
		}
	return servers;
}

static json_t *json_bytes(const struct counts *c)
{
	json_t *o = json_object();
	bool ok = o != NULL;

	ok = json_put(o, "request", json_count(c->request_bytes), ok);
	ok = json_put(o, "response", json_count(c->response_bytes), ok);
	ok = json_put(o, "body", json_count(c->body_bytes), ok);
	return json_done(o, ok);
}

static json_t *json_stamp(const struct tally_row *row, int64_t ns)
{
	return row->first_ns > row->last_ns ? json_null() : json_time(ns);
}

json_t *json_latency_by_class(const struct counts *c)
{
	json_t *o = json_object();
	bool ok = o != NULL;

	for (int i = 0; i < CLASSES; i++)
		if (c->class_latency[i])
			ok = json_put(o, status_class_name((enum status_class)i),
				      json_latency(c->class_latency[i]), ok);
	return json_done(o, ok);
}

/* Few rows have one of these. */
bool json_put_settling(json_t *o, const struct counts *c, bool ok)
{
	if (c->taken_back > 0)
		ok = json_put(o, "timeouts_taken_back", json_count(c->taken_back), ok);
	if (c->unlisted_latencies > 0)
		ok = json_put(o, "unlisted_latencies",
			      json_count(c->unlisted_latencies), ok);
	if (c->unlisted_more > 0)
		ok = json_put(o, "unlisted_details", json_count(c->unlisted_more), ok);
	return ok;
}

json_t *json_row(const struct view *v, const struct tally_row *row)
{
	const struct counts *c = &row->counts;
	json_t *o = json_object();
	bool ok = o != NULL;

	ok = json_put(o, "host", json_text(row->name), ok);
	ok = json_put(
	    o, "host_source",
	    v->by_host ? json_string(view_source_name(row->source)) : json_null(), ok);
	ok = json_put(o, "servers", json_servers(row), ok);
	ok = json_put(o, "more_servers", json_boolean(row->more_servers > 0), ok);
	ok = json_put(o, "requests", json_count(c->requests), ok);
	ok = json_put(o, "responses", json_count(c->responses), ok);
	ok = json_put(o, "classes", json_classes(c->classes), ok);
	ok = json_put(o, "codes", json_codes(c), ok);
	ok = json_put(o, "unknown_codes", json_count(c->unknown_codes), ok);
	ok = json_put(o, "protocols", json_protocols(c), ok);
	ok = json_put(o, "no_response", json_no_response(c), ok);
	ok = json_put(o, "stream_errors", json_stream_errors(c), ok);
	ok = json_put(o, "unseen", json_count(c->unseen), ok);
	ok = json_put(o, "pending", json_count(c->pending), ok);
	ok = json_put(o, "latency", json_latency(c->latency), ok);
	ok = json_put(o, "bytes", json_bytes(c), ok);
	ok = json_put(o, "grpc", json_grpc(c), ok);
	ok = json_put(o, "websocket", json_websocket(c), ok);
	ok = json_put(o, "first", json_stamp(row, row->first_ns), ok);
	ok = json_put(o, "last", json_stamp(row, row->last_ns), ok);
	ok = json_put(o, "latency_by_class", json_latency_by_class(c), ok);
	ok = json_put(o, "code_times", json_code_times(row), ok);
	ok = json_put(o, "errors_5xx", json_error_times(row->evidence), ok);
	ok = json_put_settling(o, c, ok);
	ok = json_put(o, "evidence", json_evidence(row), ok);
	return json_done(o, ok);
}
