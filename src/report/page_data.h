/**
 * @file
 * @brief Style and script of the HTML page, from src/report/page/; page_data.c is made
 *        of them by scripts/embed.
 */
#ifndef STATLINE_REPORT_PAGE_DATA_H
#define STATLINE_REPORT_PAGE_DATA_H

#include <stddef.h>

extern const unsigned char page_css[];
extern const size_t page_css_size;
extern const unsigned char page_js[];
extern const size_t page_js_size;

#endif
