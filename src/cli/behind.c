#include "cli/behind.h"

#include <string.h>

#include "base/human.h"
#include "base/memory_plan.h"
#include "capture/capture.h"
#include "capture/writer.h"
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
		b->flows = flows_new(memory_plan_for(o->max_memory).flows);
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

/* ---- the passes after the first ---- */

/** A pass over the packets, which only decodes them. */
struct pass {
	struct behind *b;
	struct capture_writer *writer; /* NULL: only to learn when connections begin */
};

static void take_segment(struct pass *p, const struct segment *s, bool *wanted)
{
	if (!p->writer)
		flows_scan(p->b->flows, s);
	else if (flows_have(p->b->flows, s))
		*wanted = true;
}

static void pass_packet(struct pass *p, struct decoder *d, const struct packet *packet)
{
	struct segment s;
	bool wanted = false;

	if (packet->filtered)
		return;
	if (decoder_feed(d, packet, &s) == DECODED_SEGMENT)
		take_segment(p, &s, &wanted);
	while (decoder_more(d, &s))
		take_segment(p, &s, &wanted);
	if (wanted)
		capture_writer_put(p->writer, packet);
}

static enum cli_status run_pass(struct pass *p)
{
	const struct options *o = p->b->options;
	struct capture_options co = {
	    .inputs = o->inputs, .input_count = o->input_count, .filter = o->filter};
	struct coverage coverage = {.total = {0, 0}};
	struct decoder *decoder = decoder_new(&o->decode, &coverage);
	struct capture *capture = NULL;
	struct packet *packet;
	struct errbuf eb = {""};

	if (!decoder || capture_open(&capture, &co, &eb) != SL_OK) {
		say("--write-matching: %s",
		    eb.text[0] ? eb.text : sl_err_text(SL_E_NOMEM));
		decoder_free(decoder);
		return CLI_FAILED;
	}
	while (capture_next(capture, &packet) > 0)
		pass_packet(p, decoder, packet);
	decoder_free(decoder);
	capture_free(capture);
	return CLI_DONE;
}

static enum cli_status write_matching(struct behind *b, const uint32_t *link_types,
				      size_t count)
{
	const char *path = b->options->behind.write_matching;
	struct pass pass = {.b = b};
	struct errbuf eb = {""};
	enum cli_status status = run_pass(&pass);

	if (status != CLI_DONE)
		return status;
	if (capture_writer_open(&pass.writer, path, link_types, count, &eb) != SL_OK) {
		say("%s", eb.text);
		return CLI_FAILED;
	}
	status = run_pass(&pass);
	say("%s: %llu packets of connections on %zu pairs of ports", path,
	    (unsigned long long)capture_writer_count(pass.writer),
	    flows_count(b->flows));
	if (flows_refused(b->flows) > 0)
		say("%s: %llu matching responses are not in it: too many", path,
		    (unsigned long long)flows_refused(b->flows));
	if (capture_writer_close(pass.writer, &eb) != SL_OK) {
		say("%s", eb.text);
		return CLI_FAILED;
	}
	return status;
}

enum cli_status behind_finish(struct behind *b, const uint32_t *link_types,
			      size_t count)
{
	enum cli_status status = CLI_DONE;
	struct errbuf eb = {""};

	if (events_close(b->events, &eb) != SL_OK) {
		if (eb.text[0])
			say("%s", eb.text);
		status = CLI_FAILED;
	}
	b->events = NULL;
	if (b->flows && write_matching(b, link_types, count) != CLI_DONE)
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
