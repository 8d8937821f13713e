#include "http2/survey.h"

/* The first index of the dynamic table (RFC 7541 section 2.3.3). */
#define DYNAMIC_FIRST 62U
/* What an entry takes beside its name and value (section 4.1). */
#define ENTRY_OVERHEAD 32U
/* Bits of the longest code (appendix B): so short a text may be at least. */
#define CODE_BITS_MAX 30U

struct walk {
	const uint8_t *bytes;
	size_t len;
	size_t at;
	struct survey found;
};

/* An integer with @p bits of prefix (section 5.1). */
static size_t take_integer(struct walk *w, unsigned bits)
{
	size_t mask = ((size_t)1 << bits) - 1;
	size_t value;

	if (w->at >= w->len) {
		w->found.odd = true;
		return 0;
	}
	value = w->bytes[w->at++] & mask;
	if (value < mask)
		return value;
	for (unsigned shift = 0; w->at < w->len && shift < 28; shift += 7) {
		value += (size_t)(w->bytes[w->at] & 0x7f) << shift;
		if (!(w->bytes[w->at++] & 0x80))
			return value;
	}
	w->found.odd = true;
	return 0;
}

/* A text (section 5.2). Returns how long it is at least. */
static size_t take_text(struct walk *w)
{
	bool coded = w->at < w->len && (w->bytes[w->at] & 0x80);
	size_t size = take_integer(w, 7);

	if (size > w->len - w->at) {
		w->found.odd = true;
		return 0;
	}
	w->at += size;
	return coded ? size * 8 / CODE_BITS_MAX : size;
}

static void take_reference(struct walk *w, unsigned bits)
{
	if (take_integer(w, bits) >= DYNAMIC_FIRST)
		w->found.refers = true;
}

/* A literal. Returns how long name and value are at least. */
static size_t take_literal(struct walk *w, unsigned bits)
{
	size_t index = take_integer(w, bits);
	size_t size = 0;

	if (index >= DYNAMIC_FIRST)
		w->found.refers = true;
	if (index == 0)
		size = take_text(w);
	return size + take_text(w);
}

struct survey survey_block(const uint8_t *bytes, size_t len)
{
	struct walk w = {.bytes = bytes, .len = len};

	while (w.at < len && !w.found.odd) {
		uint8_t first = bytes[w.at];

		if (first & 0x80) {
			take_reference(&w, 7);
		} else if (first & 0x40) {
			w.found.inserts += ENTRY_OVERHEAD + take_literal(&w, 6);
		} else if (first & 0x20) {
			(void)take_integer(&w, 5);
			w.found.resizes = true;
		} else {
			(void)take_literal(&w, 4);
		}
	}
	return w.found;
}
