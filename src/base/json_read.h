/**
 * @file
 * @brief Reads JSON by jansson, also when there is no memory for it.
 *
 * Where a string cannot grow, jansson's reader goes on without the byte: what comes of
 * it is well-formed and wrong, and when the byte was the quote at its end, jansson
 * writes beyond its memory. So it is left at once when it is refused memory.
 */
#ifndef STATLINE_BASE_JSON_READ_H
#define STATLINE_BASE_JSON_READ_H

#include <stdbool.h>

struct json_t;

/** Let @p read call one of json_load...() with what @p ctx says. It may be left within
 *  that: it holds nothing of its own. Not within another json_read().
 *  @param refused  set to whether there was too little memory
 *  @return owned; NULL when it is no JSON, or when @p refused */
struct json_t *json_read(struct json_t *(*read)(void *ctx), void *ctx, bool *refused);

/** Free what json_dumps() gave, which is jansson's and not malloc()'s. NULL is allowed.
 */
void json_text_free(char *text);

#endif
