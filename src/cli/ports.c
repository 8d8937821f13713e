#include "config.h"

#include "cli/ports.h"

#include <stdio.h>

static const char *name_of(const struct ports *p, size_t i)
{
	return p->options->live.interfaces[i];
}

static void tell(const struct ports *p, size_t i, const char *what)
{
	char line[ERRBUF_SIZE];

	(void)snprintf(line, sizeof(line), "%s: %s", name_of(p, i), what);
	p->say(p->ctx, line);
}

/** Open interface @p i once for each lane, and hand it over. */
static enum sl_err open_port(struct ports *p, size_t i, struct lane *const *lanes,
			     size_t count, struct errbuf *eb)
{
	struct tap_grant grants[LIMIT_LANES];
	enum sl_err e = errands_taps(p->errands, i, grants, count, eb);

	if (e)
		return e;
	for (size_t n = 0; n < count; n++) {
		struct tap *tap = NULL;

		if (e == SL_OK)
			e = tap_attach(&tap, &grants[n], eb);
		if (tap)
			lane_give(lanes[n], i, tap);
		else
			tap_grant_close(&grants[n]);
	}
	p->open[i] = e == SL_OK;
	return e;
}

enum sl_err ports_open(struct ports *p, struct lane *const *lanes, size_t count,
		       struct errbuf *eb)
{
	for (size_t i = 0; i < p->options->live.interface_count; i++) {
		enum sl_err e = open_port(p, i, lanes, count, eb);

		if (e == SL_E_IO)
			tell(p, i, "is down: waiting for it");
		else if (e)
			return e;
	}
	return SL_OK;
}

void ports_tend(struct ports *p, const struct gather *g, struct lane *const *lanes,
		size_t count)
{
	for (size_t i = 0; i < p->options->live.interface_count; i++) {
		bool lost = false;

		for (size_t n = 0; n < count; n++)
			lost = lost || g->states[n].sources[i].lost;
		if (p->open[i] && lost) {
			p->open[i] = false;
			tell(p, i, "went down: waiting for it");
		} else if (!p->open[i] &&
			   open_port(p, i, lanes, count, NULL) == SL_OK) {
			tell(p, i, "is back");
		}
	}
}
