/**
 * @file
 * @brief Whether jansson has been refused memory while it read a text.
 *
 * Its reader loses the byte for which a string cannot grow, and goes on: what it
 * returns is well-formed and wrong. errno does not tell, it is cleared at each number.
 *
 *     json_memory_begin();
 *     tree = json_loads(...);
 *     if (json_memory_failed())
 *             json_decref(tree), and say SL_E_NOMEM
 */
#ifndef STATLINE_BASE_JSON_MEMORY_H
#define STATLINE_BASE_JSON_MEMORY_H

#include <stdbool.h>

/** From here on, count what this thread is refused. */
void json_memory_begin(void);

/** @return whether it was refused something since json_memory_begin() */
bool json_memory_failed(void);

#endif
