/**
 * @file
 * @brief The faces, one a file. Only for src/report/.
 */
#ifndef STATLINE_REPORT_WRITERS_H
#define STATLINE_REPORT_WRITERS_H

#include "report/report.h"

extern const struct report_writer report_text_writer; /**< text.c */
extern const struct report_writer report_json_writer; /**< json.c */
extern const struct report_writer report_csv_writer;  /**< csv.c, RFC 4180 */
extern const struct report_writer report_html_writer; /**< html.c */

#endif
