/* What the codes of other layers are called. */
#include "tally/tally.h"

const char *grpc_status_name(unsigned status)
{
	static const char *const names[GRPC_STATUSES] = {
	    "OK",
	    "CANCELLED",
	    "UNKNOWN",
	    "INVALID_ARGUMENT",
	    "DEADLINE_EXCEEDED",
	    "NOT_FOUND",
	    "ALREADY_EXISTS",
	    "PERMISSION_DENIED",
	    "RESOURCE_EXHAUSTED",
	    "FAILED_PRECONDITION",
	    "ABORTED",
	    "OUT_OF_RANGE",
	    "UNIMPLEMENTED",
	    "INTERNAL",
	    "UNAVAILABLE",
	    "DATA_LOSS",
	    "UNAUTHENTICATED",
	    [GRPC_OTHER] = "other",
	    [GRPC_NONE] = "none",
	};

	return names[status < GRPC_OTHER || status == GRPC_NONE ? status : GRPC_OTHER];
}

const char *http2_error_name(uint16_t code)
{
	static const char *const names[] = {
	    "NO_ERROR",
	    "PROTOCOL_ERROR",
	    "INTERNAL_ERROR",
	    "FLOW_CONTROL_ERROR",
	    "SETTINGS_TIMEOUT",
	    "STREAM_CLOSED",
	    "FRAME_SIZE_ERROR",
	    "REFUSED_STREAM",
	    "CANCEL",
	    "COMPRESSION_ERROR",
	    "CONNECT_ERROR",
	    "ENHANCE_YOUR_CALM",
	    "INADEQUATE_SECURITY",
	    "HTTP_1_1_REQUIRED",
	};

	return code < sizeof(names) / sizeof(names[0]) ? names[code] : NULL;
}

const char *exchange_protocol_name(enum exchange_protocol p)
{
	static const char *const names[EXCHANGE_PROTOCOLS] = {
	    [PROTOCOL_HTTP_1_0] = "http/1.0",
	    [PROTOCOL_HTTP_1_1] = "http/1.1",
	    [PROTOCOL_HTTP_2] = "h2",
	    [PROTOCOL_GRPC] = "grpc",
	};

	return names[p];
}
