#include "config.h"

#include "capture/capture.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/system_clock.h"
#include "capture/channel.h"
#include "capture/filter.h"
#include "capture/heap.h"
#include "capture/inputs.h"
#include "capture/source.h"

struct capture {
	struct inputs inputs; /**< sorted by first packet once open */
	struct capture_source *listed;
	size_t outside; /**< files left out, see capture_outside() */
	struct filter *filter;
	bool filter_lent;
	struct {
		uint32_t link_types[LIMIT_FILTER_LINK_TYPES];
		size_t count;
	} unfit; /**< link types that the filter does not fit, and a note says so */

	struct heap heap; /**< open sources */
	size_t waiting;   /**< first source that was not opened yet */
	size_t children;  /**< decompressors that run */
	bool given;       /**< the top's packet was given */
	/** The last source, when no other one is open or will be, and its packets go
	 *  through no filter: they need no order. Else NULL. */
	struct source *alone;
	unsigned jobs; /**< see struct capture_options */
	struct channel_set *channels;
	size_t next_ahead; /**< first source that was not begun ahead */

	struct capture_progress progress;
	uint64_t total;    /**< bytes of all files as stored; 0: unknown */
	uint64_t finished; /**< bytes of those that are done */
	int64_t told_ns;   /**< when progress was told last; monotonic */
};

/* ---- progress ---- */

/** After a block was read; so the clock is never asked for each packet. */
static void refilled(void *ctx)
{
	struct capture *c = ctx;
	uint64_t done = c->finished;
	int64_t now_ns = system_clock_ns(CLOCK_MONOTONIC);

	if (now_ns - c->told_ns < LIMIT_PROGRESS_NS)
		return;
	c->told_ns = now_ns;
	for (size_t i = 0; i < c->heap.count; i++)
		done += source_position(c->heap.items[i]);
	c->progress.tell(c->progress.ctx, done, c->total);
}

/* ---- opening ---- */

static int by_start(const void *a, const void *b)
{
	const struct source *x = *(struct source *const *)a;
	const struct source *y = *(struct source *const *)b;

	if (x->done != y->done)
		return x->done ? 1 : -1;
	if (!x->done && x->starts != y->starts)
		return x->starts < y->starts ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

static enum sl_err find_inputs(struct capture *c, const struct capture_options *options,
			       struct errbuf *eb)
{
	const struct source *first = NULL;
	size_t unreadable = 0;

	for (size_t i = 0; i < options->input_count; i++) {
		enum sl_err e = inputs_add(&c->inputs, options->inputs[i],
					   options->input_count == 1, eb);

		if (e != SL_OK)
			return e;
	}
	for (size_t i = 0; i < c->inputs.count; i++) {
		if (c->inputs.sources[i]->facts.state != SOURCE_UNREADABLE)
			continue;
		if (unreadable++ == 0)
			first = c->inputs.sources[i];
	}
	if (!first || unreadable < c->inputs.count)
		return SL_OK;
	return errbuf_set(eb, first->e, "%s", first->facts.message.text);
}

/** A filter that fits the link type of no input's first packet would refuse all. Other
 *  interfaces of a pcapng file may have other types: it is given the benefit. */
static enum sl_err check_filter(struct capture *c, const char *expression,
				struct errbuf *eb)
{
	const struct source *refused = NULL;
	struct errbuf why;

	for (size_t i = 0; c->filter && i < c->inputs.count; i++) {
		const struct source *s = c->inputs.sources[i];

		if (s->done)
			continue;
		if (strcmp(s->facts.format, "pcapng") == 0 ||
		    filter_fits(c->filter, s->next.link_type, NULL))
			return SL_OK;
		if (!refused)
			refused = s;
	}
	if (!refused)
		return SL_OK;
	(void)filter_fits(c->filter, refused->next.link_type, &why);
	return errbuf_set(eb, SL_E_USAGE, "filter expression \"%.150s\": %.200s",
			  expression, why.text);
}

static void measure(struct capture *c)
{
	for (size_t i = 0; i < c->inputs.count; i++) {
		const struct source *s = c->inputs.sources[i];

		if (s->facts.state == SOURCE_UNREADABLE)
			continue;
		if (!s->regular) {
			c->total = 0;
			return;
		}
		c->total += s->size;
		if (s->done)
			c->finished += s->size;
	}
}

static bool is_outside(const struct source *s, const struct window *w)
{
	int64_t end, written;

	if (s->done || !s->regular)
		return false;
	if (!__builtin_add_overflow(w->to_ns, LIMIT_CLOCK_JUMP_NS, &end) &&
	    s->starts > end)
		return true;
	return !__builtin_add_overflow(s->changed_ns, LIMIT_CLOCK_JUMP_NS, &written) &&
	       s->starts <= written && written < w->from_ns;
}

static void leave_out(struct capture *c, const struct window *w)
{
	struct inputs *in = &c->inputs;
	size_t kept = 0;

	for (size_t i = 0; i < in->count; i++) {
		if (is_outside(in->sources[i], w))
			source_free(in->sources[i]);
		else
			in->sources[kept++] = in->sources[i];
	}
	c->outside = in->count - kept;
	in->count = kept;
}

static enum sl_err set_up(struct capture *c, const struct capture_options *options,
			  struct errbuf *eb)
{
	enum sl_err e = SL_OK;

	if (options->input_count == 0)
		return errbuf_set(eb, SL_E_USAGE, "no input is named");
	c->progress = options->progress;
	c->jobs = options->jobs < LIMIT_JOBS ? options->jobs : LIMIT_JOBS;
	c->inputs.access = options->access ? options->access : access_direct();
	c->channels = channel_set_new(c->jobs > 1 ? c->jobs : 0);
	c->inputs.channels = c->channels;
	if (!c->channels)
		return errbuf_set(eb, SL_E_NOMEM, "out of memory");
	c->filter = options->compiled;
	c->filter_lent = c->filter != NULL;
	if (options->filter && !c->filter)
		e = filter_new(&c->filter, options->filter, eb);
	if (e == SL_OK)
		e = find_inputs(c, options, eb);
	if (e == SL_OK)
		e = check_filter(c, options->filter, eb);
	if (e != SL_OK)
		return e;
	if (options->window && options->window->set)
		leave_out(c, options->window);
	qsort(c->inputs.sources, c->inputs.count, sizeof(struct source *), by_start);
	measure(c);
	c->listed = calloc(c->inputs.count + 1, sizeof(*c->listed));
	if (!c->listed)
		return errbuf_set(eb, SL_E_NOMEM, "out of memory");
	for (size_t i = 0; i < c->inputs.count; i++)
		c->children += c->inputs.sources[i]->child != NULL;
	return SL_OK;
}

enum sl_err capture_open(struct capture **out, const struct capture_options *options,
			 struct errbuf *eb)
{
	struct capture *c = calloc(1, sizeof(*c));
	enum sl_err e;

	*out = NULL;
	if (!c)
		return errbuf_set(eb, SL_E_NOMEM, "out of memory");
	e = set_up(c, options, eb);
	if (e != SL_OK) {
		capture_free(c);
		return e;
	}
	*out = c;
	return SL_OK;
}

void capture_free(struct capture *c)
{
	if (!c)
		return;
	inputs_free(&c->inputs);
	channel_set_free(c->channels);
	if (!c->filter_lent)
		filter_free(c->filter);
	free(c->listed);
	free(c);
}

/* ---- reading ---- */

/**
 * @brief The place of a source's next packet in the order of time.
 *
 * Never backward, so that packets of one file stay in its order. One stamp far ahead
 * does not count until a second confirms it: else a single bad stamp would hold back
 * the rest of the file until all others have ended.
 */
static int64_t next_key(struct source *s)
{
	int64_t t = s->next.time_ns;

	if (t <= s->key)
		return s->key;
	if (t - s->key > LIMIT_CLOCK_JUMP_NS && !s->jumped) {
		s->jumped = true;
		return s->key;
	}
	s->jumped = false;
	return t;
}

static void refuse(struct capture *c, struct source *s, const char *what,
		   unsigned limit)
{
	(void)source_say(s, SOURCE_UNREADABLE, SL_E_LIMIT,
			 "overlaps in time with more than %u other %s: read fewer at a "
			 "time, or join them with mergecap",
			 limit - 1, what);
	c->children -= s->child != NULL;
	source_close(s);
	s->done = true;
	c->finished += s->size;
}

/** Open a source that was closed after its first packet was looked at, and leave that
 *  `unread`. @retval SL_OK also when it could not be opened: it is done */
static enum sl_err open_again(struct capture *c, struct source *s)
{
	size_t block = c->heap.count < LIMIT_LARGE_BLOCKS ? LIMIT_READ_BLOCK
							  : LIMIT_READ_BLOCK_SMALL;
	enum sl_err e = source_open(s, block);

	if (e == SL_E_NOMEM)
		return e;
	if (e != SL_OK) {
		c->finished += s->size;
		return SL_OK;
	}
	s->unread = true;
	c->children += s->child != NULL;
	return SL_OK;
}

/** Read the first packet of a source opened by open_again(). */
static enum sl_err read_first(struct capture *c, struct source *s)
{
	bool compressed = s->child != NULL;
	int got = source_next(s);

	s->unread = false;
	if (got < 0)
		return (enum sl_err)got;
	if (got == 0) {
		c->finished += s->size;
		c->children -= compressed;
	}
	return SL_OK;
}

/** Tell the kernel to read a file that is not compressed. */
static void fetch(const struct source *s)
{
	int fd = s->access->open(s->access->ctx, s->name);

	if (fd < 0)
		return;
	(void)posix_fadvise(fd, 0, LIMIT_AHEAD, POSIX_FADV_WILLNEED);
	(void)close(fd);
}

/** Begin to read and decompress the sources whose turn comes next: as many as there are
 *  jobs beside those whose turn it is. */
static enum sl_err begin_ahead(struct capture *c)
{
	size_t end =
	    c->waiting + (c->jobs > c->heap.count ? c->jobs - c->heap.count : 0);

	if (c->next_ahead < c->waiting)
		c->next_ahead = c->waiting;
	for (; c->next_ahead < end && c->next_ahead < c->inputs.count;
	     c->next_ahead++) {
		struct source *s = c->inputs.sources[c->next_ahead];
		enum sl_err e;

		if (s->done || s->open || !s->regular)
			continue;
		if (!s->facts.compression) {
			fetch(s);
			continue;
		}
		if (c->children >= LIMIT_JOBS)
			break;
		e = open_again(c, s);
		if (e != SL_OK)
			return e;
	}
	return SL_OK;
}

/** Let a source take part. @retval SL_OK also when it could not be opened */
static enum sl_err begin(struct capture *c, struct source *s)
{
	enum sl_err e = SL_OK;

	if (c->heap.count == LIMIT_OPEN_INPUTS) {
		refuse(c, s, "inputs", LIMIT_OPEN_INPUTS);
		return SL_OK;
	}
	if (s->facts.compression && !s->open && c->children >= LIMIT_DECOMPRESSORS) {
		refuse(c, s, "compressed inputs", LIMIT_DECOMPRESSORS);
		return SL_OK;
	}
	if (!s->open)
		e = open_again(c, s);
	if (e == SL_OK && s->unread)
		e = read_first(c, s);
	if (e != SL_OK || s->done)
		return e;
	s->key = s->next.time_ns;
	if (c->progress.tell) {
		s->bytes.refilled = refilled;
		s->bytes.refilled_ctx = c;
	}
	(void)heap_push(&c->heap, s);
	return SL_OK;
}

/** The first in order has got to its next packet, or to its end (0). */
static enum sl_err advanced(struct capture *c, struct source *s, int got)
{
	if (got < 0)
		return (enum sl_err)got;
	if (got == 0) {
		heap_drop_top(&c->heap);
		c->finished += s->size;
		c->children -= s->facts.compression != NULL;
		return SL_OK;
	}
	s->key = next_key(s);
	if (c->heap.count > 1)
		heap_sink_top(&c->heap);
	return SL_OK;
}

/** Open whatever begins no later than the next packet. */
static __attribute__((noinline)) enum sl_err begin_waiting(struct capture *c)
{
	while (c->waiting < c->inputs.count) {
		struct source *s = c->inputs.sources[c->waiting];
		enum sl_err e;

		if (s->done) { /* as it was found, or opened ahead */
			c->waiting++;
			continue;
		}
		if (c->heap.count > 0 && s->starts > c->heap.items[0]->key)
			break;
		e = begin(c, s);
		if (e != SL_OK)
			return e;
		c->waiting++;
	}
	return c->jobs > 1 ? begin_ahead(c) : SL_OK;
}

/** Say once for each link type that the filter does not fit it. */
static __attribute__((cold)) enum sl_err note_unfit(struct capture *c,
						    const struct source *s)
{
	uint32_t type = s->next.link_type;
	struct errbuf why, note;

	for (size_t i = 0; i < c->unfit.count; i++)
		if (c->unfit.link_types[i] == type)
			return SL_OK;
	if (c->unfit.count == LIMIT_FILTER_LINK_TYPES ||
	    filter_fits(c->filter, type, &why))
		return SL_OK;
	c->unfit.link_types[c->unfit.count++] = type;
	(void)errbuf_set(&note, SL_OK,
			 "%.150s: the filter does not fit link type %u (%.150s): its "
			 "packets are refused",
			 s->name, type, why.text);
	return inputs_note(&c->inputs, &note);
}

/** Let the filter look at the packet that @p s is to give. */
static __attribute__((noinline)) enum sl_err filter_next(struct capture *c,
							 struct source *s)
{
	s->next.filtered = !filter_accepts(c->filter, &s->next);
	return s->next.filtered ? note_unfit(c, s) : SL_OK;
}

/** The first in order stands at its next packet: give that. */
static int give(struct capture *c, struct packet **out)
{
	enum sl_err e = SL_OK;
	struct source *s;

	if (c->waiting < c->inputs.count)
		e = begin_waiting(c);
	if (e != SL_OK)
		return e;
	if (c->heap.count == 0)
		return 0;
	s = c->heap.items[0];
	if (c->heap.count == 1 && c->waiting == c->inputs.count && !c->filter)
		c->alone = s;
	c->given = true;
	source_count(s);
	*out = &s->next;
	s->next.filtered = false;
	if (c->filter)
		e = filter_next(c, s);
	return e == SL_OK ? 1 : e;
}

/** capture_next(), but for the last source. */
static __attribute__((noinline)) int next_in_order(struct capture *c,
						   struct packet **out)
{
	enum sl_err e = SL_OK;

	if (c->given) {
		c->given = false;
		e = advanced(c, c->heap.items[0], source_next(c->heap.items[0]));
	}
	return e == SL_OK ? give(c, out) : e;
}

static __attribute__((noinline)) int end_alone(struct capture *c, int got,
					       struct packet **out)
{
	enum sl_err e = advanced(c, c->alone, got);

	c->alone = NULL;
	c->given = false;
	return e == SL_OK ? give(c, out) : e;
}

int capture_next(struct capture *c, struct packet **out)
{
	struct source *s = c->alone;
	int got;

	if (!s)
		return next_in_order(c, out);
	got = source_next(s);
	if (got != 1)
		return end_alone(c, got, out);
	source_count(s);
	*out = &s->next;
	s->next.filtered = false;
	return 1;
}

const struct capture_source *capture_sources(const struct capture *c, size_t *count)
{
	for (size_t i = 0; i < c->inputs.count; i++)
		c->listed[i] = c->inputs.sources[i]->facts;
	*count = c->inputs.count;
	return c->listed;
}

size_t capture_outside(const struct capture *c)
{
	return c->outside;
}

const struct errbuf *capture_notes(const struct capture *c, size_t *count)
{
	*count = c->inputs.note_count;
	return c->inputs.notes;
}
