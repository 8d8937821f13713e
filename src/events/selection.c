#include "config.h" /* FNM_CASEFOLD */

#include "events/selection.h"

#include <ctype.h>
#include <fnmatch.h>
#include <string.h>

#include "base/limits.h"

static bool is_digits(const char *at, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (at[i] < '0' || at[i] > '9')
			return false;
	return true;
}

static bool add_one(struct selection *s, const char *at, size_t len)
{
	unsigned first, count = 1;

	if (len != 3 || !is_digits(at, 1))
		return false;
	if (tolower((unsigned char)at[1]) == 'x' &&
	    tolower((unsigned char)at[2]) == 'x') {
		first = (unsigned)(at[0] - '0') * 100;
		count = 100;
	} else if (is_digits(at, 3)) {
		first = (unsigned)((at[0] - '0') * 100 + (at[1] - '0') * 10 +
				   (at[2] - '0'));
	} else {
		return false;
	}
	for (unsigned i = 0; i < count; i++)
		s->codes[first + i] = true;
	return true;
}

enum sl_err selection_add_codes(struct selection *s, const char *list,
				struct errbuf *eb)
{
	s->by_code = true;
	for (;;) {
		size_t len = strcspn(list, ",");

		if (!add_one(s, list, len))
			return errbuf_set(eb, SL_E_USAGE,
					  "`%.*s` is no code: three digits, or a class "
					  "such as 5xx",
					  (int)len, list);
		if (list[len] == '\0')
			return SL_OK;
		list += len + 1;
	}
}

bool selection_is_any(const struct selection *s)
{
	return s->by_code || s->host;
}

bool selection_has_code(const struct selection *s, uint16_t code)
{
	return !s->by_code || (code < 1000 && s->codes[code]);
}

bool selection_has_host(const struct selection *s, const char *name)
{
	return !s->host || fnmatch(s->host, name, FNM_CASEFOLD) == 0;
}

bool selection_has(const struct selection *s, const struct http_exchange *x)
{
	char name[LIMIT_HOST + 1];

	if (s->by_code && !(exchange_has_code(x) && selection_has_code(s, x->status)) &&
	    !(x->interim != 0 && selection_has_code(s, x->interim)))
		return false;
	if (!s->host)
		return true;
	if (x->host.len > LIMIT_HOST)
		return false;
	if (x->host.len > 0)
		memcpy(name, x->host.at, x->host.len);
	name[x->host.len] = '\0';
	return selection_has_host(s, name);
}
