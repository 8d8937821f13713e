#include "config.h"

#include "lane.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/system_clock.h"

/** Packets between two looks at the mail. */
#define BATCH 256U
/** One packet of so many is searched for tunnels: connections have more. */
#define TUNNEL_SAMPLE 16U
/** s that lane_collect() waits: longer, and the lane hangs. */
#define PATIENCE_S 20
/** ms without a packet after which rings hold nothing more. */
#define DRAIN_MS ((int)(3 * TAP_BLOCK_MS))
/** ns by which the clock that is told while no packet comes stays behind, so that what
 *  a ring still holds is not late. */
#define BEHIND_NS NS_PER_S
/** ns that a file's reader sleeps at most before it looks at its mail. */
#define NAP_NS (NS_PER_S / 20)

struct port {
	struct tap *tap;
	struct packet packet; /* the next one of it; only with `held` */
	bool held;
	struct tap_losses before; /* of earlier taps of this interface */
};

struct lane {
	struct lane_options options;
	pthread_t thread;
	bool joined;

	/* Of the thread. */
	struct pipeline *pipeline;
	struct anonymizer *anonymizer; /* its own copy, or NULL */
	struct events_writer *writer;  /* or NULL */
	struct port ports[LIMIT_TAPS];
	struct lane_state state;
	uint64_t packets;
	bool stopping;

	/* The mail; under the lock but for `mail` and `wake`. */
	pthread_mutex_t lock;
	pthread_cond_t answered;
	atomic_bool mail; /* there is something to attend to */
	int wake;         /* eventfd: mail was sent */
	bool wanted;      /* the figures are asked for */
	bool stop;
	bool ended;             /* the thread answers no more: look for yourself */
	struct tally *exchange; /* empty when asked, full when answered */
	struct lane_state handed;
	struct tap *given[LIMIT_TAPS];
};

static void ring_bell(const struct lane *l)
{
	/* Non-blocking: when it is full, it rings already. */
	if (l->options.bell >= 0 && write(l->options.bell, "", 1) < 0)
		return;
}

/* ---- the thread: mail ---- */

static void note_losses(struct lane *l, size_t i)
{
	struct port *p = &l->ports[i];
	struct lane_source *s = &l->state.sources[i];
	struct tap_losses now;

	if (!p->tap)
		return;
	tap_losses(p->tap, &now);
	s->losses.kernel = p->before.kernel + now.kernel;
	s->losses.interface = p->before.interface + now.interface;
	s->losses.interface_known = now.interface_known;
}

static void close_port(struct lane *l, size_t i)
{
	struct port *p = &l->ports[i];

	note_losses(l, i);
	tap_free(p->tap);
	*p = (struct port){.before = l->state.sources[i].losses};
}

static void hand_over(struct lane *l)
{
	for (size_t i = 0; i < l->options.taps; i++)
		note_losses(l, i);
	l->state.coverage = *pipeline_coverage(l->pipeline);
	pipeline_take(l->pipeline, l->exchange);
	l->handed = l->state;
	for (size_t i = 0; i < l->options.taps; i++)
		l->state.sources[i].packets = l->state.sources[i].bytes = 0;
	l->wanted = false;
	pthread_cond_signal(&l->answered);
}

static void flush_events(struct lane *l)
{
	if (l->writer)
		events_writer_flush(l->writer);
}

static void attend(struct lane *l)
{
	/* Outside the lock: whoever reads them may take long. */
	flush_events(l);
	pthread_mutex_lock(&l->lock);
	atomic_store(&l->mail, false);
	for (size_t i = 0; i < l->options.taps; i++) {
		if (!l->given[i])
			continue;
		close_port(l, i);
		l->ports[i].tap = l->given[i];
		l->given[i] = NULL;
		l->state.sources[i].lost = false;
	}
	if (l->stop)
		l->stopping = true;
	if (l->wanted)
		hand_over(l);
	pthread_mutex_unlock(&l->lock);
}

static void clear_wake(struct lane *l)
{
	uint64_t n;

	if (read(l->wake, &n, sizeof(n)) < 0)
		return; /* nobody had rung */
}

/* ---- the thread: packets ---- */

static void feed(struct lane *l, const struct packet *packet)
{
	l->packets++;
	l->state.now_ns = packet->time_ns;
	if (l->options.watch_tunnels && l->packets % TUNNEL_SAMPLE == 0 &&
	    !l->state.tunnels && decoder_peek_at(packet).tunnelled) {
		l->state.tunnels = true;
		ring_bell(l);
	}
	if (pipeline_feed(l->pipeline, packet) != SL_OK)
		l->state.figures_low = true;
}

static bool reached_limit(const struct lane *l)
{
	return l->options.packet_limit != 0 && l->packets >= l->options.packet_limit;
}

/** Look at every tap. @return the one with the earliest packet, or NULL */
static struct port *earliest(struct lane *l)
{
	struct port *first = NULL;

	for (size_t i = 0; i < l->options.taps; i++) {
		struct port *p = &l->ports[i];

		if (p->tap && !p->held) {
			int got = tap_next(p->tap, &p->packet);

			p->held = got > 0;
			if (got < 0) {
				close_port(l, i);
				l->state.sources[i].lost = true;
				ring_bell(l);
			}
		}
		if (p->held && (!first || p->packet.time_ns < first->packet.time_ns))
			first = p;
	}
	return first;
}

static void count(struct lane_source *s, const struct packet *packet)
{
	if (s->packets == 0 || packet->time_ns < s->first_ns)
		s->first_ns = packet->time_ns;
	if (s->packets == 0 || packet->time_ns > s->last_ns)
		s->last_ns = packet->time_ns;
	s->packets++;
	s->bytes += packet->length;
	s->link_type = packet->link_type;
}

/** @return packets that were there, at most BATCH */
static unsigned read_batch(struct lane *l)
{
	unsigned n = 0;
	struct port *p;

	while (n < BATCH && !reached_limit(l) && (p = earliest(l))) {
		p->held = false;
		count(&l->state.sources[p - l->ports], &p->packet);
		feed(l, &p->packet);
		n++;
	}
	return n;
}

/** Wait for a packet or for mail. @return whether something came */
static bool wait_for_packets(struct lane *l, int timeout_ms)
{
	struct pollfd fds[LIMIT_TAPS + 1];
	nfds_t n = 0;
	int got;

	fds[n++] = (struct pollfd){.fd = l->wake, .events = POLLIN};
	for (size_t i = 0; i < l->options.taps; i++)
		if (l->ports[i].tap)
			fds[n++] = (struct pollfd){.fd = tap_fd(l->ports[i].tap),
						   .events = POLLIN};
	got = poll(fds, n, timeout_ms);
	if (got > 0 && fds[0].revents)
		clear_wake(l);
	return got > 0;
}

/** What was captured before the end was asked for. */
static void drain(struct lane *l)
{
	int64_t until = system_clock_ns(CLOCK_REALTIME);

	/* One look after the wait: a poll() that returns may be the kernel's. */
	for (int64_t over = system_clock_ns(CLOCK_MONOTONIC) + NS_PER_S;
	     system_clock_ns(CLOCK_MONOTONIC) < over && !reached_limit(l) &&
	     l->state.now_ns <= until;)
		if (read_batch(l) == 0 && !wait_for_packets(l, DRAIN_MS))
			break;
}

static void run_taps(struct lane *l)
{
	while (!l->stopping && !reached_limit(l)) {
		if (atomic_load(&l->mail))
			attend(l);
		if (l->stopping || read_batch(l) > 0)
			continue;
		(void)wait_for_packets(l, 1000);
		pipeline_advance(l->pipeline,
				 system_clock_ns(CLOCK_REALTIME) - BEHIND_NS);
	}
	drain(l);
	for (size_t i = 0; i < l->options.taps; i++)
		close_port(l, i);
}

/* ---- the thread: a file ---- */

/** Sleep until @p due on the monotonic clock, or until the end is asked for. */
static void sleep_until(struct lane *l, int64_t due)
{
	int64_t now;

	while (!l->stopping && (now = system_clock_ns(CLOCK_MONOTONIC)) < due) {
		int64_t nap = due - now < NAP_NS ? due - now : NAP_NS;
		struct timespec ts = {.tv_nsec = (long)nap};

		(void)clock_nanosleep(CLOCK_MONOTONIC, 0, &ts, NULL);
		if (atomic_load(&l->mail))
			attend(l);
	}
}

static void run_file(struct lane *l)
{
	int64_t began = system_clock_ns(CLOCK_MONOTONIC), first = 0;
	struct packet *packet;
	int more = 0;

	while (!l->stopping && !reached_limit(l) &&
	       (more = capture_next(l->options.capture, &packet)) > 0) {
		double ahead;

		if (l->packets == 0)
			first = packet->time_ns;
		ahead = (double)packet->time_ns - (double)first;
		/* A day in a hole of the file is no day of waiting. */
		if (l->options.speed > 0 && ahead > 0 && ahead < 1e17)
			sleep_until(l, began + (int64_t)(ahead / l->options.speed));
		feed(l, packet);
		if (l->packets % BATCH == 0 && atomic_load(&l->mail))
			attend(l);
	}
	if (more < 0)
		l->state.e = (enum sl_err)more;
}

static void *run(void *arg)
{
	struct lane *l = arg;

	if (l->options.capture)
		run_file(l);
	else
		run_taps(l);
	if (pipeline_finish(l->pipeline) != SL_OK)
		l->state.figures_low = true;
	flush_events(l);
	l->state.ended = true;
	pthread_mutex_lock(&l->lock);
	if (l->wanted)
		hand_over(l);
	l->ended = true;
	pthread_mutex_unlock(&l->lock);
	ring_bell(l);
	return NULL;
}

/* ---- from outside ---- */

/** By the monotonic clock: the other one may jump. */
static bool init_lock(struct lane *l)
{
	pthread_condattr_t attributes;
	bool good;

	if (pthread_mutex_init(&l->lock, NULL) != 0 ||
	    pthread_condattr_init(&attributes) != 0)
		return false;
	good = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
	       pthread_cond_init(&l->answered, &attributes) == 0;
	(void)pthread_condattr_destroy(&attributes);
	return good;
}

/** What of its options is for one thread alone. @return false without memory */
static bool take_sinks(struct lane *l)
{
	struct pipeline_options *po = &l->options.pipeline;

	if (po->anonymizer) {
		l->anonymizer = anonymizer_copy(po->anonymizer);
		po->anonymizer = l->anonymizer;
		if (!l->anonymizer)
			return false;
	}
	if (!l->options.events)
		return true;
	l->writer = events_writer_new(l->options.events, false);
	if (!l->writer)
		return false;
	po->events = events_writer_sink(l->writer);
	return true;
}

enum sl_err lane_start(struct lane **out, const struct lane_options *options)
{
	struct lane *l = calloc(1, sizeof(*l));
	enum sl_err failed = SL_E_NOMEM;
	sigset_t all, before;
	int e;

	*out = NULL;
	if (!l)
		return SL_E_NOMEM;
	l->options = *options;
	l->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (!take_sinks(l))
		goto fail;
	l->pipeline = pipeline_new(&l->options.pipeline);
	l->exchange = pipeline_tally_new(&l->options.pipeline);
	if (!l->pipeline || !l->exchange)
		goto fail;
	failed = SL_E_SYSTEM;
	if (l->wake < 0 || !init_lock(l))
		goto fail;
	/* Signals are for the thread that waits for them. */
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_BLOCK, &all, &before);
	e = pthread_create(&l->thread, NULL, run, l);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (e != 0)
		goto fail;
	*out = l;
	return SL_OK;
fail:
	l->joined = true;
	lane_free(l);
	return failed;
}

/** Under the lock. */
static void send_mail(struct lane *l)
{
	uint64_t one = 1;

	atomic_store(&l->mail, true);
	if (write(l->wake, &one, sizeof(one)) < 0)
		return; /* it rings already */
}

void lane_give(struct lane *l, size_t index, struct tap *tap)
{
	pthread_mutex_lock(&l->lock);
	tap_free(l->given[index]);
	l->given[index] = tap;
	send_mail(l);
	pthread_mutex_unlock(&l->lock);
}

/** Under the lock. @return whether the lane has answered */
static bool wait_for_answer(struct lane *l)
{
	struct timespec until;

	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += PATIENCE_S;
	l->wanted = true;
	send_mail(l);
	while (l->wanted && !l->ended)
		if (pthread_cond_timedwait(&l->answered, &l->lock, &until) == ETIMEDOUT)
			break;
	if (l->ended && l->wanted)
		hand_over(l); /* the thread is past that: what it left is ours */
	return !l->wanted;
}

enum sl_err lane_collect(struct lane *l, struct tally *into, struct lane_state *state)
{
	struct tally *fresh = pipeline_tally_new(&l->options.pipeline);
	struct tally *full = NULL;
	enum sl_err e;

	if (!fresh)
		return SL_E_NOMEM;
	pthread_mutex_lock(&l->lock);
	if (wait_for_answer(l)) {
		full = l->exchange;
		l->exchange = fresh;
		*state = l->handed;
	}
	l->wanted = false;
	pthread_mutex_unlock(&l->lock);
	if (!full) {
		tally_free(fresh);
		return SL_E_SYSTEM;
	}
	e = tally_merge(into, full);
	tally_free(full);
	return e;
}

void lane_stop(struct lane *l)
{
	if (l->joined)
		return;
	pthread_mutex_lock(&l->lock);
	l->stop = true;
	send_mail(l);
	pthread_mutex_unlock(&l->lock);
	(void)pthread_join(l->thread, NULL);
	l->joined = true;
}

void lane_free(struct lane *l)
{
	if (!l)
		return;
	lane_stop(l);
	for (size_t i = 0; i < LIMIT_TAPS; i++) {
		tap_free(l->given[i]);
		tap_free(l->ports[i].tap);
	}
	pipeline_free(l->pipeline);
	anonymizer_free(l->anonymizer);
	events_writer_free(l->writer);
	tally_free(l->exchange);
	if (l->wake >= 0)
		(void)close(l->wake);
	(void)pthread_mutex_destroy(&l->lock);
	(void)pthread_cond_destroy(&l->answered);
	free(l);
}
