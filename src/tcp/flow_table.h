/**
 * @file
 * @brief Finds the connection of a key, and owns the memory of the records.
 *
 * A table of our own and not uthash, whose handle is 56 bytes a record and whose
 * look-up follows a chain of records: here the index is 8 bytes an entry, one look
 * touches one cache line of it and then the record, and records stay where they are,
 * in slabs, when it grows.
 */
#ifndef STATLINE_TCP_FLOW_TABLE_H
#define STATLINE_TCP_FLOW_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "decode/segment.h"

struct flow_table; /* defined in flow_table.c only */
struct tcp;
struct tcp_connection;

/** The id of no record. */
#define FLOW_NONE UINT32_MAX

/** @param owner  what flow_owner() returns
 *  @return NULL without memory */
struct flow_table *flow_table_new(struct tcp *owner);

/** @param hash  flow_key_hash() of @p key
 *  @return NULL when there is none */
struct tcp_connection *flow_table_find(const struct flow_table *f,
				       const struct flow_key *key, uint64_t hash);

/** Begin to fetch what flow_table_find() of @p hash will read. */
void flow_table_prefetch(const struct flow_table *f, uint64_t hash);

/** @return a new record for @p key, zero but for the key, owned by the table; NULL
 *          without memory */
struct tcp_connection *flow_table_add(struct flow_table *f, const struct flow_key *key,
				      uint64_t hash);

/** Give the record back; the pointer dies. */
void flow_table_remove(struct flow_table *f, struct tcp_connection *c);

/** @return a number that names the record as long as it lives */
uint32_t flow_id(const struct tcp_connection *c);

/** @return the record of id @p id, which lives */
struct tcp_connection *flow_at(const struct flow_table *f, uint32_t id);

/** @return the table that the record stands in */
struct tcp *flow_owner(const struct tcp_connection *c);

/** @return records that live */
size_t flow_table_count(const struct flow_table *f);

/** @return bytes of memory: records and index */
size_t flow_table_memory(const struct flow_table *f);

void flow_table_free(struct flow_table *f);

#endif
