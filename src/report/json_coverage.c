#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "report/json_parts.h"

/* ---- capture ---- */

static const char *state_name(enum source_state s)
{
	switch (s) {
	case SOURCE_OK:
		return "ok";
	case SOURCE_GROWING:
		return "growing";
	case SOURCE_DAMAGED:
		return "damaged";
	case SOURCE_UNREADABLE:
		return "unreadable";
	}
	return "ok";
}

static json_t *text_or_null(const char *text)
{
	return text && *text ? json_text(text) : json_null();
}

static json_t *time_or_null(bool known, int64_t ns)
{
	return known ? json_time(ns) : json_null();
}

static json_t *source_id(const struct capture_source *s)
{
	static const uint8_t none[sizeof(s->id)];
	char hex[2 * sizeof(s->id) + 1];

	/* An identity of nothing would be the same for all that hold nothing. */
	if (s->packets == 0 || memcmp(s->id, none, sizeof(none)) == 0)
		return json_null();
	for (size_t i = 0; i < sizeof(s->id); i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", s->id[i]);
	return json_string(hex);
}

static json_t *link_types(const struct capture_source *s)
{
	json_t *a = json_array();

	for (size_t i = 0; a && i < s->link_type_count; i++)
		if (json_array_append_new(a, json_count(s->link_types[i])) != 0) {
			json_decref(a);
			return NULL;
		}
	return a;
}

static json_t *one_source(const struct capture_source *s)
{
	json_t *o = json_object();
	bool ok = o != NULL;
	bool some = s->packets > 0;

	ok = json_put(o, "name", json_text(s->name), ok);
	ok = json_put(o, "format", text_or_null(s->format), ok);
	ok = json_put(o, "compression", text_or_null(s->compression), ok);
	ok = json_put(o, "link_types", link_types(s), ok);
	ok = json_put(o, "packets", json_count(s->packets), ok);
	ok = json_put(o, "bytes", json_count(s->bytes), ok);
	ok = json_put(o, "first", time_or_null(some, s->first_ns), ok);
	ok = json_put(o, "last", time_or_null(some, s->last_ns), ok);
	ok = json_put(o, "id", source_id(s), ok);
	ok = json_put(o, "state", json_string(state_name(s->state)), ok);
	ok = json_put(o, "message", text_or_null(s->message.text), ok);
	if (!ok) {
		json_decref(o);
		return NULL;
	}
	return o;
}

static json_t *window(const struct window *w)
{
	json_t *o = json_object();
	bool ok = o != NULL;

	ok = json_put(o, "from", time_or_null(true, w->from_ns), ok);
	ok = json_put(o, "to", time_or_null(w->to_ns != INT64_MAX, w->to_ns), ok);
	if (!ok) {
		json_decref(o);
		return NULL;
	}
	return o;
}

json_t *json_capture(const struct view *v)
{
	const struct report *r = v->report;
	json_t *o = json_object();
	json_t *sources = json_array();
	bool ok = o && sources;

	for (size_t i = 0; ok && i < r->source_count; i++)
		ok = json_array_append_new(sources, one_source(&r->sources[i])) == 0;
	ok = json_put(o, "sources", sources, ok);
	ok = json_put(o, "first", time_or_null(v->has_times, v->first_ns), ok);
	ok = json_put(o, "last", time_or_null(v->has_times, v->last_ns), ok);
	ok = json_put(o, "seconds",
		      v->has_times ? json_seconds(view_span(v->first_ns, v->last_ns))
				   : json_null(),
		      ok);
	if (r->interval_end_ns != 0) {
		ok = json_put(o, "interval_start",
			      time_or_null(true, r->interval_start_ns), ok);
		ok = json_put(o, "interval_end", time_or_null(true, r->interval_end_ns),
			      ok);
	}
	ok = json_put(o, "filter", text_or_null(r->filter), ok);
	if (r->window.set)
		ok = json_put(o, "window", window(&r->window), ok);
	if (r->sources_outside > 0)
		ok = json_put(o, "sources_outside", json_count(r->sources_outside), ok);
	ok = json_put(o, "interrupted", json_boolean(r->interrupted), ok);
	if (!ok) {
		json_decref(o);
		return NULL;
	}
	return o;
}

/* ---- coverage ---- */

/* Every bucket, so that their sum is the total; which stands beside them. */
static json_t *by_bucket(const struct coverage *c, bool packets)
{
	json_t *o = json_object();
	bool ok = o != NULL;

	for (int i = 0; i < COVERAGE_BUCKETS; i++) {
		const struct volume *b = &c->bucket[i];

		ok = json_put(o, coverage_bucket_name((enum coverage_bucket)i),
			      json_count(packets ? b->packets : b->bytes), ok);
	}
	if (!ok) {
		json_decref(o);
		return NULL;
	}
	return o;
}

static json_t *undecoded_reasons(const struct coverage *c)
{
	json_t *o = json_object();
	bool ok = o != NULL;

	for (int i = 0; i < UNDECODED_REASONS; i++)
		ok = json_put(o, undecoded_reason_name((enum undecoded_reason)i),
			      json_count(c->undecoded[i]), ok);
	if (!ok) {
		json_decref(o);
		return NULL;
	}
	return o;
}

static json_t *read_share(const struct coverage *c)
{
	double all = (double)c->http_bytes + (double)c->http_bytes_lost;

	return all > 0 ? json_real((double)c->http_bytes / all) : json_null();
}

/* Plain counters, in this order, after the members with a shape of their own. */
const struct json_counter *json_counters(size_t *count)
{
#define COUNTER(key, member)                           \
	{                                              \
		key, offsetof(struct coverage, member) \
	}
	static const struct json_counter counters[] = {
	    COUNTER("gaps", gaps),
	    COUNTER("gap_bytes", gap_bytes),
	    COUNTER("all_gaps", all_gaps),
	    COUNTER("all_gap_bytes", all_gap_bytes),
	    COUNTER("truncated_packets", truncated_packets),
	    COUNTER("retransmitted", retransmitted),
	    COUNTER("overlaps_differ", overlaps_differ),
	    COUNTER("connections", connections),
	    COUNTER("midstream_connections", midstream),
	    COUNTER("one_sided_connections", one_sided),
	    COUNTER("evicted", evicted),
	    COUNTER("held_over_bound", held_over_bound),
	    COUNTER("peer_over_bound", peer_over_bound),
	    COUNTER("nat_copies", nat_copies),
	    COUNTER("clock_backward", clock_backward),
	    COUNTER("unpaired_responses", unpaired_responses),
	    COUNTER("unseen_responses", unseen_responses),
	    COUNTER("conflicting_length", conflicting_length),
	    COUNTER("head_too_long", head_too_long),
	    COUNTER("pipeline_over_bound", pipeline_over_bound),
	    COUNTER("fields_over_bound", fields_over_bound),
	    COUNTER("swallowed_over_bound", swallowed_over_bound),
	    COUNTER("upgraded", upgraded),
	    COUNTER("tunnels", tunnels),
	    COUNTER("http2_connections", http2_connections),
	    COUNTER("http2_over_bound", http2_over_bound),
	    COUNTER("http2_tables_lost", http2_tables_lost),
	    COUNTER("http2_unclear", http2_unclear),
	    COUNTER("http2_resets", http2_resets),
	    COUNTER("http2_goaways", http2_goaways),
	    COUNTER("http2_pushes", http2_pushes),
	    COUNTER("http2_head_too_long", http2_head_too_long),
	    COUNTER("authority_differs", authority_differs),
	    COUNTER("filtered_tagged", filtered_tagged),
	    COUNTER("filtered_tunnelled", filtered_tunnelled),
	    COUNTER("filtered_fragments", filtered_fragments),
	};
#undef COUNTER

	*count = sizeof(counters) / sizeof(counters[0]);
	return counters;
}

static bool put_counters(json_t *o, const struct coverage *c, bool ok)
{
	size_t count;
	const struct json_counter *counters = json_counters(&count);

	for (size_t i = 0; i < count; i++) {
		uint64_t value;

		memcpy(&value, (const char *)c + counters[i].offset, sizeof(value));
		ok = json_put(o, counters[i].key, json_count(value), ok);
	}
	return ok;
}

json_t *json_coverage(const struct view *v)
{
	const struct coverage *c = v->report->coverage;
	uint64_t unreadable =
	    c->bucket[COVERAGE_TLS].bytes + c->bucket[COVERAGE_QUIC].bytes;
	json_t *o = json_object();
	bool ok = o != NULL;

	ok = json_put(o, "total_packets", json_count(c->total.packets), ok);
	ok = json_put(o, "total_bytes", json_count(c->total.bytes), ok);
	ok = json_put(o, "packets", by_bucket(c, true), ok);
	ok = json_put(o, "bytes", by_bucket(c, false), ok);
	ok = json_put(o, "undecoded", undecoded_reasons(c), ok);
	ok = json_put(o, "read", read_share(c), ok);
	ok = json_put(o, "http_bytes", json_count(c->http_bytes), ok);
	ok = json_put(o, "http_bytes_lost", json_count(c->http_bytes_lost), ok);
	ok = json_put(o, "unreadable", json_count(unreadable), ok);
	ok =
	    json_put(o, "dropped_by_kernel",
		     v->drops.known ? json_count(v->drops.by_kernel) : json_null(), ok);
	ok = json_put(o, "dropped_by_interface",
		      v->drops.interface_known ? json_count(v->drops.by_interface)
					       : json_null(),
		      ok);
	ok = put_counters(o, c, ok);
	ok = json_put(o, "no_response", json_no_response(v->total), ok);
	ok = json_put(o, "pending", json_count(v->total->pending), ok);
	ok = json_put_settling(o, v->total, ok);
	ok = json_put(o, "memory_exhausted", json_boolean(v->figures_low), ok);
	if (!ok) {
		json_decref(o);
		return NULL;
	}
	return o;
}
