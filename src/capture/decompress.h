/**
 * @file
 * @brief A child process that decompresses one file into a channel, in a cage.
 *
 * The child has the file, the channel and bounded memory, and nothing else: see
 * base/cage.h. It dies with the thread that started it.
 */
#ifndef STATLINE_CAPTURE_DECOMPRESS_H
#define STATLINE_CAPTURE_DECOMPRESS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "capture/access.h"
#include "capture/channel.h"
#include "capture/sniff.h"

struct decompressor; /* defined in decompress.c only */

/**
 * @brief Start a child.
 *
 * @param out     receives the handle, owned by the caller: decompress_free()
 * @param access  lent until decompress_free()
 * @param set     for the memory of the channel; lent until decompress_free()
 * @param kind    one that file_kind_compression() has a name for
 * @param fd      the file, lent until decompress_free(); read from where it stands
 * @param prefix  @p prefix_len bytes of the file that were read already, copied; at
 *                most CHANNEL_SLOT
 * @retval SL_OK
 * @retval SL_E_LIMIT   the file asks for more memory than allowed; @p eb names it
 * @retval SL_E_SYSTEM  no process, pipe or memory could be had
 * @retval SL_E_NOMEM
 */
enum sl_err decompress_start(struct decompressor **out, const struct access *access,
			     struct channel_set *set, enum file_kind kind, int fd,
			     const uint8_t *prefix, size_t prefix_len,
			     struct errbuf *eb);

/** @return what channel_read() reads from, owned by the decompressor */
struct channel *decompress_output(struct decompressor *d);

/**
 * @brief After the channel has ended: wait for the child, and learn how it went.
 * @retval SL_OK         everything was decompressed
 * @retval SL_E_DAMAGED  the compressed data is damaged, or cut short, or asks for too
 * much memory; @p eb says what
 * @retval SL_E_SYSTEM   the child could not be caged, or was killed
 */
enum sl_err decompress_finish(struct decompressor *d, struct errbuf *eb);

/** Ends the child if it still runs, and waits for it; NULL is allowed. */
void decompress_free(struct decompressor *d);

#endif
