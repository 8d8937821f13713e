/**
 * @file
 * @brief What is different from earlier nights: plain data, which store/ fills in and
 *        every face of the report shows.
 */
#ifndef STATLINE_REPORT_CHANGES_H
#define STATLINE_REPORT_CHANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"

enum change_kind {
	CHANGE_SHARE,    /**< of a class or code among a host's final responses */
	CHANGE_SILENCE,  /**< of requests without a response */
	CHANGE_P99,      /**< of the latency */
	CHANGE_NEW_CODE, /**< never seen of this host before */
	CHANGE_NEW_HOST,
	CHANGE_LOST_HOST,
};

/** Earlier nights without which nothing is compared. */
#define NIGHTS_TO_COMPARE 4U

/** Room for the words of a change. */
#define CHANGE_WORDS 1024U

struct change {
	enum change_kind kind;
	char host[LIMIT_HOST + 1]; /**< not escaped: text from the wire */
	char what[8];              /**< "503", "5xx", "p99", "" */
	bool worse;    /**< errors, silence or latency rose, or a host went */
	double before; /**< share or ns; the median of the nights */
	double now;
	uint64_t count; /**< that @p now is made of */
	uint64_t of;
	double score; /**< over how surprising a change has to be: 1 is just so */
	/** When it was so, of errors that rose; else, and where that is not known, it
	 *  ends before it begins. */
	int64_t from_ns;
	int64_t to_ns;
	bool mostly; /**< over a tenth of them came at other times */
	double size; /**< responses affected: what the list is ordered by */
	char words[CHANGE_WORDS]; /**< UTF-8 for a person; wire text in it is escaped */
};

struct changes {
	struct change *list; /**< the largest first; owned by whoever made it */
	size_t count;
	size_t found;  /**< more may have been found than are listed */
	size_t nights; /**< looked at */
	size_t like;   /**< of them on the same weekday */
	bool weekday;  /**< judged by those alone */
};

/** @return the name of a kind in JSON: "share", "no_response", "p99", "new_code",
 *          "new_host", "vanished_host" */
const char *change_kind_name(enum change_kind k);

#endif
