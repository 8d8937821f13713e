#include "config.h"

#include "report/restore_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "report/json_parts.h"

/** ns of the widest bucket of time: over thirty years. */
#define WIDTH_MOST_NS (1000000000ULL * NS_PER_S)

void reading_fail(struct reading *r, enum sl_err e, const char *member)
{
	if (r->error)
		return;
	r->error = e;
	/* The tree that lends it may go before the message is made. */
	(void)snprintf(r->member, sizeof(r->member), "%s", member);
}

const json_t *read_member(const json_t *o, const char *key)
{
	const json_t *value = json_object_get(o, key);

	return json_is_null(value) ? NULL : value;
}

uint64_t read_count(struct reading *r, const json_t *o, const char *key)
{
	const json_t *value = read_member(o, key);

	if (!value)
		return 0;
	if (!json_is_integer(value) || json_integer_value(value) < 0) {
		reading_fail(r, SL_E_FORMAT, key);
		return 0;
	}
	return (uint64_t)json_integer_value(value);
}

const char *read_text(struct reading *r, const json_t *o, const char *key)
{
	const json_t *value = read_member(o, key);

	if (value && !json_is_string(value))
		reading_fail(r, SL_E_FORMAT, key);
	return json_string_value(value);
}

/* ---- times ---- */

/** ns in what stands after the dot, at most nine digits; NULL when it is none. */
static const char *parse_fraction(const char *text, int64_t *ns)
{
	int64_t unit = NS_PER_S / 10;

	*ns = 0;
	if (*text != '.')
		return text;
	for (text++; *text >= '0' && *text <= '9'; text++, unit /= 10)
		*ns += (*text - '0') * unit;
	return text;
}

/* RFC 3339 in UTC, as rfc3339_time() writes it. */
static bool rfc3339_parse(const char *text, int64_t *ns)
{
	struct tm tm = {0};
	int64_t fraction;
	const char *end = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	int64_t seconds;

	if (!end)
		return false;
	end = parse_fraction(end, &fraction);
	if (strcmp(end, "Z") != 0)
		return false;
	seconds = (int64_t)timegm(&tm);
	/* Toward zero: of the earliest time the whole seconds alone would not fit. */
	if (seconds < 0) {
		seconds++;
		fraction -= NS_PER_S;
	}
	return !__builtin_mul_overflow(seconds, NS_PER_S, ns) &&
	       !__builtin_add_overflow(*ns, fraction, ns);
}

bool read_time(struct reading *r, const json_t *o, const char *key, int64_t *ns)
{
	const char *text = read_text(r, o, key);

	if (!text)
		return false;
	if (rfc3339_parse(text, ns))
		return true;
	reading_fail(r, SL_E_FORMAT, key);
	return false;
}

/* ---- counts ---- */

static void read_classes(struct reading *r, const json_t *o, struct counts *c)
{
	const json_t *classes = read_member(o, "classes");

	for (int i = 0; i < CLASSES; i++)
		c->classes[i] =
		    read_count(r, classes, status_class_name((enum status_class)i));
}

static int compare_codes(const void *va, const void *vb)
{
	const struct code_count *a = va;
	const struct code_count *b = vb;

	return (int)a->code - (int)b->code;
}

void sort_codes(struct code_count *list, size_t count)
{
	qsort(list, count, sizeof(*list), compare_codes);
}

static bool is_code(const char *key)
{
	return strlen(key) == 3 && strspn(key, "0123456789") == 3;
}

static void read_codes(struct reading *r, const json_t *o, struct counts *c)
{
	json_t *codes = json_object_get(o, "codes");
	size_t room = json_object_size(codes);
	uint64_t listed = 0;
	struct code_count *code;
	const json_t *times;
	const char *key;
	json_t *value;

	if (room > LIMIT_CODES) {
		reading_fail(r, SL_E_FORMAT, "codes");
		return;
	}
	c->codes = calloc(room + 1, sizeof(*c->codes));
	if (!c->codes) {
		reading_fail(r, SL_E_NOMEM, "codes");
		return;
	}
	json_object_foreach(codes, key, value)
	{
		if (!is_code(key)) {
			reading_fail(r, SL_E_FORMAT, "codes");
			return;
		}
		if (read_count(r, codes, key) == 0)
			continue; /* it did not occur */
		code = &c->codes[c->code_count++];
		*code = (struct code_count){.code = (uint16_t)strtoul(key, NULL, 10),
					    .count = read_count(r, codes, key),
					    .first_ns = INT64_MAX,
					    .last_ns = INT64_MIN};
		times = read_member(read_member(o, "code_times"), key);
		(void)read_time(r, times, "first", &code->first_ns);
		(void)read_time(r, times, "last", &code->last_ns);
		listed += code->count;
	}
	sort_codes(c->codes, c->code_count);
	if (listed > c->responses || c->unknown_codes > c->responses - listed)
		reading_fail(r, SL_E_FORMAT, "codes");
	else
		c->unlisted_codes = c->responses - listed - c->unknown_codes;
}

bool read_ns(const json_t *o, const char *key, uint64_t *ns)
{
	double seconds = json_number_value(json_object_get(o, key));

	if (!(seconds >= 0) || seconds > 9e9)
		return false;
	*ns = (uint64_t)llround(seconds * (double)NS_PER_S);
	return true;
}

bool read_width(const json_t *o, int64_t *ns)
{
	uint64_t width;

	if (!read_ns(o, "seconds", &width) || width == 0 || width > WIDTH_MOST_NS)
		return false;
	*ns = (int64_t)width;
	return true;
}

static bool read_bucket(struct histogram *h, const json_t *pair)
{
	json_int_t index = json_integer_value(json_array_get(pair, 0));
	json_int_t count = json_integer_value(json_array_get(pair, 1));

	return index >= 0 && index <= UINT16_MAX && count > 0 &&
	       histogram_put_bucket(h, (uint32_t)index, (uint64_t)count) == SL_OK;
}

static struct histogram *read_histogram(struct reading *r, const json_t *o,
					const char *key, unsigned bits)
{
	const json_t *latency = read_member(o, key);
	const json_t *buckets = json_object_get(latency, "buckets");
	struct histogram *h;
	uint64_t min, max;

	if (!latency)
		return NULL;
	h = histogram_new(bits);
	if (!h) {
		reading_fail(r, SL_E_NOMEM, key);
		return NULL;
	}
	for (size_t i = 0; i < json_array_size(buckets); i++)
		if (!read_bucket(h, json_array_get(buckets, i)))
			reading_fail(r, SL_E_FORMAT, key);
	if (read_count(r, latency, "bits") != bits ||
	    read_count(r, latency, "count") != histogram_count(h) ||
	    !read_ns(latency, "min", &min) || !read_ns(latency, "max", &max) ||
	    histogram_put_extremes(h, min, max) != SL_OK)
		reading_fail(r, SL_E_FORMAT, key);
	return h;
}

void read_no_response(struct reading *r, const json_t *o, struct counts *c)
{
	const json_t *none = read_member(o, "no_response");

	c->no_response[EXCHANGE_CLOSED] = read_count(r, none, "closed");
	c->no_response[EXCHANGE_RESET] = read_count(r, none, "reset");
	c->no_response[EXCHANGE_TIMEOUT] = read_count(r, none, "timeout");
}

void read_settling(struct reading *r, const json_t *o, struct counts *c)
{
	c->taken_back = read_count(r, o, "timeouts_taken_back");
	c->unlisted_latencies = read_count(r, o, "unlisted_latencies");
	c->unlisted_more = read_count(r, o, "unlisted_details");
}

void read_counts(struct reading *r, const json_t *o, struct counts *c, unsigned bits)
{
	const json_t *bytes = read_member(o, "bytes");
	uint64_t interim;

	*c = (struct counts){0};
	c->requests = read_count(r, o, "requests");
	c->responses = read_count(r, o, "responses");
	c->unknown_codes = read_count(r, o, "unknown_codes");
	read_classes(r, o, c);
	read_codes(r, o, c);
	interim = c->classes[CLASS_1XX] - counts_code(c, 101);
	if (interim > c->responses)
		reading_fail(r, SL_E_FORMAT, "classes");
	else
		c->exchanges = c->responses - interim;
	read_no_response(r, o, c);
	c->unseen = read_count(r, o, "unseen");
	c->pending = read_count(r, o, "pending");
	c->request_bytes = read_count(r, bytes, "request");
	c->response_bytes = read_count(r, bytes, "response");
	c->body_bytes = read_count(r, bytes, "body");
	c->latency = read_histogram(r, o, "latency", bits);
	for (int i = 0; i < CLASSES; i++)
		c->class_latency[i] =
		    read_histogram(r, read_member(o, "latency_by_class"),
				   status_class_name((enum status_class)i), bits);
	read_settling(r, o, c);
	read_more(r, o, c);
}

/* ---- coverage ---- */

static void read_buckets(struct reading *r, const json_t *o, struct coverage *c)
{
	const json_t *packets = read_member(o, "packets");
	const json_t *bytes = read_member(o, "bytes");
	const json_t *reasons = read_member(o, "undecoded");

	for (int i = 0; i < COVERAGE_BUCKETS; i++) {
		const char *name = coverage_bucket_name((enum coverage_bucket)i);

		c->bucket[i].packets = read_count(r, packets, name);
		c->bucket[i].bytes = read_count(r, bytes, name);
	}
	for (int i = 0; i < UNDECODED_REASONS; i++)
		c->undecoded[i] = read_count(
		    r, reasons, undecoded_reason_name((enum undecoded_reason)i));
	c->total.packets = read_count(r, o, "total_packets");
	c->total.bytes = read_count(r, o, "total_bytes");
}

void read_coverage(struct reading *r, const json_t *o, struct coverage *c)
{
	size_t count;
	const struct json_counter *counters = json_counters(&count);

	*c = (struct coverage){0};
	read_buckets(r, o, c);
	for (size_t i = 0; i < count; i++) {
		uint64_t value = read_count(r, o, counters[i].key);

		memcpy((char *)c + counters[i].offset, &value, sizeof(value));
	}
	c->http_bytes = read_count(r, o, "http_bytes");
	c->http_bytes_lost = read_count(r, o, "http_bytes_lost");
	c->dropped_by_kernel = read_count(r, o, "dropped_by_kernel");
	c->dropped_by_interface = read_count(r, o, "dropped_by_interface");
	c->drops_known = read_member(o, "dropped_by_kernel") != NULL;
	c->interface_drops_known = read_member(o, "dropped_by_interface") != NULL;
}

/* ---- sources ---- */

static enum source_state state_named(const char *name)
{
	if (name && strcmp(name, "growing") == 0)
		return SOURCE_GROWING;
	if (name && strcmp(name, "damaged") == 0)
		return SOURCE_DAMAGED;
	return name && strcmp(name, "unreadable") == 0 ? SOURCE_UNREADABLE : SOURCE_OK;
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

static void read_id(struct reading *r, const json_t *o, struct capture_source *s)
{
	const char *hex = read_text(r, o, "id");

	if (!hex)
		return;
	if (strlen(hex) != 2 * sizeof(s->id)) {
		reading_fail(r, SL_E_FORMAT, "id");
		return;
	}
	for (size_t i = 0; i < sizeof(s->id); i++) {
		int high = hex_digit(hex[2 * i]), low = hex_digit(hex[2 * i + 1]);

		if (high < 0 || low < 0) {
			reading_fail(r, SL_E_FORMAT, "id");
			return;
		}
		s->id[i] = (uint8_t)(high * 16 + low);
	}
}

void read_source(struct reading *r, const json_t *o, struct capture_source *s)
{
	const json_t *types = json_object_get(o, "link_types");
	const char *message = read_text(r, o, "message");

	*s = (struct capture_source){.name = read_text(r, o, "name")};
	if (!s->name)
		s->name = "";
	s->format = read_text(r, o, "format");
	s->compression = read_text(r, o, "compression");
	for (size_t i = 0; i < json_array_size(types) && i < SOURCE_LINK_TYPES; i++)
		s->link_types[s->link_type_count++] =
		    (uint32_t)json_integer_value(json_array_get(types, i));
	s->packets = read_count(r, o, "packets");
	s->bytes = read_count(r, o, "bytes");
	s->state = state_named(read_text(r, o, "state"));
	if (message)
		(void)errbuf_set(&s->message, SL_OK, "%s", message);
	if (s->packets == 0)
		return;
	if (!read_time(r, o, "first", &s->first_ns) ||
	    !read_time(r, o, "last", &s->last_ns))
		reading_fail(r, SL_E_FORMAT, "first");
	read_id(r, o, s);
}
