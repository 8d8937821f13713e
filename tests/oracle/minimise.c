#include "oracle/minimise.h"

/** Leave out @p n segments from @p at on, if it may be. */
static bool try_without(struct trace *t, struct trace *work, size_t at, size_t n,
			bool (*holds)(void *ctx, const struct trace *t), void *ctx)
{
	trace_copy(work, t);
	trace_remove(work, at, n);
	if (work->count == 0 || !holds(ctx, work))
		return false;
	trace_copy(t, work);
	return true;
}

/** Greedily, in ever smaller runs (Zeller and Hildebrandt 2002, in its simplest form).
 */
static bool fewer_segments(struct trace *t, struct trace *work,
			   bool (*holds)(void *ctx, const struct trace *t), void *ctx)
{
	size_t before = t->count;

	for (size_t n = t->count / 2; n > 0; n /= 2)
		for (size_t at = 0; at + n <= t->count;)
			if (!try_without(t, work, at, n, holds, ctx))
				at += n;
	return t->count < before;
}

/** Segments that need not be out of their order go back to it. */
static void in_order(struct trace *t, struct trace *work,
		     bool (*holds)(void *ctx, const struct trace *t), void *ctx)
{
	for (size_t i = 0; i + 1 < t->count; i++) {
		const struct segment *s = &t->segments[i];

		if (s[0].dir != s[1].dir || (int32_t)(s[1].seq - s[0].seq) >= 0)
			continue;
		trace_copy(work, t);
		trace_move(work, i, i + 1);
		if (holds(ctx, work))
			trace_copy(t, work);
	}
}

void minimise(struct trace *t, struct trace *work,
	      bool (*holds)(void *ctx, const struct trace *t), void *ctx)
{
	while (fewer_segments(t, work, holds, ctx))
		in_order(t, work, holds, ctx);
	trace_copy(work, t);
	work->advance_ns = 0;
	if (holds(ctx, work))
		trace_copy(t, work);
}
