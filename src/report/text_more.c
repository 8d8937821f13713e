/* Protocols, gRPC, stream errors and WebSocket: a paragraph each where there is any. */
#include <stdarg.h>
#include <string.h>

#include "report/text_parts.h"

#define HANG 2
/* Methods named with a status. */
#define METHODS_MAX 3U
/* Bytes of one list. */
#define LIST_SIZE 2048U

/** A list in the making; what does not fit is left out. */
struct list {
	char text[LIST_SIZE];
	size_t used;
};

static void add(struct list *l, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void add(struct list *l, const char *format, ...)
{
	size_t room = sizeof(l->text) - l->used;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(l->text + l->used, room, format, args);
	va_end(args);
	if (n > 0 && (size_t)n < room)
		l->used += (size_t)n;
	else
		l->text[l->used] = '\0';
}

static void put_protocols(struct layout *l, const struct counts *c)
{
	struct list list = {"", 0};

	if (c->protocols[PROTOCOL_HTTP_1_0] == 0 &&
	    c->protocols[PROTOCOL_HTTP_2] == 0 && c->protocols[PROTOCOL_GRPC] == 0)
		return;
	for (int i = 0; i < EXCHANGE_PROTOCOLS; i++) {
		if (c->protocols[i] > 0)
			add(&list, "%s%s\xc2\xa0%s", list.used ? "; " : "",
			    exchange_protocol_name((enum exchange_protocol)i),
			    figure_count(l, c->protocols[i]).text);
	}
	layout_paragraph(l, STYLE_PLAIN, HANG, "Protocols: %s", list.text);
}

/* ---- gRPC ---- */

struct call_count {
	const struct tally_row *row;
	const struct grpc_method *method;
	uint64_t count;
};

/* The methods that ended with @p status most often, over all rows. */
static size_t top_methods(const struct view *v, unsigned status,
			  struct call_count top[METHODS_MAX])
{
	size_t kept = 0;

	for (size_t i = 0; i < v->row_count; i++) {
		const struct more *m = v->rows[i]->counts.more;

		for (size_t k = 0; m && k < m->method_count; k++) {
			uint64_t count = m->methods[k].calls[status];
			size_t at = kept;

			if (count == 0 ||
			    (at == METHODS_MAX && count <= top[at - 1].count))
				continue;
			if (at == METHODS_MAX)
				at--;
			else
				kept++;
			for (; at > 0 && count > top[at - 1].count; at--)
				top[at] = top[at - 1];
			top[at] =
			    (struct call_count){v->rows[i], &m->methods[k], count};
		}
	}
	return kept;
}

static void put_status(struct layout *l, const struct view *v, unsigned status)
{
	struct call_count top[METHODS_MAX];
	size_t kept = top_methods(v, status, top);
	struct list list = {"", 0};
	char name[NAME_SIZE], path[LIMIT_GRPC_PATH * 4 + 1];

	for (size_t i = 0; i < kept; i++) {
		const char *wire = top[i].method->path;

		add(&list, "%s%s%s %s", i ? "; " : ": ",
		    text_row_name(v, top[i].row, name),
		    human_text(wire, strlen(wire), path, sizeof(path)),
		    figure_count(l, top[i].count).text);
	}
	layout_paragraph(l, status == GRPC_NONE ? STYLE_PLAIN : STYLE_WARN, HANG,
			 "gRPC %s\xc2\xa0%s%s", grpc_status_name(status),
			 figure_count(l, v->total->more->grpc[status]).text, list.text);
}

static void put_grpc(struct layout *l, const struct view *v)
{
	const struct more *m = v->total->more;
	uint64_t calls = 0;

	for (unsigned i = 0; i < GRPC_STATUSES; i++)
		calls += m->grpc[i];
	if (calls == 0)
		return;
	layout_paragraph(l, STYLE_PLAIN, HANG, "gRPC: %s, OK\xc2\xa0%s.",
			 figure_of(l, calls, "call").text,
			 figure_count(l, m->grpc[0]).text);
	for (unsigned i = 1; i < GRPC_STATUSES; i++) {
		if (m->grpc[i] > 0)
			put_status(l, v, i);
	}
}

/* ---- streams, WebSocket ---- */

static void put_stream_errors(struct layout *l, const struct more *m)
{
	struct list list = {"", 0};

	for (size_t i = 0; i < m->stream_error_count; i++) {
		const struct code_count *c = &m->stream_errors[i];
		const char *name = http2_error_name(c->code);

		add(&list, "%s", list.used ? "; " : "");
		if (name)
			add(&list, "%s", name);
		else
			add(&list, "code %u", (unsigned)c->code);
		add(&list, "\xc2\xa0%s", figure_count(l, c->count).text);
	}
	if (list.used > 0)
		layout_paragraph(l, STYLE_PLAIN, HANG,
				 "HTTP/2 streams reset or refused: %s", list.text);
}

static const char *close_words(uint16_t code)
{
	switch (code) {
	case 1000:
		return " (normal)";
	case 1001:
		return " (going away)";
	case 1005:
		return " (no code)";
	case 1006:
		return " (no Close frame)";
	case 1011:
		return " (server error)";
	default:
		return "";
	}
}

static void put_websockets(struct layout *l, const struct more *m)
{
	struct list list = {"", 0};

	if (m->websockets == 0)
		return;
	for (size_t i = 0; i < m->close_count; i++)
		add(&list, "; closed %u%s\xc2\xa0%s", (unsigned)m->closes[i].code,
		    close_words(m->closes[i].code),
		    figure_count(l, m->closes[i].count).text);
	if (m->websockets_open > 0)
		add(&list, "; still open %s", figure_count(l, m->websockets_open).text);
	if (m->websocket_unknown > 0)
		add(&list, "; unknown %s", figure_count(l, m->websocket_unknown).text);
	layout_paragraph(l, STYLE_PLAIN, HANG, "WebSocket: %s%s.",
			 figure_of(l, m->websockets, "connection").text, list.text);
}

void text_more(struct layout *l, const struct view *v)
{
	const struct more *m = v->total->more;

	if (v->total->responses > 0)
		put_protocols(l, v->total);
	if (!m)
		return;
	put_grpc(l, v);
	put_stream_errors(l, m);
	put_websockets(l, m);
}
