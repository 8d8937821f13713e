/**
 * @file
 * @brief What evidence.c has for evidence_add.c; inside tally/ only.
 */
#ifndef STATLINE_TALLY_EVIDENCE_PARTS_H
#define STATLINE_TALLY_EVIDENCE_PARTS_H

#include "tally/evidence.h"

/** @return the evidence of the @p index-th code, made if need be; NULL without memory
 */
struct evidence *evidence_of(struct row_evidence **e, size_t index, struct budget *b);

/** Make the row's if need be. @return whether it is there */
bool evidence_row(struct row_evidence **e, struct budget *b);

/** @return the row's 5xx by time, notable or not, made if need be; NULL without memory
 */
struct timeline *evidence_errors(struct row_evidence **e, struct budget *b);

#endif
