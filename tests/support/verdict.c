#include "support/verdict.h"

#include <string.h>

void verdict_clear(struct verdict *v)
{
	v->response_count = 0;
	v->silence_count = 0;
	v->overflow = false;
}

static void copy_host(char *to, const char *host, size_t len)
{
	if (len >= VERDICT_HOST)
		len = VERDICT_HOST - 1;
	if (len > 0)
		memcpy(to, host, len);
	to[len] = '\0';
}

void verdict_add_response(struct verdict *v, uint16_t code, bool has_request,
			  const char *host, size_t len)
{
	struct verdict_response *r = &v->responses[v->response_count];

	if (v->response_count == VERDICT_ENTRIES) {
		v->overflow = true;
		return;
	}
	r->code = code;
	r->has_request = has_request;
	copy_host(r->host, host, len);
	v->response_count++;
}

void verdict_add_silence(struct verdict *v, unsigned causes, const char *host,
			 size_t len)
{
	struct verdict_silence *s = &v->silences[v->silence_count];

	if (v->silence_count == VERDICT_ENTRIES) {
		v->overflow = true;
		return;
	}
	s->causes = causes;
	copy_host(s->host, host, len);
	v->silence_count++;
}

void verdict_take_back(struct verdict *v, unsigned cause, const char *host, size_t len)
{
	char name[VERDICT_HOST];

	copy_host(name, host, len);
	for (size_t i = 0; i < v->silence_count; i++) {
		struct verdict_silence *s = &v->silences[i];

		if ((s->causes & cause) == 0 || strcmp(s->host, name) != 0)
			continue;
		memmove(s, s + 1, (v->silence_count - i - 1) * sizeof(*s));
		v->silence_count--;
		return;
	}
	v->overflow = true; /* nothing to take back: never equal to anything */
}

static bool same_silence(const struct verdict_silence *a,
			 const struct verdict_silence *b)
{
	return (a->causes & b->causes) != 0 && strcmp(a->host, b->host) == 0;
}

/** The same requests in any order: what ends them comes at different times. */
static bool same_silences(const struct verdict *a, const struct verdict *b)
{
	bool taken[VERDICT_ENTRIES] = {false};

	for (size_t i = 0; i < a->silence_count; i++) {
		size_t j = 0;

		while (j < b->silence_count &&
		       (taken[j] || !same_silence(&a->silences[i], &b->silences[j])))
			j++;
		if (j == b->silence_count)
			return false;
		taken[j] = true;
	}
	return a->silence_count == b->silence_count;
}

bool verdict_agree(const struct verdict *a, const struct verdict *b)
{
	if (a->overflow || b->overflow || a->response_count != b->response_count)
		return false;
	for (size_t i = 0; i < a->response_count; i++) {
		const struct verdict_response *x = &a->responses[i];
		const struct verdict_response *y = &b->responses[i];

		if (x->code != y->code || x->has_request != y->has_request ||
		    strcmp(x->host, y->host) != 0)
			return false;
	}
	return same_silences(a, b);
}

const char *outcome_name(enum exchange_outcome o)
{
	static const char *const names[EXCHANGE_OUTCOMES] = {
	    "answered", "closed", "reset", "timeout", "unseen", "pending"};

	return (unsigned)o < EXCHANGE_OUTCOMES ? names[o] : "?";
}

void verdict_print(FILE *out, const char *prefix, const struct verdict *v)
{
	for (size_t i = 0; i < v->response_count; i++) {
		const struct verdict_response *r = &v->responses[i];

		fprintf(out, "%s%03u %s%s\n", prefix, r->code, r->host,
			r->has_request ? "" : " unpaired");
	}
	for (size_t i = 0; i < v->silence_count; i++) {
		const struct verdict_silence *s = &v->silences[i];

		fprintf(out, "%snone %s", prefix, s->host);
		for (unsigned o = 0; o < EXCHANGE_OUTCOMES; o++)
			if (s->causes & 1U << o)
				fprintf(out, " %s", outcome_name(o));
		fputc('\n', out);
	}
	if (v->overflow)
		fprintf(out, "%soverflow\n", prefix);
}
