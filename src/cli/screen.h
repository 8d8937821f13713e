/**
 * @file
 * @brief What standard output can show.
 */
#ifndef STATLINE_CLI_SCREEN_H
#define STATLINE_CLI_SCREEN_H

#include <stdbool.h>

struct screen {
	bool terminal;
	bool color;     /**< a terminal, and NO_COLOR is not set */
	unsigned width; /**< columns; 0: as wide as needed. COLUMNS goes before what the
			     terminal says */
};

/** @param fd  descriptor that is written to */
struct screen screen_of(int fd);

#endif
