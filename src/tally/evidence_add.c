/* What each notable code's responses are looked at for. */
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/limits.h"
#include "http/catalogue.h"
#include "http/fields.h"
#include "http/path.h"
#include "tally/evidence_parts.h"

/** A response, and where what it shows is put. */
struct look {
	const struct http_exchange *x;
	struct evidence *e;
	struct budget *b;
	bool fold;
};

/* ---- keys ---- */

/** A key that is put together. */
struct key {
	size_t len;
	char text[LIMIT_TOPK_KEY];
};

static void add_text(const struct look *l, size_t list, struct text key)
{
	(void)topk_add(&l->e->lists[list], key, 1, l->b);
}

static void add_key(const struct look *l, size_t list, const struct key *k)
{
	add_text(l, list, (struct text){k->text, k->len});
}

static struct topk_entry *add_client(const struct look *l, size_t list)
{
	const struct ip_addr *addr = &l->x->client.addr;
	struct text key = {(const char *)addr->bytes, sizeof(addr->bytes)};

	return topk_add(&l->e->lists[list], key, 1, l->b);
}

static void put(struct key *k, const char *at, size_t len, size_t most)
{
	if (len > most)
		len = most;
	if (len > 0)
		memcpy(k->text + k->len, at, len);
	k->len += len;
}

static void put_path(struct key *k, const struct look *l, size_t most)
{
	k->len += path_write(l->x->target, l->fold, k->text + k->len, most);
}

static void add_path(const struct look *l, size_t list)
{
	struct key k = {.len = 0};

	if (!l->x->has_request)
		return;
	put_path(&k, l, sizeof(k.text));
	add_key(l, list, &k);
}

static void add_request(const struct look *l, size_t list)
{
	struct key k = {.len = 0};

	if (!l->x->has_request)
		return;
	put(&k, l->x->method.at, l->x->method.len, 16);
	k.text[k.len++] = '\0';
	put_path(&k, l, sizeof(k.text) - k.len);
	add_key(l, list, &k);
}

static void add_range(struct evidence *e, uint64_t value)
{
	if (value < e->low)
		e->low = value;
	if (value > e->high)
		e->high = value;
}

static uint64_t path_hash(const struct http_exchange *x)
{
	struct text path = path_of_target(x->target);

	return hash_public(path.at, path.len);
}

/* ---- the codes ---- */

static void look_at_201(const struct look *l)
{
	struct location to;
	struct text value;
	struct key k;

	if (l->x->has_request)
		add_text(l, 0, l->x->method);
	if (!field_find(l->x->response_fields, "location", &value)) {
		l->e->counts[COUNT_201_NO_LOCATION]++;
		return;
	}
	k.len = location_write(value, l->x, l->fold, &to, k.text, sizeof(k.text));
	add_key(l, 1, &k);
}

static void look_at_redirect(const struct look *l)
{
	struct location to;
	struct text value;
	struct key pair = {.len = 0}, location;

	if (l->x->has_request)
		hll_add(&l->e->distinct, path_hash(l->x), l->b);
	if (!field_find(l->x->response_fields, "location", &value)) {
		l->e->counts[COUNT_30X_NO_LOCATION]++;
		return;
	}
	location.len = location_write(value, l->x, l->fold, &to, location.text,
				      sizeof(location.text) / 2);
	l->e->counts[COUNT_30X_HTTPS] += to.to_https;
	l->e->counts[COUNT_30X_ITSELF] += to.to_itself;
	l->e->counts[COUNT_30X_ELSEWHERE] += to.elsewhere;
	add_key(l, 1, &location);
	if (!l->x->has_request)
		return;
	put_path(&pair, l, sizeof(pair.text) / 2 - 1);
	pair.text[pair.len++] = '\0';
	put(&pair, location.text, location.len, sizeof(pair.text) / 2);
	add_key(l, 0, &pair);
}

static void look_at_304(const struct look *l)
{
	uint16_t flags = l->x->facts.flags;
	bool since = (flags & REQUEST_IF_MODIFIED_SINCE) != 0;
	bool match = (flags & REQUEST_IF_NONE_MATCH) != 0;

	if (since && match)
		l->e->counts[COUNT_304_BOTH]++;
	else if (since)
		l->e->counts[COUNT_304_SINCE]++;
	else if (match)
		l->e->counts[COUNT_304_MATCH]++;
	else if (flags & REQUEST_CONDITIONAL_OTHER)
		l->e->counts[COUNT_304_OTHER]++;
	else
		l->e->counts[COUNT_304_NONE]++;
}

static void look_at_400(const struct look *l)
{
	static const struct {
		uint16_t flag;
		unsigned count;
	} odd[] = {
	    {REQUEST_RAW_SPACE, COUNT_400_SPACE},
	    {REQUEST_CONTROL_BYTE, COUNT_400_CONTROL},
	    {REQUEST_BAD_VERSION, COUNT_400_VERSION},
	    {REQUEST_NO_HOST, COUNT_400_HOST},
	};
	uint16_t flags = l->x->facts.flags;
	bool any = false;

	(void)add_client(l, 0);
	if (!l->x->has_request) {
		l->e->counts[COUNT_400_UNSEEN]++;
		return;
	}
	if (l->x->host_source == HOST_INVALID)
		flags |= REQUEST_NO_HOST;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		if (flags & odd[i].flag) {
			l->e->counts[odd[i].count]++;
			any = true;
		}
	if (!any)
		l->e->counts[COUNT_400_NOTHING]++;
}

static bool is_token(struct text t)
{
	for (size_t i = 0; i < t.len; i++) {
		char c = (char)(t.at[i] | 0x20);

		if (!(c >= 'a' && c <= 'z') && !(t.at[i] >= '0' && t.at[i] <= '9') &&
		    t.at[i] != '-' && t.at[i] != '_' && t.at[i] != '.')
			return false;
	}
	return t.len > 0;
}

/* Of challenges (RFC 9110 section 11.6.1) the schemes; parameters hold a '='. */
static void add_schemes(const struct look *l, struct text value)
{
	struct text element;

	while (text_list_next(&value, &element)) {
		const char *space = memchr(element.at, ' ', element.len);
		struct text scheme = element;

		if (space)
			scheme.len = (size_t)(space - element.at);
		if (is_token(scheme))
			add_text(l, 0, scheme);
	}
}

static void look_at_401(const struct look *l)
{
	struct text rest = l->x->response_fields;
	struct text value;

	while (field_find_next(&rest, "www-authenticate", &value))
		add_schemes(l, value);
	(void)add_client(l, 1);
	add_path(l, 2);
	if (!l->x->has_request)
		return;
	if (l->x->facts.flags & REQUEST_CREDENTIALS)
		l->e->counts[COUNT_401_WITH]++;
	else
		l->e->counts[COUNT_401_WITHOUT]++;
}

static void look_at_404(const struct look *l)
{
	struct topk_entry *client;
	uint64_t hash;

	add_path(l, 0);
	client = add_client(l, 1);
	if (!l->x->has_request)
		return;
	hash = path_hash(l->x);
	hll_add(&l->e->distinct, hash, l->b);
	if (client)
		hll_add(&client->distinct, hash, l->b);
}

static void look_at_405(const struct look *l)
{
	struct text value, element;
	struct key k = {.len = 0};

	if (l->x->has_request)
		add_text(l, 0, l->x->method);
	add_request(l, 2);
	if (!field_find(l->x->response_fields, "allow", &value))
		return;
	while (text_list_next(&value, &element)) {
		if (k.len > 0)
			put(&k, ", ", 2, sizeof(k.text) - k.len);
		put(&k, element.at, element.len, sizeof(k.text) - k.len);
	}
	add_key(l, 1, &k);
}

static void look_at_414(const struct look *l)
{
	(void)add_client(l, 0);
	if (l->x->has_request)
		add_range(l->e, l->x->facts.target_len);
}

/* RFC 9110 section 10.2.3: seconds, or a date, of which no two are alike. */
static void look_at_503(const struct look *l)
{
	struct text value;

	add_request(l, 0);
	(void)add_client(l, 2);
	if (!field_find(l->x->response_fields, "retry-after", &value))
		return;
	if (value.len > 0 && (value.at[0] < '0' || value.at[0] > '9'))
		value = (struct text){"(a date)", 8};
	add_text(l, 1, value);
}

static void look_at(const struct look *l)
{
	switch (l->x->status) {
	case 201:
		look_at_201(l);
		break;
	case 301:
	case 302:
		look_at_redirect(l);
		break;
	case 304:
		look_at_304(l);
		break;
	case 400:
		look_at_400(l);
		break;
	case 401:
		look_at_401(l);
		break;
	case 403:
		add_path(l, 0);
		(void)add_client(l, 1);
		break;
	case 404:
		look_at_404(l);
		break;
	case 405:
		look_at_405(l);
		break;
	case 413:
		add_request(l, 0);
		break;
	case 414:
		look_at_414(l);
		break;
	case 500:
		add_request(l, 0);
		(void)add_client(l, 1);
		break;
	case 503:
		look_at_503(l);
		break;
	default: /* 100: its exchange has to end first */
		break;
	}
}

/* ---- events ---- */

/* Every final response tells whether the host was out. */
static void add_outage(struct row_evidence *e, const struct http_exchange *x,
		       struct budget *b)
{
	struct evidence *code = e ? e->codes[EVIDENCE_CODES - 1] : NULL;

	if (code && !status_is_interim(x->status))
		outage_add(&code->outage, x->response_start_ns, x->status == 503, b);
}

static void add_error(struct row_evidence **e, const struct http_exchange *x,
		      struct budget *b)
{
	struct timeline *errors;

	if (status_class_of(x->status) != CLASS_5XX)
		return;
	errors = evidence_errors(e, b);
	if (errors)
		timeline_add(errors, x->response_start_ns, 0, 1);
}

static __attribute__((noinline)) void add_notable(struct row_evidence **e, size_t index,
						  const struct http_exchange *x,
						  bool fold, int64_t other_ns,
						  struct budget *b)
{
	struct look l = {.x = x, .b = b, .fold = fold};
	bool first = x->status == 503 && !(*e && (*e)->codes[index]);

	l.e = evidence_of(e, index, b);
	/* Before the first 503 nobody looked at buckets. */
	if (l.e && first && other_ns != INT64_MIN)
		outage_add(&l.e->outage, other_ns, false, b);
	if (l.e)
		look_at(&l);
}

void evidence_response(struct row_evidence **e, const struct http_exchange *x,
		       bool fold, int64_t other_ns, struct budget *b)
{
	size_t index = evidence_index(x->status);

	/* All that there is to say of a 200 is said when its exchange is over, if it
	 * ever is. */
	if (x->status == 200)
		(void)evidence_of(e, index, b);
	else if (index < EVIDENCE_CODES)
		add_notable(e, index, x, fold, other_ns, b);
	add_outage(*e, x, b);
	add_error(e, x, b);
	if (evidence_row(e, b))
		code_times_add(&(*e)->times, x->status, x->response_start_ns, 1, b);
}

static void done_100(struct evidence *e, const struct http_exchange *x,
		     struct budget *b)
{
	char code[8];
	int len;

	if (x->outcome != EXCHANGE_ANSWERED)
		e->counts[COUNT_100_NONE] += !x->late;
	if (!exchange_has_code(x))
		return;
	len = snprintf(code, sizeof(code), "%03u", (unsigned)x->status);
	if (len > 0)
		(void)topk_add(&e->lists[0], (struct text){code, (size_t)len}, 1, b);
}

static void done_200(struct evidence *e, const struct http_exchange *x)
{
	e->counts[COUNT_200_BODY_BYTES] += x->body_bytes;
	if (x->method.len == 4 && memcmp(x->method.at, "HEAD", 4) == 0)
		e->counts[COUNT_200_HEAD]++;
	else if (x->body_bytes == 0)
		e->counts[COUNT_200_EMPTY]++;
}

/* What it declared is what the server refused, however much of it was sent. */
static void done_413(struct evidence *e, const struct http_exchange *x)
{
	if (x->request_body > 0)
		add_range(e, x->request_body);
	else
		e->counts[COUNT_413_UNKNOWN]++;
}

void evidence_done(struct row_evidence **e, const struct http_exchange *x,
		   struct budget *b)
{
	size_t index = evidence_index(x->status);
	struct evidence *code;

	if (x->continued && x->outcome != EXCHANGE_PENDING) {
		code = evidence_of(e, 0, b);
		if (code)
			done_100(code, x, b);
	}
	if (x->status != 200 && x->status != 413)
		return;
	code = evidence_of(e, index, b);
	if (code && x->status == 200)
		done_200(code, x);
	else if (code)
		done_413(code, x);
}
