/* One direction of a connection: hands each byte to the phase that it belongs to. */
#include "http/direction.h"

/* PHASE_BODY. */
static void feed_body(const struct call *call, struct input *in)
{
	struct direction *d = direction_of(call);
	size_t n = in->left < d->size ? in->left : (size_t)d->size;

	exchange_bytes(call, n);
	input_consume(in, n);
	d->size -= n;
	if (d->size == 0)
		framing_message_end(call);
}

/* PHASE_CHUNKED and PHASE_DRAIN. */
static void feed_lines(const struct call *call, struct input *in)
{
	struct direction *d = direction_of(call);
	enum chunk_state state = (enum chunk_state)d->chunk;
	size_t n = chunk_feed(&state, &d->size, in->at, in->left);

	d->chunk = (uint8_t)state;
	exchange_bytes(call, n);
	input_consume(in, n);
	if (state == CHUNK_BAD) {
		exchange_message_end(call);
		framing_lost(call, in->offset);
	} else if (state == CHUNK_DONE && d->phase == PHASE_DRAIN) {
		framing_after_head(call, in->offset);
	} else if (state == CHUNK_DONE) {
		framing_message_end(call);
	}
}

static bool feed(const struct call *call, struct input *in, bool lean);

/* PHASE_PEEK: the body begins, with what is held or, when that is nothing, at
 * @p offset. */
static void body_from_partial(const struct call *call, uint64_t offset)
{
	struct direction *d = direction_of(call);
	struct partial *p = d->partial;
	struct input held;

	d->partial = NULL;
	framing_body(call, p ? p->start.offset : offset);
	if (!p)
		return;
	held = (struct input){p->bytes, p->len, p->start.offset, p->start.acked, false};
	(void)feed(call, &held, false);
	partial_free(call->h, &p);
}

/* PHASE_PEEK, nothing held yet. */
static void feed_peek_first(const struct call *call, struct input *in)
{
	struct direction *d = direction_of(call);
	struct start start = start_of(call, in);
	enum look look = look_at_status_line(in->at, in->left, false);

	if (look == LOOK_RESPONSE) {
		framing_message_end(call);
	} else if (look == LOOK_OTHER ||
		   !partial_append(call->h, &d->partial, &start, in->at, in->left)) {
		framing_body(call, in->offset);
	} else {
		d->partial->look = LOOK_RESPONSE;
		d->partial->end_ns = call->time_ns;
		input_consume(in, in->left);
	}
}

/* PHASE_PEEK. The bytes that decide it are only looked at: they go where they belong
 * with the segment that they came in. */
static void feed_peek(const struct call *call, struct input *in)
{
	struct direction *d = direction_of(call);
	enum look look = LOOK_OTHER;
	uint32_t held;
	size_t n;

	if (!d->partial) {
		feed_peek_first(call, in);
		return;
	}
	held = d->partial->len;
	n = LOOK_STATUS_MAX - held;
	n = n < in->left ? n : in->left;
	if (partial_append(call->h, &d->partial, NULL, in->at, n))
		look = look_at_status_line(d->partial->bytes, d->partial->len, false);
	if (look == LOOK_MORE) {
		d->partial->end_ns = call->time_ns;
		input_consume(in, n);
		return;
	}
	d->partial->len = held;
	if (look == LOOK_OTHER) {
		body_from_partial(call, in->offset);
	} else {
		framing_message_end(call);
		d->phase = PHASE_HEAD;
	}
}

static bool feed(const struct call *call, struct input *in, bool lean)
{
	struct direction *d = direction_of(call);

	while (in->left > 0) {
		switch ((enum phase)d->phase) {
		case PHASE_START:
		case PHASE_SEEK:
			if (!opening_feed(call, in, lean))
				return false;
			break;
		case PHASE_SKIP:
		case PHASE_GUEST:
			return true;
		case PHASE_HEAD:
			opening_feed_partial(call, in);
			break;
		case PHASE_DRAIN:
		case PHASE_CHUNKED:
			feed_lines(call, in);
			break;
		case PHASE_PEEK:
			feed_peek(call, in);
			break;
		case PHASE_BODY:
			feed_body(call, in);
			break;
		}
	}
	return true;
}

/* What need not be looked at is tcp/'s to count. */
static void skip_rest(const struct call *call)
{
	const struct direction *d = direction_of(call);

	if (d->phase == PHASE_BODY ||
	    (d->phase == PHASE_CHUNKED && d->chunk == CHUNK_DATA))
		tcp_skip(call->c, call->dir, d->size);
}

/* What follows a request whose body need not come: another one? */
static void decide_optional_body(const struct call *call, const struct input *in)
{
	direction_of(call)->body_optional = false;
	if (in->segment_start && look_after_loss(in->at, in->left) == LOOK_REQUEST)
		framing_message_end(call);
}

bool direction_data(const struct call *call, struct tcp_data *data, bool lean)
{
	struct input in = {(const char *)data->bytes, data->len, data->offset,
			   data->acked, data->segment_start};

	if (direction_of(call)->body_optional)
		decide_optional_body(call, &in);
	if (!feed(call, &in, lean))
		return false;
	data->segment_start = in.segment_start;
	data->bytes = (const uint8_t *)in.at;
	data->offset = in.offset;
	data->len = in.left;
	skip_rest(call);
	return true;
}

/* Whether a message may begin with the next byte, whatever it is. */
static inline bool rests(const struct direction *d)
{
	return d->phase == PHASE_START && !d->body_optional;
}

size_t direction_usual(struct call *call, const struct tcp_data *data)
{
	const char *bytes = (const char *)data->bytes;
	struct start start = {data->offset, data->acked, call->time_ns, false};
	size_t done = 0;

	while (done < data->len && (!call->conn || rests(direction_of(call)))) {
		size_t n = opening_usual(call, &start, bytes + done, data->len - done);

		if (n == 0)
			return done;
		done += n;
		start.offset += n;
	}
	/* Bytes that are left here are no matter of tcp/. */
	if (done == data->len && direction_of(call)->phase != PHASE_START)
		skip_rest(call);
	return done;
}

void direction_skipped(const struct call *call)
{
	struct direction *d = direction_of(call);

	if (d->phase == PHASE_BODY) {
		exchange_bytes(call, d->size);
		framing_message_end(call);
	} else if (d->phase == PHASE_CHUNKED && d->chunk == CHUNK_DATA) {
		exchange_bytes(call, d->size);
		d->chunk = CHUNK_DATA_END;
	}
}

/* Whether a hole of @p len bytes at @p offset is inside a body whose framing outlives
 * it. */
static bool gap_in_body(const struct call *call, uint64_t offset, uint64_t len)
{
	struct direction *d = direction_of(call);

	if (d->phase == PHASE_PEEK && len > 0 &&
	    !(d->partial && opening_is_status_line(d->partial)))
		body_from_partial(call, offset);
	if ((d->phase != PHASE_BODY &&
	     (d->phase != PHASE_CHUNKED || d->chunk != CHUNK_DATA)) ||
	    len == 0 || len > d->size)
		return false;
	exchange_bytes(call, len);
	d->size -= len;
	if (d->size > 0)
		skip_rest(call);
	else if (d->phase == PHASE_BODY)
		framing_message_end(call);
	else
		d->chunk = CHUNK_DATA_END;
	return true;
}

void direction_gap(const struct call *call, uint64_t offset, uint64_t len)
{
	struct direction *d = direction_of(call);
	uint64_t from;

	d->body_optional = false;
	if (d->phase == PHASE_SKIP || gap_in_body(call, offset, len))
		return;
	from = d->partial ? d->partial->start.offset : offset;
	if (opening_cut(call))
		from = offset;
	if (d->phase == PHASE_SKIP || d->phase == PHASE_GUEST)
		return;
	if (d->phase == PHASE_SEEK)
		exchange_bytes(call, len);
	else
		exchange_message_end(call);
	if (from < offset) /* what may have begun there is lost with the rest of it */
		framing_lost(call, from);
	framing_lost(call, offset);
	d->hole_lost |= len > 0;
}

void direction_end(const struct call *call)
{
	struct direction *d = direction_of(call);

	if (d->phase == PHASE_SKIP) /* it has ended already */
		return;
	(void)opening_cut(call);
	exchange_bytes(call, tell_skip_passed(call, call->dir));
	exchange_message_end(call);
	d->phase = PHASE_SKIP;
}
