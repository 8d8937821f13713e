#include "http/ending.h"

#include "base/limits.h"

bool ending_is_overdue(int64_t request_end_ns, int64_t now_ns)
{
	return now_ns - request_end_ns >= LIMIT_UNANSWERED_NS;
}

enum exchange_outcome ending_outcome(int64_t request_end_ns, int64_t now_ns,
				     enum tcp_end why, bool unseen)
{
	if (unseen)
		return EXCHANGE_UNSEEN;
	if (ending_is_overdue(request_end_ns, now_ns))
		return EXCHANGE_TIMEOUT;
	switch (why) {
	case TCP_END_CLOSED:
		return EXCHANGE_CLOSED;
	case TCP_END_RESET:
		return EXCHANGE_RESET;
	case TCP_END_IDLE:
		return EXCHANGE_TIMEOUT;
	case TCP_END_EVICTED:
		return EXCHANGE_UNSEEN;
	case TCP_END_CAPTURE:
		break;
	}
	return EXCHANGE_PENDING;
}
