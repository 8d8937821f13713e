#include "config.h" /* memrchr() */

#include "http/forwarded.h"

#include <stdlib.h>
#include <string.h>

#include "http/fields.h"

/** Longest address with its brackets and port: 45 characters, and 8. */
#define ADDRESS_SIZE 64U

/* ---- whom to trust ---- */

static enum sl_err add_one(struct trusted_proxies *t, const char *at, size_t len,
			   struct errbuf *eb)
{
	char text[ADDRESS_SIZE];
	struct network n;
	unsigned own;
	unsigned long prefix;
	char *slash, *end;

	if (t->count == LIMIT_PROXIES)
		return errbuf_set(eb, SL_E_LIMIT, "more than %u networks of proxies",
				  LIMIT_PROXIES);
	if (len >= sizeof(text))
		len = sizeof(text) - 1;
	memcpy(text, at, len);
	text[len] = '\0';
	slash = strchr(text, '/');
	if (slash)
		*slash = '\0';
	if (!ip_addr_parse(text, &n.addr))
		return errbuf_set(eb, SL_E_USAGE, "`%s` is no address", text);
	/* That of its own form: ::ffff:10.0.0.0/104 is 10.0.0.0/8. */
	own = strchr(text, ':') ? 128 : 32;
	prefix = own;
	if (slash) {
		prefix = strtoul(slash + 1, &end, 10);
		if (slash[1] < '0' || slash[1] > '9' || *end || prefix > own)
			return errbuf_set(eb, SL_E_USAGE, "`/%s` is no prefix length",
					  slash + 1);
	}
	n.bits = (unsigned)prefix + 128 - own;
	t->networks[t->count++] = n;
	return SL_OK;
}

enum sl_err trusted_add(struct trusted_proxies *t, const char *list, struct errbuf *eb)
{
	for (;;) {
		size_t len = strcspn(list, ",");
		enum sl_err e = add_one(t, list, len, eb);

		if (e || list[len] == '\0')
			return e;
		list += len + 1;
	}
}

static bool is_in(const struct network *n, const struct ip_addr *a)
{
	size_t whole = n->bits / 8;
	unsigned rest = n->bits % 8;

	if (memcmp(n->addr.bytes, a->bytes, whole) != 0)
		return false;
	return rest == 0 || (n->addr.bytes[whole] ^ a->bytes[whole]) >> (8 - rest) == 0;
}

static bool is_trusted(const struct trusted_proxies *t, const struct ip_addr *a)
{
	for (size_t i = 0; i < t->count; i++)
		if (is_in(&t->networks[i], a))
			return true;
	return false;
}

/* ---- the list ---- */

static struct text unquoted(struct text t)
{
	t = text_trim(t);
	if (t.len >= 2 && t.at[0] == '"' && t.at[t.len - 1] == '"') {
		t.at++;
		t.len -= 2;
	}
	return t;
}

/* `for=` of a Forwarded element; of X-Forwarded-For the element itself. */
static struct text node_of(struct text element)
{
	bool has_pairs = element.len > 0 && memchr(element.at, '=', element.len);

	while (has_pairs && element.len > 0) {
		const char *semicolon = memchr(element.at, ';', element.len);
		size_t len = semicolon ? (size_t)(semicolon - element.at) : element.len;
		struct text pair = text_trim((struct text){element.at, len});

		if (pair.len > 4 && strncasecmp(pair.at, "for=", 4) == 0)
			return unquoted((struct text){pair.at + 4, pair.len - 4});
		element.at += semicolon ? len + 1 : len;
		element.len -= semicolon ? len + 1 : len;
	}
	return unquoted(element);
}

/* `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]:80`; not `unknown`. */
static bool parse_node(struct text node, struct ip_addr *out)
{
	char text[ADDRESS_SIZE];
	char *start = text;
	char *colon;

	if (node.len == 0 || node.len >= sizeof(text))
		return false;
	memcpy(text, node.at, node.len);
	text[node.len] = '\0';
	if (text[0] == '[') {
		start++;
		start[strcspn(start, "]")] = '\0';
	} else {
		colon = strchr(text, ':');
		if (colon && !strchr(colon + 1, ':'))
			*colon = '\0';
	}
	return ip_addr_parse(start, out);
}

/* The last element of a list, which is taken off it. */
static bool take_last(struct text *list, struct text *element)
{
	while (list->len > 0) {
		const char *comma = memrchr(list->at, ',', list->len);
		size_t before = comma ? (size_t)(comma - list->at) : 0;
		const char *at = comma ? comma + 1 : list->at;

		*element =
		    text_trim((struct text){at, (size_t)(list->at + list->len - at)});
		list->len = before;
		if (element->len > 0)
			return true;
	}
	return false;
}

struct ip_addr forwarded_client(const struct trusted_proxies *t,
				const struct http_exchange *x)
{
	struct ip_addr client = x->client.addr;
	struct text list = x->forwarded;
	struct text element;
	struct ip_addr before;

	while (is_trusted(t, &client) && take_last(&list, &element)) {
		/* An obfuscated name, or nonsense: the proxy is all that is known. */
		if (!parse_node(node_of(element), &before))
			break;
		client = before;
	}
	return client;
}
