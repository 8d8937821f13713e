/**
 * @file
 * @brief The keyed hash of every table whose keys come from the wire.
 *
 * SipHash-1-3 (Aumasson and Bernstein 2012, "SipHash: a fast short-input PRF") under a
 * key drawn at random when the program starts, so that a stranger cannot choose keys
 * that collide. Never written out: nothing a report says may depend on it.
 */
#ifndef STATLINE_BASE_HASH_H
#define STATLINE_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/** @return the hash of @p len bytes */
uint64_t hash_bytes(const void *bytes, size_t len);

/** @return the hash of @p len bytes under a known key, the same in every run: for
 *          estimates that merge between runs, never for a table. A stranger can choose
 *          bytes that collide, and so make an estimate wrong. */
uint64_t hash_public(const void *bytes, size_t len);

#endif
