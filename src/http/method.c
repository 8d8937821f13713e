#include "http/method.h"

#include <string.h>

static const char *const methods[] = {
    /* registered */
    "ACL ",
    "BASELINE-CONTROL ",
    "BIND ",
    "CHECKIN ",
    "CHECKOUT ",
    "CONNECT ",
    "COPY ",
    "DELETE ",
    "GET ",
    "HEAD ",
    "LABEL ",
    "LINK ",
    "LOCK ",
    "MERGE ",
    "MKACTIVITY ",
    "MKCALENDAR ",
    "MKCOL ",
    "MKREDIRECTREF ",
    "MKWORKSPACE ",
    "MOVE ",
    "OPTIONS ",
    "ORDERPATCH ",
    "PATCH ",
    "POST ",
    "PRI ",
    "PROPFIND ",
    "PROPPATCH ",
    "PUT ",
    "QUERY ",
    "REBIND ",
    "REPORT ",
    "SEARCH ",
    "TRACE ",
    "UNBIND ",
    "UNCHECKOUT ",
    "UNLINK ",
    "UNLOCK ",
    "UPDATE ",
    "UPDATEREDIRECTREF ",
    "VERSION-CONTROL ",
    /* events of UPnP, purging of caches, RPC over HTTP */
    "NOTIFY ",
    "SUBSCRIBE ",
    "UNSUBSCRIBE ",
    "PURGE ",
    "RPC_IN_DATA ",
    "RPC_OUT_DATA ",
};

bool method_is_known(const char *bytes, size_t len)
{
	for (size_t i = 0; len > 0 && i < sizeof(methods) / sizeof(methods[0]); i++) {
		const char *method = methods[i];
		size_t n;

		if (method[0] != bytes[0])
			continue;
		n = strlen(method);
		if (memcmp(method, bytes, len < n ? len : n) == 0)
			return true;
	}
	return false;
}
