#include "cli/behind.h"

#include <string.h>

#include "base/human.h"
#include "base/memory_plan.h"
#include "cli/say.h"

void behind_ask(const struct behind_options *want, struct pipeline_options *po)
{
	po->raw_paths = want->raw_paths;
	if (want->trusted.count > 0) {
		po->trusted = &want->trusted;
		po->keep |= HTTP_KEEP_FORWARDED;
	}
	/* An agent tells too much about a person. */
	if (want->events && !want->anonymize)
		po->keep |= HTTP_KEEP_AGENT;
	if (selection_is_any(&want->selection))
		po->selection = &want->selection;
}

static bool open_events(struct behind *b, const struct behind_options *want,
			struct errbuf *eb)
{
	if (events_open(&b->events, want->events, want->events_format, human_now_ns(),
			eb) != SL_OK)
		return false;
	b->writer = events_writer_new(b->events, true);
	if (!b->writer)
		(void)errbuf_set(eb, SL_E_NOMEM, "%s", sl_err_text(SL_E_NOMEM));
	return b->writer != NULL;
}

enum cli_status behind_open(struct behind *b, const struct options *o,
			    struct pipeline_options *po)
{
	const struct behind_options *want = &o->behind;
	struct errbuf eb = {""};

	*b = (struct behind){.options = o};
	behind_ask(want, po);
	if (want->anonymize &&
	    anonymizer_open(&b->anonymizer, want->anonymize_key, &eb) != SL_OK) {
		say("%s", eb.text);
		return CLI_FAILED;
	}
	po->anonymizer = b->anonymizer;
	if (want->write_matching) {
		b->flows = flows_new(memory_plan_for(o->max_memory).flows);
		if (!b->flows) {
			say("%s", sl_err_text(SL_E_NOMEM));
			return CLI_FAILED;
		}
		po->flows = b->flows;
	}
	if (want->events) {
		if (!open_events(b, want, &eb)) {
			say("%s", eb.text);
			return CLI_FAILED;
		}
		po->events = events_writer_sink(b->writer);
	}
	return CLI_DONE;
}

enum cli_status behind_finish(struct behind *b, const struct matching_files *files)
{
	enum cli_status status = CLI_DONE;
	struct errbuf eb = {""};

	events_writer_free(b->writer);
	b->writer = NULL;
	if (events_close(b->events, &eb) != SL_OK) {
		if (eb.text[0])
			say("%s", eb.text);
		status = CLI_FAILED;
	}
	b->events = NULL;
	if (b->flows && matching_write(b->options, b->flows, files) != CLI_DONE)
		status = CLI_FAILED;
	return status;
}

void behind_close(struct behind *b)
{
	struct errbuf eb;

	events_writer_free(b->writer);
	(void)events_close(b->events, &eb);
	anonymizer_free(b->anonymizer);
	flows_free(b->flows);
	*b = (struct behind){.options = NULL};
}
