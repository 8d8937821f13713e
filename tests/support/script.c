/* The readable form of a trace: writing and reading it. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "support/trace.h"

/** Equal bytes in a row from this number on are written as "x"*N. */
#define RUN_MIN 16
/** Payload bytes of one script file. */
#define SCRIPT_BYTES (4U << 20)
#define SCRIPT_LINE  (512U << 10)

static const struct {
	char letter;
	uint8_t flag;
} flag_letters[] = {{'S', TCP_SYN}, {'F', TCP_FIN}, {'R', TCP_RST}, {'A', TCP_ACK}};

static void print_byte(FILE *out, uint8_t b)
{
	switch (b) {
	case '\r':
		fputs("\\r", out);
		break;
	case '\n':
		fputs("\\n", out);
		break;
	case '"':
	case '\\':
		fprintf(out, "\\%c", b);
		break;
	default:
		if (b >= ' ' && b < 0x7f)
			fputc(b, out);
		else
			fprintf(out, "\\x%02x", b);
	}
}

static size_t run_length(const uint8_t *bytes, size_t len)
{
	size_t n = 1;

	while (n < len && bytes[n] == bytes[0])
		n++;
	return n;
}

static void print_payload(FILE *out, const uint8_t *bytes, size_t len)
{
	bool open = false;

	if (len == 0)
		fputs(" -", out);
	for (size_t i = 0; i < len;) {
		size_t run = run_length(bytes + i, len - i);

		if (run >= RUN_MIN) {
			fputs(open ? "\" \"" : " \"", out);
			print_byte(out, bytes[i]);
			fprintf(out, "\"*%zu", run);
			open = false;
			i += run;
			continue;
		}
		if (!open)
			fputs(" \"", out);
		open = true;
		print_byte(out, bytes[i++]);
	}
	if (open)
		fputc('"', out);
}

void trace_print(FILE *out, const struct trace *t)
{
	fprintf(out, "server %c %s\n", t->server_text[0] == '[' ? '6' : '4',
		t->client_dir == 0 ? "high" : "low");
	for (size_t i = 0; i < t->count; i++) {
		const struct segment *s = &t->segments[i];
		int64_t us = (s->time_ns - TRACE_START_NS) / 1000;

		fprintf(out, "%" PRId64 ".%06" PRId64 " %c ", us / 1000000,
			us % 1000000, s->dir == t->client_dir ? 'c' : 's');
		for (size_t f = 0; f < sizeof(flag_letters) / sizeof(*flag_letters);
		     f++)
			if (s->flags & flag_letters[f].flag)
				fputc(flag_letters[f].letter, out);
		fprintf(out, " %" PRIu32 " %" PRIu32, s->seq, s->ack);
		print_payload(out, s->payload, s->len);
		if (s->missing > 0)
			fprintf(out, " missing=%" PRIu32, s->missing);
		fprintf(out, " id=%u\n", s->ip_id);
	}
	if (t->advance_ns > 0)
		fprintf(out, "advance %" PRId64 "\n", t->advance_ns / 1000000000);
}

struct parser {
	char *at;
	uint8_t *bytes; /* free room for payload */
	size_t room;
	bool failed;
};

/** The next word of the line; "" at its end. */
static const char *word(struct parser *p)
{
	char *begin;

	while (*p->at == ' ' || *p->at == '\t')
		p->at++;
	begin = p->at;
	while (*p->at != '\0' && !isspace((unsigned char)*p->at))
		p->at++;
	if (*p->at != '\0')
		*p->at++ = '\0';
	return begin;
}

static uint32_t number(struct parser *p, const char *text)
{
	char *end;
	unsigned long long n = strtoull(text, &end, 10);

	if (end == text || *end != '\0' || n > UINT32_MAX)
		p->failed = true;
	return (uint32_t)n;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/** One byte of a quoted piece, escapes undone. */
static uint8_t quoted_byte(struct parser *p)
{
	char c = *p->at++;

	if (c != '\\')
		return (uint8_t)c;
	c = *p->at++;
	switch (c) {
	case 'r':
		return '\r';
	case 'n':
		return '\n';
	case 'x': {
		int high = hex_digit(p->at[0]);
		int low = high < 0 ? -1 : hex_digit(p->at[1]);

		if (low < 0) {
			p->failed = true;
			return 0;
		}
		p->at += 2;
		return (uint8_t)(high << 4 | low);
	}
	case '"':
	case '\\':
		return (uint8_t)c;
	default:
		p->at--; /* may be the end of the line */
		p->failed = true;
		return 0;
	}
}

/** One piece, "..." or "..."*N, appended to the payload. */
static void piece(struct parser *p, struct segment *s)
{
	uint8_t *begin = p->bytes;
	size_t len = 0;
	unsigned long times = 1;

	p->at++;
	while (!p->failed && *p->at != '"') {
		if (*p->at == '\0' || len == p->room) {
			p->failed = true;
			return;
		}
		begin[len++] = quoted_byte(p);
	}
	if (p->failed)
		return;
	p->at++;
	if (*p->at == '*')
		times = strtoul(p->at + 1, &p->at, 10);
	if (times == 0 || (len > 0 && times > p->room / len)) {
		p->failed = true;
		return;
	}
	for (unsigned long i = 1; i < times; i++)
		memcpy(begin + i * len, begin, len);
	p->bytes += len * times;
	p->room -= len * times;
	s->len += (uint32_t)(len * times);
}

static void payload(struct parser *p, struct segment *s)
{
	s->payload = p->bytes;
	for (;;) {
		while (*p->at == ' ' || *p->at == '\t')
			p->at++;
		if (p->failed || *p->at != '"')
			return;
		piece(p, s);
	}
}

static void parse_segment(struct parser *p, const char *first, struct trace *t)
{
	struct segment s = {.key = t->key, .packets = 1, .window = 65535};
	char *end;
	double seconds = strtod(first, &end);
	const char *text;

	if (end == first || *end != '\0')
		p->failed = true;
	s.time_ns = TRACE_START_NS + (int64_t)(seconds * 1e6 + 0.5) * 1000;
	text = word(p);
	if (strcmp(text, "c") != 0 && strcmp(text, "s") != 0)
		p->failed = true;
	s.dir = *text == 'c' ? t->client_dir : (uint8_t)!t->client_dir;
	for (text = word(p); *text != '\0'; text++)
		for (size_t f = 0; f < sizeof(flag_letters) / sizeof(*flag_letters);
		     f++)
			if (*text == flag_letters[f].letter)
				s.flags |= flag_letters[f].flag;
	s.seq = number(p, word(p));
	s.ack = number(p, word(p));
	payload(p, &s);
	for (text = word(p); *text != '\0'; text = word(p)) {
		if (strncmp(text, "missing=", 8) == 0)
			s.missing = number(p, text + 8);
		else if (strncmp(text, "id=", 3) == 0)
			s.ip_id = (uint16_t)number(p, text + 3);
		else if (strcmp(text, "-") != 0)
			p->failed = true;
	}
	s.bytes = 54 + s.len + s.missing;
	if (!trace_insert(t, t->count, &s))
		p->failed = true;
}

static void parse_expect(struct parser *p, struct trace_case *c)
{
	const char *what = word(p);
	char host[VERDICT_HOST];
	unsigned causes = 0;

	c->has_expected = true;
	if (strcmp(what, "nothing") == 0)
		return;
	snprintf(host, sizeof(host), "%s", word(p));
	if (strcmp(what, "none") != 0) {
		bool unpaired = strcmp(word(p), "unpaired") == 0;

		verdict_add_response(&c->expected, (uint16_t)number(p, what), !unpaired,
				     host, strlen(host));
		return;
	}
	for (const char *cause = word(p); *cause != '\0'; cause = word(p))
		for (unsigned o = 0; o < EXCHANGE_OUTCOMES; o++)
			if (strcmp(cause, outcome_name(o)) == 0)
				causes |= 1U << o;
	if (causes == 0)
		p->failed = true;
	verdict_add_silence(&c->expected, causes, host, strlen(host));
}

static void parse_line(struct parser *p, struct trace *t, struct trace_case *c)
{
	const char *first = word(p);

	if (*first == '\0' || *first == '#')
		return;
	if (strcmp(first, "server") == 0) {
		bool v6 = *word(p) == '6';

		trace_reset(t, v6, strcmp(word(p), "low") != 0);
		return;
	}
	if (strcmp(first, "advance") == 0)
		t->advance_ns = (int64_t)number(p, word(p)) * 1000000000;
	else if (strcmp(first, "expect") == 0)
		parse_expect(p, c);
	else
		parse_segment(p, first, t);
}

bool trace_read(FILE *in, struct trace *t, struct trace_case *c)
{
	struct parser p = {.room = SCRIPT_BYTES};
	char *line = malloc(SCRIPT_LINE);

	memset(c, 0, sizeof(*c));
	trace_reset(t, false, true);
	c->bytes = malloc(SCRIPT_BYTES);
	p.bytes = c->bytes;
	p.failed = line == NULL || c->bytes == NULL;
	while (!p.failed && fgets(line, (int)SCRIPT_LINE, in)) {
		c->line++;
		p.at = line;
		parse_line(&p, t, c);
	}
	free(line);
	return !p.failed && !ferror(in);
}
