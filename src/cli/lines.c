#include "config.h"

#include "cli/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/human.h"
#include "cli/say.h"
#include "report/view.h"

/** A figure as text. */
struct figure {
	char text[HUMAN_SIZE];
};

static bool is_file(const struct lines *l, size_t i)
{
	return l->kind == LINES_JSON && !l->options->outputs[i].writer;
}

static bool open_file(struct lines *l, size_t i)
{
	struct errbuf eb = {""};
	int fd = -1;

	if (errands_output(l->errands, i, true, &fd, &eb) != SL_OK) {
		say("%s", eb.text);
		return false;
	}
	l->files[i] = fdopen(fd, "a");
	if (l->files[i])
		return true;
	(void)close(fd);
	say("%s: %s", l->options->outputs[i].path, strerror(errno));
	return false;
}

bool lines_open(struct lines *l)
{
	size_t count = l->options->output_count;
	bool good = true;

	lines_close(l);
	l->files = calloc(count + 1, sizeof(FILE *));
	if (!l->files) {
		say("%s", sl_err_text(SL_E_NOMEM));
		return false;
	}
	l->to_stdout = l->kind != LINES_NONE;
	for (size_t i = 0; i < count; i++) {
		if (!is_file(l, i))
			continue;
		l->to_stdout = false;
		good = open_file(l, i) && good;
	}
	return good;
}

void lines_close(struct lines *l)
{
	for (size_t i = 0; l->files && i < l->options->output_count; i++)
		if (l->files[i])
			(void)fclose(l->files[i]);
	free(l->files);
	l->files = NULL;
}

/* ---- words ---- */

static struct figure count_of(uint64_t n)
{
	struct figure f = {""};

	human_count(n, false, f.text, sizeof(f.text));
	return f;
}

static struct figure latency(const struct counts *c, double share)
{
	struct figure f = {"-"};

	if (histogram_count(c->latency) > 0)
		human_latency(histogram_quantile(c->latency, share), f.text,
			      sizeof(f.text));
	return f;
}

/** The host with most responses, escaped. */
static void busiest(const struct report *r, char *out, size_t size)
{
	const struct tally_row *best = NULL;
	size_t count;
	const struct tally_row *const *rows = tally_rows(r->tally, &count);

	for (size_t i = 0; i < count; i++)
		if (!best || rows[i]->counts.responses > best->counts.responses ||
		    (rows[i]->counts.responses == best->counts.responses &&
		     strcmp(rows[i]->name, best->name) < 0))
			best = rows[i];
	out[0] = '\0';
	if (best)
		human_text(best->name, strlen(best->name), out, size);
}

static void put_text(struct lines *l, const struct report *r, FILE *out)
{
	const struct counts *c = tally_total(r->tally);
	char time[HUMAN_SIZE], host[HUMAN_TEXT_SIZE(LIMIT_HOST)];

	human_time(r->interval_end_ns, l->options->report.utc, time, sizeof(time));
	busiest(r, host, sizeof(host));
	if (!l->headed)
		(void)fprintf(out,
			      "%-19s %9s %6s %6s %6s %6s %6s %9s %8s %8s %7s  %s\n",
			      "TIME", "RESPONSES", "1xx", "2xx", "3xx", "4xx", "5xx",
			      "NO ANSWER", "p50", "p99", "DROPPED", "BUSIEST");
	l->headed = true;
	(void)fprintf(
	    out, "%-19s %9s %6s %6s %6s %6s %6s %9s %8s %8s %7s  %s\n", time,
	    count_of(c->responses).text, count_of(c->classes[CLASS_1XX]).text,
	    count_of(c->classes[CLASS_2XX]).text, count_of(c->classes[CLASS_3XX]).text,
	    count_of(c->classes[CLASS_4XX]).text, count_of(c->classes[CLASS_5XX]).text,
	    count_of(counts_no_response(c)).text, latency(c, 0.5).text,
	    latency(c, 0.99).text, count_of(view_drops(r).all).text, host);
}

/* ---- writing ---- */

/** @return whether all is written; errno says why not */
static bool put_line(struct lines *l, const struct report *r, FILE *out)
{
	struct report_options ro = l->options->report;

	errno = 0;
	if (l->kind == LINES_TEXT) {
		put_text(l, r, out);
	} else {
		ro.one_line = true;
		if (report_writer_named("json")->write(r, &ro, out) == SL_E_NOMEM)
			errno = ENOMEM;
	}
	return fflush(out) == 0 && !ferror(out) && errno != ENOMEM;
}

static bool say_failure(const char *name)
{
	say("%s: cannot be written: %s", name,
	    errno ? strerror(errno) : "unknown cause");
	return false;
}

bool lines_write(struct lines *l, const struct report *r)
{
	bool good = true;

	if (l->to_stdout && !l->reader_gone && !put_line(l, r, stdout)) {
		good = false;
		if (errno == EPIPE)
			l->reader_gone = true;
		else
			(void)say_failure("standard output");
	}
	for (size_t i = 0; i < l->options->output_count; i++)
		if (l->files[i] && !put_line(l, r, l->files[i])) {
			good = say_failure(l->options->outputs[i].path);
			clearerr(l->files[i]);
		}
	return good;
}
