#include "cli/behind.h"

#include <string.h>

#include "base/human.h"
#include "cli/say.h"

enum cli_status behind_open(struct behind *b, const struct options *o,
			    struct pipeline_options *po)
{
	const struct behind_options *want = &o->behind;
	struct errbuf eb = {""};

	*b = (struct behind){.options = o};
	po->raw_paths = want->raw_paths;
	if (want->trusted.count > 0) {
		po->trusted = &want->trusted;
		po->keep |= HTTP_KEEP_FORWARDED;
	}
	if (want->anonymize &&
	    anonymizer_open(&b->anonymizer, want->anonymize_key, &eb) != SL_OK) {
		say("%s", eb.text);
		return CLI_FAILED;
	}
	po->anonymizer = b->anonymizer;
	if (want->write_matching) {
		b->flows = flows_new();
		if (!b->flows) {
			say("%s", sl_err_text(SL_E_NOMEM));
			return CLI_FAILED;
		}
		po->flows = b->flows;
	}
	if (want->events) {
		if (events_open(&b->events, want->events, want->events_format,
				human_now_ns(), &eb) != SL_OK) {
			say("%s", eb.text);
			return CLI_FAILED;
		}
		po->events = events_sink(b->events);
		po->keep |= want->anonymize ? 0 : HTTP_KEEP_AGENT;
	}
	if (selection_is_any(&want->selection))
		po->selection = &want->selection;
	return CLI_DONE;
}

enum cli_status behind_finish(struct behind *b, const struct matching_files *files)
{
	enum cli_status status = CLI_DONE;
	struct errbuf eb = {""};

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

	(void)events_close(b->events, &eb);
	anonymizer_free(b->anonymizer);
	flows_free(b->flows);
	*b = (struct behind){.options = NULL};
}
