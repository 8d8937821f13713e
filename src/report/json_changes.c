#include "report/json_parts.h"

static json_t *one_change(const struct change *c)
{
	bool ns = c->kind == CHANGE_P99;
	json_t *o = json_object();
	bool ok = o != NULL;

	ok = json_put(o, "kind", json_string(change_kind_name(c->kind)), ok);
	ok = json_put(o, "host", json_text(c->host), ok);
	ok = json_put(o, "what", c->what[0] ? json_string(c->what) : json_null(), ok);
	ok = json_put(o, "worse", json_boolean(c->worse), ok);
	ok = json_put(o, "before", json_real(ns ? c->before / 1e9 : c->before), ok);
	ok = json_put(o, "now", json_real(ns ? c->now / 1e9 : c->now), ok);
	ok = json_put(o, "count", json_count(c->count), ok);
	ok = json_put(o, "of", json_count(c->of), ok);
	ok = json_put(o, "from",
		      c->from_ns <= c->to_ns ? json_time(c->from_ns) : json_null(), ok);
	ok = json_put(o, "to",
		      c->from_ns <= c->to_ns ? json_time(c->to_ns) : json_null(), ok);
	ok = json_put(o, "deviation", json_real(c->score), ok);
	ok = json_put(o, "text", json_text(c->words), ok);
	return json_done(o, ok);
}

json_t *json_changes(const struct changes *c)
{
	json_t *o = json_object();
	json_t *list = json_array();
	bool ok = o && list;

	for (size_t i = 0; ok && i < c->count; i++)
		ok = json_array_append_new(list, one_change(&c->list[i])) == 0;
	ok = json_put(o, "nights", json_count(c->nights), ok);
	ok = json_put(o, "same_weekday", json_count(c->like), ok);
	ok = json_put(o, "by_weekday", json_boolean(c->weekday), ok);
	ok = json_put(o, "found", json_count(c->found), ok);
	ok = json_put(o, "list", list, ok);
	return json_done(o, ok);
}
