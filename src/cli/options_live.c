#include "config.h"

#include "cli/options_live.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

bool options_live_has(int option)
{
	return option >= OPT_LIVE_FIRST ||
	       (option > 0 && option < 256 && option != ':' &&
		strchr(OPTIONS_LIVE_SHORT, option) != NULL);
}

/* ---- values ---- */

static enum sl_err parse_number(const char *option, const char *value, uint64_t low,
				uint64_t high, const char *unit, uint64_t *out,
				struct errbuf *eb)
{
	char *end;

	errno = 0;
	*out = strtoull(value, &end, 10);
	if (value[0] >= '0' && value[0] <= '9' && *end == '\0' && errno == 0 &&
	    *out >= low && *out <= high)
		return SL_OK;
	return errbuf_set(
	    eb, SL_E_USAGE, "%s: `%s` is no number of %s from %llu to %llu", option,
	    value, unit, (unsigned long long)low, (unsigned long long)high);
}

static enum sl_err parse_span(const char *option, const char *value, uint64_t *out,
			      struct errbuf *eb)
{
	if (window_span(value, out))
		return SL_OK;
	return errbuf_set(
	    eb, SL_E_USAGE,
	    "%s: `%s` is no span: seconds, or with a unit as in 90s, 10m, "
	    "1h, 7d",
	    option, value);
}

static enum sl_err parse_interval(struct options *o, const char *value,
				  struct errbuf *eb)
{
	enum sl_err e = parse_span("--interval", value, &o->live.interval_s, eb);

	if (e == SL_OK && o->live.interval_s == 0)
		return errbuf_set(eb, SL_E_USAGE, "--interval: at least one second");
	return e;
}

static enum sl_err parse_autostop(struct options *o, const char *value,
				  struct errbuf *eb)
{
	static const char duration[] = "duration:";
	size_t len = sizeof(duration) - 1;

	if (strncmp(value, duration, len) == 0)
		return parse_span("-a duration", value + len, &o->live.duration_s, eb);
	return errbuf_set(eb, SL_E_USAGE, "-a: `%s` is unknown: duration:SECONDS",
			  value);
}

static enum sl_err parse_replay(struct options *o, const char *value, struct errbuf *eb)
{
	char *end;

	o->live.replay = true;
	if (strcmp(value, "max") == 0)
		return SL_OK;
	o->live.speed = strtod(value, &end);
	if (end != value && (strcmp(end, "x") == 0 || *end == '\0') &&
	    o->live.speed >= 0.01 && o->live.speed <= 1e6)
		return SL_OK;
	return errbuf_set(eb, SL_E_USAGE, "--replay: `%s` is no speed: 1x, 10x or max",
			  value);
}

static enum sl_err parse_buffer(struct options *o, const char *value, struct errbuf *eb)
{
	uint64_t n = 0;
	enum sl_err e =
	    parse_number("-B", value, 1, LIMIT_RING_MAX / KIB, "KiB", &n, eb);

	o->live.buffer = (size_t)n * KIB;
	return e;
}

static enum sl_err parse_snap_length(struct options *o, const char *value,
				     struct errbuf *eb)
{
	uint64_t n = 0;
	enum sl_err e = parse_number("-s", value, 0, LIMIT_PACKET, "bytes", &n, eb);

	o->live.snap_length = (uint32_t)n;
	return e;
}

static enum sl_err parse_lanes(struct options *o, const char *value, struct errbuf *eb)
{
	uint64_t n = 1;
	enum sl_err e = parse_number("-j", value, 1, LIMIT_LANES, "pipelines", &n, eb);

	o->live.lanes = (unsigned)n;
	return e;
}

enum sl_err options_live_take(struct options *o, int option, const char *value,
			      struct errbuf *eb)
{
	struct live_options *l = &o->live;

	switch (option) {
	case 'i':
		l->interfaces[l->interface_count++] = value;
		return SL_OK;
	case 'D':
		if (o->command == COMMAND_REPORT)
			o->command = COMMAND_LIST;
		return SL_OK;
	case 'p':
		l->no_promiscuous = true;
		return SL_OK;
	case 's':
		return parse_snap_length(o, value, eb);
	case 'B':
		return parse_buffer(o, value, eb);
	case 'y':
		l->link_type = value;
		return SL_OK;
	case 'c':
		return parse_number("-c", value, 1, UINT64_MAX, "packets",
				    &o->packet_limit, eb);
	case 'a':
		return parse_autostop(o, value, eb);
	case 'j':
		return parse_lanes(o, value, eb);
	case 'Z':
		o->user = value;
		return SL_OK;
	case OPT_PLAIN:
		l->plain = true;
		return SL_OK;
	case OPT_INTERVAL:
		return parse_interval(o, value, eb);
	case OPT_FORGET:
		return parse_span("--forget", value, &l->forget_s, eb);
	case OPT_REPLAY:
		return parse_replay(o, value, eb);
	default: /* OPT_NO_SANDBOX */
		o->no_sandbox = true;
		return SL_OK;
	}
}

/* ---- together ---- */

static enum sl_err check_interfaces(const struct live_options *l, struct errbuf *eb)
{
	if (l->interface_count > LIMIT_TAPS)
		return errbuf_set(eb, SL_E_USAGE, "-i: more than %u interfaces",
				  LIMIT_TAPS);
	for (size_t i = 0; i < l->interface_count; i++)
		for (size_t j = 0; j < i; j++)
			if (strcmp(l->interfaces[i], l->interfaces[j]) == 0)
				return errbuf_set(eb, SL_E_USAGE, "-i %s: given twice",
						  l->interfaces[i]);
	return SL_OK;
}

enum sl_err options_live_check(const struct options *o, struct errbuf *eb)
{
	const struct live_options *l = &o->live;
	bool live = l->interface_count > 0;

	if (live && o->input_count > 0)
		return errbuf_set(eb, SL_E_USAGE,
				  "-i %s and -r %s: an interface or files, not both",
				  l->interfaces[0], o->inputs[0]);
	if (live && l->replay)
		return errbuf_set(eb, SL_E_USAGE, "--replay is for files, not for -i");
	if ((live || l->replay) && o->behind.write_matching)
		return errbuf_set(eb, SL_E_USAGE,
				  "--write-matching reads its files twice: not with %s",
				  live ? "-i: write them with tcpdump -w first"
				       : "--replay");
	if (live)
		return check_interfaces(l, eb);
	if (!l->replay && l->interval_s > 0)
		return errbuf_set(eb, SL_E_USAGE,
				  "--interval needs -i, or --replay with a file");
	if (!l->replay && l->duration_s > 0)
		return errbuf_set(eb, SL_E_USAGE,
				  "-a needs -i, or --replay with a file");
	return SL_OK;
}

enum sl_err options_live_check_outputs(const struct options *o, struct errbuf *eb)
{
	bool lines = o->live.interval_s > 0 && !o->live.plain;

	if (!behind_to_stdout(&o->behind))
		return SL_OK;
	for (size_t i = 0; i < o->output_count; i++) {
		lines = lines && o->outputs[i].writer;
		if (strcmp(o->outputs[i].path, "-") == 0)
			return errbuf_set(eb, SL_E_USAGE,
					  "--events and -o: both to standard output");
	}
	if (lines)
		return errbuf_set(eb, SL_E_USAGE,
				  "--events and --interval: both to standard output: "
				  "give the intervals a file, -o FILE.jsonl");
	return SL_OK;
}
