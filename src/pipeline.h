/**
 * @file
 * @brief The chain decode → tcp → http (and http2) → tally for one thread.
 *
 * Saved files, however many, go through one pipeline in packet order. No globals:
 * two pipelines share nothing, and their tallies and coverages merge.
 */
#ifndef STATLINE_PIPELINE_H
#define STATLINE_PIPELINE_H

#include "base/coverage.h"
#include "base/err.h"
#include "base/memory_plan.h"
#include "capture/packet.h"
#include "decode/decoder.h"
#include "events/anonymizer.h"
#include "events/flows.h"
#include "events/selection.h"
#include "http/forwarded.h"
#include "tally/tally.h"

struct pipeline; /* defined in pipeline.c only */

struct pipeline_options {
	struct decoder_options decode;
	enum tally_by by;
	bool raw_paths; /**< evidence keeps paths as they are */
	unsigned keep;  /**< enum http_keep */
	/** Whom to believe about clients; lent for the pipeline's life, or NULL. */
	const struct trusted_proxies *trusted;
	/** Rewrites what tally and events are told; lent for its life, or NULL. */
	struct anonymizer *anonymizer;
	const struct selection *selection; /**< for the two below; lent, or NULL */
	struct http_sink events; /**< told the selected exchanges; functions may be NULL
				  */
	struct flows *flows;     /**< receives the connections of selected responses;
				      lent, or NULL */
	struct memory_plan memory; /**< zeros: that of LIMIT_MEMORY */
};

/** @return an empty tally like the one that a pipeline with these options feeds; NULL
 *  without memory */
struct tally *pipeline_tally_new(const struct pipeline_options *options);

/** @param options  copied
 *  @return NULL without memory */
struct pipeline *pipeline_new(const struct pipeline_options *options);

/** Take one packet, filtered ones too.
 *  @retval SL_OK, SL_E_NOMEM (figures are too low from here on) */
enum sl_err pipeline_feed(struct pipeline *p, const struct packet *packet);

/** Time has come to @p now_ns, and no packet: live captures tell so. */
void pipeline_advance(struct pipeline *p, int64_t now_ns);

/** Take out what was tallied since the last call.
 *  @param fresh  empty, keyed as the pipeline is: receives that, and the pipeline goes
 *                on with what it held */
void pipeline_take(struct pipeline *p, struct tally *fresh);

/** The capture has ended: give up what waits and settle what is open. Called once,
 *  before the figures are read. */
enum sl_err pipeline_finish(struct pipeline *p);

/** Owned by the pipeline. */
const struct tally *pipeline_tally(const struct pipeline *p);
const struct coverage *pipeline_coverage(const struct pipeline *p);

void pipeline_free(struct pipeline *p);

#endif
