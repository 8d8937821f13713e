/* Who says what when. The texts of the messages are in message_text.c. */
#include "support/dialogue.h"

#include <stdlib.h>
#include <string.h>

#include "support/message_text.h"

#define MS            1000000LL
#define DEPTH_MAX     4
#define TUNNEL_LEVELS 2

struct maker {
	struct dialogue *d;
	struct random *r;
	const struct dialogue_options *o;
	struct message_style style;
	unsigned level; /* of tunnels */
};

/** A request that was written. */
struct asked {
	struct request_text text;
	size_t head_end; /* offsets in the client's stream */
	size_t end;
};

bool dialogue_init(struct dialogue *d)
{
	memset(d, 0, sizeof(*d));
	d->stream[0] = malloc(DIALOGUE_BYTES);
	d->stream[1] = malloc(DIALOGUE_BYTES);
	return d->stream[0] && d->stream[1];
}

void dialogue_free(struct dialogue *d)
{
	free(d->stream[0]);
	free(d->stream[1]);
}

static struct text_out out_of(struct maker *m, enum dialogue_side side)
{
	return (struct text_out){
	    .at = m->d->stream[side], .len = m->d->len[side], .size = DIALOGUE_BYTES};
}

/** What was put to @p out since the last write of @p side is one write. */
static void write_out(struct maker *m, enum dialogue_side side,
		      const struct text_out *out, size_t needs)
{
	struct dialogue *d = m->d;
	struct dialogue_write *w = &d->writes[d->write_count];
	int64_t pause = 0;

	if (out->len == d->len[side] || d->write_count == DIALOGUE_WRITES)
		return;
	d->len[side] = out->len;
	if (random_chance(m->r, 60))
		pause = (int64_t)random_between(m->r, 1, 50) * MS;
	else if (random_chance(m->r, 3))
		pause = (int64_t)random_between(m->r, 1, 45) * 1000 * MS;
	*w = (struct dialogue_write){
	    .side = side, .end = out->len, .needs = needs, .pause_ns = pause};
	d->write_count++;
}

/** Empty lines between messages, which RFC 9112 section 2.2 lets pass. */
static void maybe_junk(struct maker *m, struct text_out *out)
{
	/* Behind another protocol, the segment has to start with the line itself. */
	if (!m->o->lossy && !m->d->boundaries && random_chance(m->r, 3))
		text_put(out, "%s", random_chance(m->r, 50) ? "\r\n" : "\n\r\n");
}

static void ask(struct maker *m, struct asked *a, size_t needs)
{
	struct text_out out = out_of(m, DIALOGUE_CLIENT);

	maybe_junk(m, &out);
	request_head(&out, m->r, &m->style, &a->text);
	a->head_end = out.len;
	if (a->text.expects) { /* the body waits for 100 */
		write_out(m, DIALOGUE_CLIENT, &out, needs);
		a->end = a->head_end;
		return;
	}
	request_body(&out, m->r, &m->style, &a->text);
	write_out(m, DIALOGUE_CLIENT, &out, needs);
	a->end = out.len;
}

static void count(struct maker *m, uint16_t code, const struct asked *a)
{
	verdict_add_response(&m->d->truth, code, true, a->text.host,
			     strlen(a->text.host));
}

static void answer_interim(struct maker *m, const struct asked *a, uint16_t code)
{
	struct text_out out = out_of(m, DIALOGUE_SERVER);

	maybe_junk(m, &out);
	interim_text(&out, m->r, &m->style, code);
	write_out(m, DIALOGUE_SERVER, &out, a->head_end);
	count(m, code, a);
}

static void maybe_interim(struct maker *m, const struct asked *a)
{
	static const uint16_t codes[] = {100, 102, 103, 103, 199};

	while (a->text.version_11 && random_chance(m->r, 10))
		answer_interim(m, a, codes[random_below(m->r, 5)]);
}

/** The final response; @p needs bytes of the request are read by then. */
static void answer(struct maker *m, const struct asked *a, struct response_plan plan,
		   size_t needs)
{
	struct text_out out;
	uint16_t code;

	maybe_interim(m, a);
	out = out_of(m, DIALOGUE_SERVER);
	maybe_junk(m, &out);
	code = response_head(&out, m->r, &m->style, &a->text, &plan);
	if (plan.head_only)
		plan.body_len = 0;
	if (random_chance(m->r, 20) && !plan.cut_head)
		write_out(m, DIALOGUE_SERVER, &out, needs);
	response_body(&out, m->r, &m->style, &plan);
	write_out(m, DIALOGUE_SERVER, &out, needs);
	count(m, code, a);
}

static void answer_plainly(struct maker *m, const struct asked *a)
{
	answer(m, a, (struct response_plan){.framing = FRAMING_ANY}, a->end);
}

/** After the head of a request that expects 100. */
static void continue_request(struct maker *m, struct asked *a)
{
	struct text_out out;

	answer_interim(m, a, 100);
	out = out_of(m, DIALOGUE_CLIENT);
	request_body(&out, m->r, &m->style, &a->text);
	write_out(m, DIALOGUE_CLIENT, &out, m->d->len[DIALOGUE_SERVER]);
	a->end = out.len;
}

static void plan_request(struct maker *m, struct asked *a, bool single)
{
	request_plan(&a->text, m->r, &m->style);
	if (!single || !a->text.version_11 || a->text.body == BODY_NONE)
		a->text.expects = false;
}

/** One request and its response, or up to DEPTH_MAX pipelined ones. */
static void round_of(struct maker *m)
{
	struct asked asked[DEPTH_MAX];
	size_t depth = random_chance(m->r, 70) ? 1 : random_between(m->r, 2, DEPTH_MAX);
	size_t base = m->d->len[DIALOGUE_SERVER];
	size_t sent = 0;

	for (size_t i = 0; i < depth; i++)
		plan_request(m, &asked[i], depth == 1);
	for (size_t answered = 0; answered < depth;) {
		if (sent < depth && (sent == answered || random_chance(m->r, 60))) {
			ask(m, &asked[sent], base);
			if (asked[sent].text.expects)
				continue_request(m, &asked[sent]);
			sent++;
		} else {
			answer_plainly(m, &asked[answered++]);
		}
	}
}

/** The causes that are right for a request which waits when the end comes. */
static unsigned causes_at(enum dialogue_end end)
{
	switch (end) {
	case END_FIN_CLIENT_FIRST:
	case END_FIN_SERVER_FIRST:
		return 1U << EXCHANGE_CLOSED;
	case END_RST_CLIENT:
	case END_RST_SERVER:
		return 1U << EXCHANGE_RESET;
	case END_FIN_THEN_RST:
		return 1U << EXCHANGE_CLOSED | 1U << EXCHANGE_RESET;
	case END_NOTHING:
	case END_HALF_CLIENT:
		return 1U << EXCHANGE_PENDING;
	case END_SILENCE:
	case END_SILENCE_AND_FIN:
		return 1U << EXCHANGE_TIMEOUT;
	case DIALOGUE_ENDS:
		break;
	}
	return 0;
}

static void last_unanswered(struct maker *m)
{
	size_t base = m->d->len[DIALOGUE_SERVER];
	size_t n = random_between(m->r, 1, 3);
	struct asked a;

	for (size_t i = 0; i < n; i++) {
		plan_request(m, &a, false);
		ask(m, &a, base);
		verdict_add_silence(&m->d->truth, causes_at(m->d->end), a.text.host,
				    strlen(a.text.host));
	}
}

/** The body lasts until close, or a length is not what it should be. */
static void last_until_close(struct maker *m)
{
	struct asked a;

	plan_request(m, &a, false);
	ask(m, &a, m->d->len[DIALOGUE_SERVER]);
	answer(m, &a, (struct response_plan){.framing = FRAMING_UNTIL_CLOSE}, a.end);
}

/** The response breaks off in its head, behind the code, or in its body. */
static void last_cut(struct maker *m)
{
	struct response_plan plan = {.framing = FRAMING_ANY};
	struct asked a;

	plan.cut_head = random_chance(m->r, 50);
	plan.cut_body = !plan.cut_head;
	plan_request(m, &a, false);
	ask(m, &a, m->d->len[DIALOGUE_SERVER]);
	answer(m, &a, plan, a.end);
}

/** A final response before the request is complete; its rest follows, or not. */
static void last_early(struct maker *m)
{
	struct text_out out = out_of(m, DIALOGUE_CLIENT);
	size_t base = m->d->len[DIALOGUE_SERVER];
	size_t half;
	struct asked a;

	plan_request(m, &a, false);
	a.text.body = random_chance(m->r, 50) ? BODY_LENGTH : BODY_CHUNKED;
	a.text.version_11 = true;
	request_head(&out, m->r, &m->style, &a.text);
	a.head_end = out.len;
	request_body(&out, m->r, &m->style, &a.text);
	a.end = out.len;
	half = random_between(m->r, a.head_end, a.end);
	out.len = half;
	write_out(m, DIALOGUE_CLIENT, &out, base);
	answer(m, &a, (struct response_plan){.framing = FRAMING_ANY, .code = 413},
	       half);
	if (random_chance(m->r, 50)) {
		out.len = a.end; /* the text still stands there */
		write_out(m, DIALOGUE_CLIENT, &out, base);
	}
}

/** 408 on an idle connection: no request caused it (RFC 9110 section 15.5.9). */
static void last_unsolicited(struct maker *m)
{
	struct asked none = {.text = {.method = "GET", .version_11 = true}};
	struct response_plan plan = {.framing = FRAMING_ANY, .code = 408};
	struct text_out out = out_of(m, DIALOGUE_SERVER);

	response_head(&out, m->r, &m->style, &none.text, &plan);
	/* Without a request, a status line right behind the head would have to be taken
	 * for the next message (rule 6). */
	plan.plain_start = true;
	response_body(&out, m->r, &m->style, &plan);
	write_out(m, DIALOGUE_SERVER, &out, m->d->len[DIALOGUE_CLIENT]);
	verdict_add_response(&m->d->truth, 408, false, m->o->server_text,
			     strlen(m->o->server_text));
}

static void opaque_talk(struct maker *m)
{
	for (size_t n = random_below(m->r, 4); n > 0; n--) {
		enum dialogue_side side = (enum dialogue_side)random_below(m->r, 2);
		struct text_out out = out_of(m, side);

		for (size_t i = random_between(m->r, 1, 200); i > 0; i--)
			text_put(&out, "%c", (char)(0x80 | random_below(m->r, 0x7f)));
		write_out(m, side, &out, m->d->len[1 - side]);
	}
}

static void last_upgrade(struct maker *m)
{
	struct response_plan plan = {.framing = FRAMING_ANY, .code = 101};
	struct asked a;

	plan_request(m, &a, false);
	a.text.body = BODY_NONE;
	a.text.version_11 = true;
	ask(m, &a, m->d->len[DIALOGUE_SERVER]);
	answer(m, &a, plan, a.end);
	opaque_talk(m);
	if (m->o->lossy)
		return;
	/* What looks like HTTP is the other protocol's, and does not count. */
	for (unsigned side = 0; side < 2; side++) {
		struct text_out out = out_of(m, side);

		text_put(&out, side == DIALOGUE_CLIENT
				   ? "GET /x HTTP/1.1\r\nHost: x.test\r\n\r\n"
				   : "HTTP/1.1 299 X\r\nContent-Length: 0\r\n\r\n");
		write_out(m, side, &out, m->d->len[1 - side]);
	}
}

static void talk(struct maker *m);

static void last_connect(struct maker *m)
{
	struct response_plan plan = {.framing = FRAMING_ANY, .code = 200};
	struct asked a;

	connect_plan(&a.text, m->r, &m->style);
	ask(m, &a, m->d->len[DIALOGUE_SERVER]);
	if (random_chance(m->r, 20)) {
		plan.code = 403; /* no tunnel; the connection goes on */
		answer(m, &a, plan, a.end);
		talk(m);
		return;
	}
	answer(m, &a, plan, a.end);
	if (random_chance(m->r, 30)) {
		opaque_talk(m);
		return;
	}
	talk(m);
}

/** The response comes when the request has timed out already. */
static void slow_round(struct maker *m)
{
	struct asked a;
	size_t first;

	plan_request(m, &a, false);
	ask(m, &a, m->d->len[DIALOGUE_SERVER]);
	first = m->d->write_count;
	answer_plainly(m, &a);
	if (m->d->write_count > first)
		m->d->writes[first].pause_ns =
		    (int64_t)random_between(m->r, 310, 3000) * 1000 * MS;
}

/** Rounds, and something that can only stand at the end. */
static void talk(struct maker *m)
{
	static void (*const lasts[])(struct maker *) = {
	    last_unanswered, last_until_close, last_cut,
	    last_early,      last_unsolicited, last_upgrade};

	m->level++;
	for (size_t n = random_below(m->r, 4); n > 0; n--)
		round_of(m);
	if (!m->o->lossy && random_chance(m->r, 2))
		slow_round(m);
	if (random_chance(m->r, 8) && m->level <= TUNNEL_LEVELS)
		last_connect(m);
	else if (random_chance(m->r, 60))
		lasts[random_below(m->r, sizeof(lasts) / sizeof(*lasts))](m);
	else if (m->d->write_count == 0)
		round_of(m);
}

static void write_literal(struct maker *m, enum dialogue_side side, const char *bytes,
			  size_t len)
{
	struct text_out out = out_of(m, side);

	text_put_bytes(&out, bytes, len);
	write_out(m, side, &out, m->d->len[1 - side]);
}

/** A SOCKS 5 handshake (RFC 1928): HTTP begins behind other bytes. */
static void socks(struct maker *m)
{
	struct dialogue *d = m->d;
	bool seen[2] = {false, false};
	size_t first;

	write_literal(m, DIALOGUE_CLIENT, "\5\1\0", 3);
	write_literal(m, DIALOGUE_SERVER, "\5\0", 2);
	write_literal(m, DIALOGUE_CLIENT, "\5\1\0\1\300\0\2\7\0\120", 10);
	write_literal(m, DIALOGUE_SERVER, "\5\0\0\1\300\0\2\7\0\120", 10);
	first = d->write_count;
	d->boundaries = true;
	talk(m);
	for (size_t i = first; i < d->write_count; i++) {
		enum dialogue_side side = d->writes[i].side;

		d->writes[i].own_segment = !seen[side];
		seen[side] = true;
	}
}

/** HTTP/0.9 has no status: nothing counts. */
static void http_09(struct maker *m)
{
	static const char page[] = "<html>hello</html>\n";

	write_literal(m, DIALOGUE_CLIENT, "GET /old\r\n", 10);
	write_literal(m, DIALOGUE_SERVER, page, sizeof(page) - 1);
	m->d->end = END_FIN_SERVER_FIRST;
}

void dialogue_make(struct dialogue *d, struct random *r,
		   const struct dialogue_options *o)
{
	struct maker m = {.d = d, .r = r, .o = o};

	d->len[0] = d->len[1] = 0;
	d->write_count = 0;
	d->boundaries = false;
	d->end = (enum dialogue_end)random_below(r, DIALOGUE_ENDS);
	verdict_clear(&d->truth);
	message_style_make(&m.style, r, o->server_text, o->lossy);
	if (random_chance(r, 3))
		socks(&m);
	else if (random_chance(r, 1))
		http_09(&m);
	else
		talk(&m);
}
