/*
 * The whole program but for its command line: a capture file as bytes, through every
 * room, to all faces of the report. Compressed files go through the child process.
 */
#include "fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/capture.h"
#include "pipeline.h"
#include "report/report.h"

/** Packets read of one input: a small compressed one can hold any number. */
#define PACKETS_MAX 20000U

static void write_faces(const struct report *r)
{
	const struct report_options o = {.utc = true, .top = 20};
	const struct report_writer *w;

	for (size_t i = 0; (w = report_writer_at(i)); i++) {
		char *text = NULL;
		size_t len = 0;
		FILE *out = open_memstream(&text, &len);

		FUZZ_HOLDS(out && w->write(r, &o, out) == SL_OK);
		FUZZ_HOLDS(fclose(out) == 0);
		if (strcmp(w->name, "json") == 0)
			fuzz_json(text, len);
		if (strcmp(w->name, "text") == 0)
			fuzz_printable(text, len);
		free(text);
	}
}

static void report_on(struct capture *c, struct pipeline *p)
{
	struct report r = {.tally = pipeline_tally(p),
			   .coverage = pipeline_coverage(p),
			   .generated_ns = 1700000000 * NS_PER_S};

	r.sources = capture_sources(c, &r.source_count);
	for (size_t i = 0; i < r.source_count; i++)
		/* A cage that had to shoot is one that held, and a bug inside. */
		FUZZ_HOLDS(!strstr(r.sources[i].message.text, "stopped by signal"));
	write_faces(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[64];
	const char *inputs[] = {path};
	struct capture_options co = {.inputs = inputs, .input_count = 1};
	struct pipeline_options po = {.by = TALLY_BY_HOST};
	struct capture *capture = NULL;
	struct pipeline *p;
	struct packet *packet;
	struct errbuf eb = {""};

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fuzz_file(data, size));
	if (capture_open(&capture, &co, &eb) != SL_OK) {
		FUZZ_HOLDS(!capture && eb.text[0] != '\0');
		FUZZ_HOLDS(!strstr(eb.text, "stopped by signal"));
		return 0;
	}
	p = pipeline_new(&po);
	FUZZ_HOLDS(p);
	for (unsigned n = 0; n < PACKETS_MAX; n++) {
		if (capture_next(capture, &packet) <= 0)
			break;
		FUZZ_HOLDS(pipeline_feed(p, packet) == SL_OK);
	}
	FUZZ_HOLDS(pipeline_finish(p) == SL_OK);
	fuzz_sums_hold(pipeline_coverage(p));
	report_on(capture, p);
	pipeline_free(p);
	capture_free(capture);
	return 0;
}
