#include "cli/progress.h"

#include "base/human.h"
#include "base/system_clock.h"

/** What is done sooner needs no progress line. */
#define SILENT_NS NS_PER_S

void progress_start(struct progress *p, FILE *out)
{
	*p = (struct progress){.out = out,
			       .started_ns = system_clock_ns(CLOCK_MONOTONIC)};
}

char *progress_line(uint64_t done, uint64_t total, int64_t elapsed_ns, char *out,
		    size_t size)
{
	char read[HUMAN_SIZE], all[HUMAN_SIZE], share[HUMAN_SIZE], left[HUMAN_SIZE];
	double rest;

	human_bytes(done, read, sizeof(read));
	if (total == 0 || done > total) {
		(void)snprintf(out, size, "%s read", read);
		return out;
	}
	human_bytes(total, all, sizeof(all));
	human_share(done, total, share, sizeof(share));
	if (done == 0) {
		(void)snprintf(out, size, "%s of %s, %s", read, all, share);
		return out;
	}
	/* Whole seconds: more would flicker. */
	rest = (double)elapsed_ns / (double)done * (double)(total - done);
	rest = rest > 9e17 ? 9e17 : rest;
	human_span((int64_t)(rest / (double)NS_PER_S) * NS_PER_S, left, sizeof(left));
	(void)snprintf(out, size, "%s of %s, %s, %s left", read, all, share, left);
	return out;
}

void progress_tell(void *ctx, uint64_t done, uint64_t total)
{
	struct progress *p = ctx;
	int64_t elapsed;
	char line[8 * HUMAN_SIZE];

	if (!p->out)
		return;
	elapsed = system_clock_ns(CLOCK_MONOTONIC) - p->started_ns;
	if (elapsed < SILENT_NS)
		return;
	(void)fprintf(p->out, "\r\033[K%s",
		      progress_line(done, total, elapsed, line, sizeof(line)));
	(void)fflush(p->out);
	p->shown = true;
}

void progress_end(struct progress *p)
{
	if (!p->shown)
		return;
	(void)fputs("\r\033[K", p->out);
	(void)fflush(p->out);
	p->shown = false;
}
