#include "report/report.h"

#include <string.h>

#include "report/writers.h"

static const struct report_writer *const writers[] = {
    &report_text_writer,
    &report_json_writer,
    &report_csv_writer,
    &report_html_writer,
};

const struct report_writer *report_writer_at(size_t i)
{
	return i < sizeof(writers) / sizeof(writers[0]) ? writers[i] : NULL;
}

const struct report_writer *report_writer_named(const char *name)
{
	const struct report_writer *w;

	for (size_t i = 0; (w = report_writer_at(i)); i++)
		if (strcmp(w->name, name) == 0)
			return w;
	return NULL;
}

const struct report_writer *report_writer_for_file(const char *path)
{
	const struct report_writer *w;
	size_t len = strlen(path);

	for (size_t i = 0; (w = report_writer_at(i)); i++) {
		size_t suffix = strlen(w->suffix);

		if (len > suffix && strcmp(path + len - suffix, w->suffix) == 0)
			return w;
	}
	return NULL;
}

bool report_sort_named(const char *name, enum report_sort *out)
{
	static const char *const names[] = {
	    [SORT_RESPONSES] = "responses",
	    [SORT_ERRORS] = "errors",
	    [SORT_ERROR_SHARE] = "error-share",
	    [SORT_NO_RESPONSE] = "no-response",
	    [SORT_LATENCY] = "latency",
	    [SORT_BYTES] = "bytes",
	    [SORT_HOST] = "host",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0) {
			*out = (enum report_sort)i;
			return true;
		}
	return false;
}
