/**
 * @file
 * @brief The live screen, in the manner of top: a row for each host, and behind each
 *        row what is known of it.
 *
 * Reads tallies, writes to the terminal; knows nothing of packets. All text of
 * strangers is escaped. One screen at a time, since curses has but one.
 */
#ifndef STATLINE_UI_UI_H
#define STATLINE_UI_UI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/report.h"
#include "tally/tally.h"

struct ui; /* defined in screen.h, for src/ui/ only */

struct ui_options {
	const char *title; /**< what is watched; copied */
	enum report_sort sort;
	bool utc;
	bool color;
};

/** What the screen shows, lent for the call. */
struct ui_facts {
	const struct report *report; /**< since the start */
	const struct tally *tick;    /**< since the last update alone */
	double seconds;              /**< that the tick took */
	int64_t now_ns;              /**< time to show; 0: none yet */
	bool ended;                  /**< nothing more will come */
};

/** Take the terminal over. It opens files for that: to be called before a cage.
 *  @return owned by the caller; NULL when the terminal can do too little, or there is
 * no memory */
struct ui *ui_new(const struct ui_options *options);

/** Count a tick into the history of each host, and keep what is to be drawn.
 *  @p facts.report and what it names stay lent until the next call. */
void ui_update(struct ui *ui, const struct ui_facts *facts);

/** Show a line at the bottom for some seconds; copied. */
void ui_message(struct ui *ui, const char *line);

/** Take the keys that were pressed, and draw anew.
 *  @return false when the person wants to leave */
bool ui_keys(struct ui *ui);

/** Give the terminal back; NULL is allowed. */
void ui_free(struct ui *ui);

#endif
