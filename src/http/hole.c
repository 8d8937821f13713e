#include "http/hole.h"

#include "base/limits.h"

void hole_begins(const struct call *call, unsigned dir, uint64_t offset)
{
	struct direction *d = &call->conn->dir[dir];
	struct partial *arriving = direction_arriving(&call->conn->dir[!dir]);
	struct record *first = queue_first(call->conn->dir[!dir].waiting);
	struct record *r = first;
	unsigned steps = 0;

	if (!d->hole_set) {
		d->hole_set = true;
		d->hole_lost = false;
		d->hole = offset;
	}
	if (arriving && hole_unknown_to(arriving->start.acked, offset))
		arriving->start.lost = true;
	if (arriving && hole_unknown_to(arriving->later_start.acked, offset))
		arriving->later_start.lost = true;
	if (!first)
		return;
	call->h->coverage->swallowed_over_bound +=
	    call->conn->dir[!dir].waiting_count > LIMIT_SWALLOWED;
	do {
		if (hole_unknown_to(r->acked, offset))
			r->lost = true;
		r = r->next;
	} while (r != first && ++steps < LIMIT_SWALLOWED);
}

/* The last request of which the client had received bytes from the hole when it sent
 * it; @p received is how far. NULL with @p received set: that is the one which is
 * arriving. */
static const struct record *find_proof(const struct direction *client, uint64_t hole,
				       uint64_t end, uint64_t *received)
{
	const struct partial *arriving = direction_request(client);
	const struct record *first = queue_first(client->waiting);
	const struct record *proof = NULL;
	const struct record *r = first;
	unsigned steps = 0;

	*received = 0;
	do {
		if (r->acked > hole && r->acked <= end) {
			proof = r;
			*received = r->acked;
		}
		r = r->next;
	} while (r != first && ++steps < LIMIT_SETTLED);
	if (arriving && arriving->start.acked > hole && arriving->start.acked <= end) {
		proof = NULL;
		*received = arriving->start.acked;
	}
	return proof;
}

/* A response acknowledges nothing from offset @p acked on: what was lost before it
 * holds no answer to a request that begins there. */
static void keep_unasked(const struct direction *client, uint64_t acked)
{
	struct record *first = queue_first(client->waiting);
	struct partial *arriving = direction_arriving(client);
	struct record *r = first;
	unsigned steps = 0;

	if (arriving && arriving->start.offset >= acked)
		arriving->start.lost = false;
	if (!first)
		return;
	do {
		if (r->request_offset >= acked)
			r->lost = false;
		r = r->next;
	} while (r != first && ++steps < LIMIT_SWALLOWED);
}

/* The last request before @p proof whose client had received less than @p received when
 * it sent it, and that begins before @p acked. */
static const struct record *find_answered(const struct record *first,
					  const struct record *proof, uint64_t received,
					  uint64_t acked)
{
	const struct record *last = NULL;
	const struct record *r = first;
	unsigned steps = 0;

	do {
		if (r == proof || r->request_offset >= acked)
			break;
		if (r->acked < received)
			last = r;
		r = r->next;
	} while (r != first && ++steps < LIMIT_SETTLED);
	return last;
}

const struct record *hole_last_answered(const struct call *call,
					const struct start *response)
{
	struct direction *d = &call->conn->dir[call->dir];
	const struct direction *client = &call->conn->dir[!call->dir];
	const struct record *first = queue_first(client->waiting);
	const struct record *proof;
	uint64_t received;
	struct partial *arriving = direction_arriving(client);

	d->hole_set = false;
	/* Its request is told later, when this is forgotten. */
	if (arriving && d->hole_lost && hole_unknown_to(arriving->start.acked, d->hole))
		arriving->start.lost = true;
	keep_unasked(client, response->acked);
	if (!first)
		return NULL;
	call->h->coverage->swallowed_over_bound +=
	    client->waiting_count > LIMIT_SETTLED;
	proof = find_proof(client, d->hole, response->offset, &received);
	return find_answered(first, proof, received, response->acked);
}
