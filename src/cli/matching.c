#include "cli/matching.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/limits.h"
#include "capture/capture.h"
#include "cli/say.h"
#include "decode/decoder.h"
#include "report/target.h"

#define HASH_NONFATAL_OOM 1
/* A datagram whose insertion failed has no table: that is looked at where it is added.
 */
#define uthash_nonfatal_oom(element) \
	do {                         \
	} while (0)
#define HASH_FUNCTION(key, len, hashed) ((hashed) = (unsigned)hash_bytes(key, len))
#include <uthash.h>

/** A packet that waits. */
struct held {
	struct held *next;
	struct packet packet; /* its bytes are ours */
	uint8_t bytes[];
};

/** The packets of a datagram that is not whole yet. */
struct waiting {
	uint64_t number; /* as the decoder's trace has it */
	struct held *first, *last;
	UT_hash_handle hh; /* keeps the order of arrival: the first is the oldest */
};

/** A pass over the packets, which only decodes them. */
struct pass {
	const struct options *options;
	const struct matching_files *files;
	struct flows *flows;
	struct capture_writer *writer; /* NULL: only to learn when connections begin */
	struct waiting *table;
	size_t memory;     /* of what waits */
	uint64_t left_out; /* fragments for which there was no room */
};

/* ---- fragments ---- */

static size_t held_size(const struct held *h)
{
	return sizeof(*h) + h->packet.captured;
}

/* Write the packets of @p w, or only forget them. */
static void settle(struct pass *p, struct waiting *w, bool write)
{
	struct held *next;

	for (struct held *h = w->first; h; h = next) {
		next = h->next;
		if (write)
			capture_writer_put(p->writer, &h->packet);
		p->memory -= held_size(h);
		free(h);
	}
	HASH_DEL(p->table, w);
	free(w);
}

static struct waiting *waiting_of(struct pass *p, uint64_t number)
{
	struct waiting *w;

	HASH_FIND(hh, p->table, &number, sizeof(number), w);
	if (w)
		return w;
	w = calloc(1, sizeof(*w));
	if (!w)
		return NULL;
	w->number = number;
	HASH_ADD(hh, p->table, number, sizeof(w->number), w);
	if (!w->hh.tbl) {
		free(w);
		return NULL;
	}
	return w;
}

/* Packets that waited for another datagram wait for this one: it lay in that. */
static void move(struct pass *p, struct waiting *from, struct waiting *to)
{
	if (to->last)
		to->last->next = from->first;
	else
		to->first = from->first;
	to->last = from->last;
	from->first = NULL;
	from->last = NULL;
	settle(p, from, false);
}

static void hold(struct pass *p, struct waiting *w, const struct packet *packet)
{
	struct held *h = malloc(sizeof(*h) + packet->captured);

	if (!h) {
		p->left_out++;
		return;
	}
	*h = (struct held){.packet = *packet};
	memcpy(h->bytes, packet->bytes, packet->captured);
	h->packet.bytes = h->bytes;
	if (w->last)
		w->last->next = h;
	else
		w->first = h;
	w->last = h;
	p->memory += held_size(h);
}

/* The oldest are those whose rest will not come. */
static void make_room(struct pass *p)
{
	struct waiting *next;

	for (struct waiting *w = p->table; w && p->memory > LIMIT_FRAGMENT_BYTES;
	     w = next) {
		next = w->hh.next;
		for (const struct held *h = w->first; h; h = h->next)
			p->left_out++;
		settle(p, w, false);
	}
}

/* What is known of the datagrams that @p packet is a part of. */
static void take_trace(struct pass *p, const struct fragment_trace *trace,
		       const struct packet *packet, bool wanted)
{
	struct waiting *holds = trace->held ? waiting_of(p, trace->held) : NULL;

	for (size_t i = 0; i < trace->whole_count; i++) {
		struct waiting *w;

		HASH_FIND(hh, p->table, &trace->whole[i], sizeof(trace->whole[i]), w);
		if (w && holds && !wanted)
			move(p, w, holds);
		else if (w)
			settle(p, w, wanted);
	}
	if (holds && !wanted)
		hold(p, holds, packet);
	make_room(p);
}

/* ---- packets ---- */

static bool take_segment(struct pass *p, const struct segment *s)
{
	if (p->writer)
		return flows_have(p->flows, s);
	flows_scan(p->flows, s);
	return false;
}

static void pass_packet(struct pass *p, struct decoder *d, const struct packet *packet)
{
	struct fragment_trace trace;
	struct segment s;
	bool wanted = false;

	if (packet->filtered)
		return;
	if (decoder_feed(d, packet, &s) == DECODED_SEGMENT)
		wanted = take_segment(p, &s);
	while (decoder_more(d, &s))
		wanted = take_segment(p, &s) || wanted;
	if (!p->writer)
		return;
	trace = decoder_take_trace(d);
	if (trace.held || trace.whole_count > 0)
		take_trace(p, &trace, packet, wanted);
	if (wanted)
		capture_writer_put(p->writer, packet);
}

static enum cli_status run_pass(struct pass *p)
{
	const struct options *o = p->options;
	struct errands *errands = p->files->errands;
	struct capture_options co = {
	    .inputs = o->inputs,
	    .input_count = o->input_count,
	    .filter = o->filter,
	    .access = errands ? errands_access(errands) : NULL,
	    .compiled = p->files->filter,
	};
	struct coverage coverage = {.total = {0, 0}};
	struct decoder *decoder = decoder_new(&o->decode, &coverage);
	struct capture *capture = NULL;
	struct waiting *next;
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
	for (struct waiting *w = p->table; w; w = next) {
		next = w->hh.next;
		settle(p, w, false);
	}
	decoder_free(decoder);
	capture_free(capture);
	return CLI_DONE;
}

/* ---- the file ---- */

/* @param t  with the rights of this process: how it is put in its place */
static enum sl_err open_file(struct pass *p, struct target *t, struct errbuf *eb)
{
	const struct options *o = p->options;
	const char *path = o->behind.write_matching;
	enum sl_err e = SL_OK;
	int fd = -1;

	if (strcmp(path, "-") != 0 && p->files->errands) {
		e = errands_output(p->files->errands, o->output_count, false, &fd, eb);
	} else if (strcmp(path, "-") != 0) {
		e = target_open(t, path, eb);
		if (e == SL_OK)
			fd = dup(t->fd);
	}
	if (e == SL_OK && fd < 0 && strcmp(path, "-") != 0)
		e = errbuf_set(eb, SL_E_IO, "%s: cannot be written: %s", path,
			       strerror(errno));
	if (e)
		return e;
	return capture_writer_open(&p->writer, path, fd, p->files->link_types,
				   p->files->link_type_count, eb);
}

static enum sl_err finish_file(const struct pass *p, struct target *t, bool whole,
			       struct errbuf *eb)
{
	const struct options *o = p->options;
	const char *path = o->behind.write_matching;

	if (strcmp(path, "-") == 0)
		return SL_OK;
	if (p->files->errands)
		return errands_finish(p->files->errands, o->output_count, whole, eb);
	return target_finish(t, path, whole, eb);
}

static void tell(const struct pass *p)
{
	const char *path = p->options->behind.write_matching;

	say("%s: %llu packets of connections on %zu pairs of ports", path,
	    (unsigned long long)capture_writer_count(p->writer), flows_count(p->flows));
	if (flows_refused(p->flows) > 0)
		say("%s: %llu matching responses are not in it: too many", path,
		    (unsigned long long)flows_refused(p->flows));
	if (p->left_out > 0)
		say("%s: %llu fragments were not kept until their rest came: too many",
		    path, (unsigned long long)p->left_out);
}

enum cli_status matching_write(const struct options *o, struct flows *flows,
			       const struct matching_files *files)
{
	struct pass pass = {.options = o, .files = files, .flows = flows};
	struct target t = {.fd = -1};
	struct errbuf eb = {""};
	enum cli_status status = run_pass(&pass);
	enum sl_err e;

	if (status != CLI_DONE)
		return status;
	e = open_file(&pass, &t, &eb);
	if (e == SL_OK) {
		status = run_pass(&pass);
		tell(&pass);
		e = capture_writer_close(pass.writer, &eb);
	}
	if (e == SL_OK)
		e = finish_file(&pass, &t, status == CLI_DONE, &eb);
	else
		(void)finish_file(&pass, &t, false, NULL);
	if (e) {
		say("%s", eb.text);
		return CLI_FAILED;
	}
	return status;
}
