/**
 * @file
 * @brief What every face of the report shows: the rows in their order, and what is
 *        derived from the figures.
 *
 * The one place where shares, spans and orders are made, so
 * that the faces cannot disagree.
 */
#ifndef STATLINE_REPORT_VIEW_H
#define STATLINE_REPORT_VIEW_H

#include "report/report.h"

/** Packets that never reached a capture, as its sources say. */
struct view_drops {
	bool known;           /**< at least one source says how many packets it lacks */
	bool interface_known; /**< so does at least one of its interface */
	uint64_t by_kernel;
	uint64_t by_interface;
	uint64_t all;
};

struct view {
	const struct report *report;          /**< lent */
	const struct report_options *options; /**< lent */
	const struct counts *total;           /**< lent by the tally */
	const struct tally_row *
	    *rows; /**< in order, owned; the first @p shown are shown */
	size_t row_count;
	size_t shown;     /**< at most row_count, by options.top and selection */
	bool selected;    /**< rows that were not selected stand after the shown ones */
	bool by_host;     /**< rows are hosts; then they may lack a Host */
	bool has_times;   /**< first_ns and last_ns mean something */
	int64_t first_ns; /**< of all sources */
	int64_t last_ns;
	struct view_drops drops;
	bool figures_low; /**< memory ran out somewhere, so that something is missing */
};

/** @retval SL_OK       @p v is filled in; view_free() it
 *  @retval SL_E_NOMEM  nothing to free */
enum sl_err view_make(struct view *v, const struct report *r,
		      const struct report_options *o);

void view_free(struct view *v);

/** @return what the sources of @p r lack, all together */
struct view_drops view_drops(const struct report *r);

/** @return final responses: all but the interim ones (RFC 9110 section 15.2) */
uint64_t view_finals(const struct counts *c);

/** @return responses of the classes 4xx and 5xx */
uint64_t view_errors(const struct counts *c);

/** @return quantile in ns; 0 without latencies */
uint64_t view_quantile(const struct counts *c, double share);

/** @return whether @p code is one of the notable ones */
bool view_notable(uint16_t code);

/** What rows hold in sums only because LIMIT_TALLY_GROWTH was reached. */
struct view_unlisted {
	uint64_t codes;     /**< responses whose code is in no entry of their row */
	uint64_t latencies; /**< whose value is in none */
	uint64_t more;      /**< of gRPC, HTTP/2 streams and WebSocket */
};
struct view_unlisted view_unlisted(const struct view *v);

/** @return "host", "server" or "client" */
const char *view_by_name(const struct view *v);

/** @return "request" or "server" */
const char *view_source_name(enum host_source s);

/** @return a - b, at most INT64_MAX, at least 0: stamps are a stranger's */
int64_t view_span(int64_t first_ns, int64_t last_ns);

#endif
