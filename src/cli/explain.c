#include <ctype.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/say.h"
#include "http/catalogue.h"

/** Columns of the names in front of each text. */
#define LABEL_WIDTH   11
#define WIDTH_DEFAULT 80U

/* Texts of the catalogue are ASCII of our own: a byte is a column. */
static void put_wrapped(FILE *out, const char *label, const char *text, size_t width)
{
	size_t column = LABEL_WIDTH;

	(void)fprintf(out, "%-*s", LABEL_WIDTH, label);
	while (*text) {
		size_t len = strcspn(text, " ");

		if (column > LABEL_WIDTH && column + 1 + len > width) {
			(void)fprintf(out, "\n%*s", LABEL_WIDTH, "");
			column = LABEL_WIDTH;
		} else if (column > LABEL_WIDTH) {
			(void)fputc(' ', out);
			column++;
		}
		(void)fprintf(out, "%.*s", (int)len, text);
		column += len;
		text += len;
		text += strspn(text, " ");
	}
	(void)fputc('\n', out);
}

static void put_class(FILE *out, enum status_class class, size_t width)
{
	char text[256];

	(void)snprintf(text, sizeof(text), "%s: %s", status_class_name(class),
		       status_class_meaning(class));
	put_wrapped(out, "Class", text, width);
}

static void explain_code(uint16_t code, size_t width, FILE *out)
{
	const struct status_code *s = status_code_find(code);

	if (!s) {
		(void)fprintf(out, "%03u (not registered)\n", (unsigned)code);
		put_class(out, status_class_of(code), width);
		put_wrapped(
		    out, "Meaning",
		    status_class_of(code) == CLASS_OTHER
			? "An invalid code. statline counts it as itself; a "
			  "client should treat it as a server error (RFC 9110, "
			  "section 15)."
			: "IANA's registry does not know it. statline counts it "
			  "as itself; a client treats it as x00 of its class "
			  "(RFC 9110, section 15).",
		    width);
		return;
	}
	(void)fprintf(out, "%u %s%s%s%s\n", (unsigned)s->code, s->phrase,
		      s->other_phrase ? " (formerly " : "",
		      s->other_phrase ? s->other_phrase : "",
		      s->other_phrase ? ")" : "");
	put_class(out, status_class_of(code), width);
	put_wrapped(out, "Meaning", s->meaning, width);
	if (s->operator_hint)
		put_wrapped(out, "Operator", s->operator_hint, width);
	if (s->tester_hint)
		put_wrapped(out, "Tester", s->tester_hint, width);
	if (s->evidence)
		put_wrapped(out, "Evidence", s->evidence, width);
	put_wrapped(out, "Reference", s->reference, width);
}

static void put_table_row(const struct status_code *s, FILE *out)
{
	(void)fprintf(out, "%c %u %s\n", s->notable ? '*' : ' ', (unsigned)s->code,
		      s->phrase);
}

static void put_class_table(enum status_class class, size_t width, FILE *out)
{
	const struct status_code *s;

	put_wrapped(out, status_class_name(class), status_class_meaning(class), width);
	for (size_t i = 0; (s = status_code_at(i)); i++)
		if (status_class_of(s->code) == class)
			put_table_row(s, out);
}

static void put_table(size_t width, FILE *out)
{
	for (int i = CLASS_1XX; i <= CLASS_5XX; i++)
		put_class_table((enum status_class)i, width, out);
	(void)fputs("\n* notable: statline explain CODE has more.\n", out);
}

/* "4xx", "5XX" */
static bool parse_class(const char *word, enum status_class *class)
{
	if (strlen(word) != 3 || word[0] < '1' || word[0] > '5' ||
	    tolower((unsigned char)word[1]) != 'x' ||
	    tolower((unsigned char)word[2]) != 'x')
		return false;
	*class = (enum status_class)(CLASS_1XX + (word[0] - '1'));
	return true;
}

static bool parse_code(const char *word, uint16_t *code)
{
	if (strlen(word) != 3 || strspn(word, "0123456789") != 3)
		return false;
	*code =
	    (uint16_t)((word[0] - '0') * 100 + (word[1] - '0') * 10 + (word[2] - '0'));
	return true;
}

enum cli_status command_explain(const char *const *words, size_t count, unsigned width,
				FILE *out)
{
	size_t columns = width ? width : WIDTH_DEFAULT;
	enum status_class class;
	uint16_t code;

	if (count == 0)
		put_table(columns, out);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			(void)fputc('\n', out);
		if (parse_class(words[i], &class)) {
			put_class_table(class, columns, out);
		} else if (parse_code(words[i], &code)) {
			explain_code(code, columns, out);
		} else {
			say("explain: `%s` is no status code: three digits, or a class "
			    "such as 4xx",
			    words[i]);
			return CLI_USAGE;
		}
	}
	return CLI_DONE;
}
