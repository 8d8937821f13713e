#include "cli/options_behind.h"

#include <string.h>

static enum sl_err prefixed(struct errbuf *eb, enum sl_err e, const char *option)
{
	char text[ERRBUF_SIZE];

	if (e == SL_OK)
		return SL_OK;
	memcpy(text, eb->text, sizeof(text));
	return errbuf_set(eb, SL_E_USAGE, "%s: %.*s", option, (int)sizeof(text) - 64,
			  text);
}

static enum sl_err take_format(struct behind_options *o, const char *value,
			       struct errbuf *eb)
{
	if (events_format_named(value, &o->events_format))
		return SL_OK;
	return errbuf_set(eb, SL_E_USAGE,
			  "--events-format: `%s` is unknown: ecs or zeek", value);
}

enum sl_err behind_take(struct behind_options *o, int option, const char *value,
			struct errbuf *eb)
{
	switch ((enum behind_option)option) {
	case OPT_EVENTS:
		o->events = value;
		return SL_OK;
	case OPT_EVENTS_FORMAT:
		return take_format(o, value, eb);
	case OPT_FILTER_CODE:
		return prefixed(eb, selection_add_codes(&o->selection, value, eb),
				"--filter-code");
	case OPT_FILTER_HOST:
		o->selection.host = value;
		return SL_OK;
	case OPT_WRITE_MATCHING:
		o->write_matching = value;
		return SL_OK;
	case OPT_TRUST_PROXY:
		return prefixed(eb, trusted_add(&o->trusted, value, eb),
				"--trust-proxy");
	case OPT_ANONYMIZE:
		o->anonymize = true;
		o->anonymize_key = value;
		return SL_OK;
	case OPT_RAW_PATHS:
		o->raw_paths = true;
		return SL_OK;
	case OPT_BEHIND_END:
		break;
	}
	return SL_OK;
}

bool behind_to_stdout(const struct behind_options *o)
{
	return o->events && strcmp(o->events, "-") == 0;
}

enum sl_err behind_check(const struct behind_options *o, const char *const *inputs,
			 size_t count, struct errbuf *eb)
{
	if (!o->write_matching)
		return SL_OK;
	for (size_t i = 0; i < count; i++)
		if (strcmp(inputs[i], "-") == 0)
			return errbuf_set(eb, SL_E_USAGE,
					  "--write-matching reads its input again: "
					  "standard input cannot be; name a file");
	if (o->anonymize)
		return errbuf_set(eb, SL_E_USAGE,
				  "--write-matching writes packets as they are: not "
				  "with --anonymize");
	if (behind_to_stdout(o) && strcmp(o->write_matching, "-") == 0)
		return errbuf_set(eb, SL_E_USAGE,
				  "--events and --write-matching: both to standard "
				  "output");
	return SL_OK;
}
