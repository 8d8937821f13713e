/**
 * @file
 * @brief The tables, and the steps from older schemas. Only for src/store/.
 */
#ifndef STATLINE_STORE_SCHEMA_H
#define STATLINE_STORE_SCHEMA_H

#include "store/statement.h"

/** Of SQLite's header: what file(1) and we tell a history by ("stln"). */
#define SCHEMA_APPLICATION 0x73746c6e

/** Version that this program writes. */
#define SCHEMA_VERSION 3

/** Look whether the file is a history that this version can read.
 *  @param empty  receives whether there is nothing in it at all */
enum sl_err schema_look(struct store *s, bool *empty);

/** In a transaction: make the tables, or bring older ones to SCHEMA_VERSION. */
enum sl_err schema_migrate(struct store *s);

#endif
