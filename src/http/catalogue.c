#include "http/catalogue.h"

/* IANA HTTP Status Code Registry; the sections are where each code is defined now.
 * Earlier phrases: RFC 1945, RFC 2068, RFC 2616, RFC 4918 and RFC 7231. */
static const struct status_code codes[] = {
    {.code = 100,
     .phrase = "Continue",
     .reference = "RFC 9110, section 15.2.1",
     .meaning = "The server has the head of the request and has not refused it: the "
		"client may send the body. A final response follows.",
     .operator_hint =
	 "Seen with large uploads from clients that send Expect. If no "
	 "final response follows, look at the back end that takes the body.",
     .tester_hint = "The server, or a proxy before it, judges a request by its head "
		    "alone; chains that treat Expect differently can be confused.",
     .evidence = "The final code that followed, and how often none did.",
     .notable = true},
    {.code = 101,
     .phrase = "Switching Protocols",
     .reference = "RFC 9110, section 15.2.2",
     .meaning = "The server agrees to the protocol that the request's Upgrade field "
		"named, and the connection belongs to it from here on."},
    {.code = 102,
     .phrase = "Processing",
     .reference = "RFC 2518, section 10.1",
     .meaning = "The server has accepted the whole request and is still working on it. "
		"Later revisions of WebDAV dropped it."},
    {.code = 103,
     .phrase = "Early Hints",
     .reference = "RFC 8297",
     .meaning = "Header fields that the final response will probably carry, sent ahead "
		"so that the client can start loading what they link to."},
    {.code = 200,
     .phrase = "OK",
     .reference = "RFC 9110, section 15.3.1",
     .meaning = "The request has succeeded; what the body holds depends on the method.",
     .operator_hint = "The normal answer. A rising share of empty bodies, or bodies "
		      "much smaller than usual, can hide a failure that the "
		      "application reports as success.",
     .tester_hint = "Compare sizes: an error page sent as 200 has a size of its own, "
		    "and so has a resource that should have been refused.",
     .evidence = "Bytes of body, and the share of responses with an empty one.",
     .notable = true},
    {.code = 201,
     .phrase = "Created",
     .reference = "RFC 9110, section 15.3.2",
     .meaning = "The request has created a resource: the one that Location names, or "
		"else the target itself.",
     .operator_hint = "Each one is a write. A burst from one client is a bulk import, "
		      "a retry loop or abuse.",
     .tester_hint = "Somebody may write here. Try who else may, and where Location "
		    "lets a written file be fetched again.",
     .evidence = "The methods (PUT or POST) and the Location fields.",
     .notable = true},
    {.code = 202,
     .phrase = "Accepted",
     .reference = "RFC 9110, section 15.3.3",
     .meaning = "The request was taken for processing that has not ended; whether it "
		"succeeds is not known yet."},
    {.code = 203,
     .phrase = "Non-Authoritative Information",
     .reference = "RFC 9110, section 15.3.4",
     .meaning = "The request has succeeded, but a proxy on the way has changed the "
		"content of the origin server's answer."},
    {.code = 204,
     .phrase = "No Content",
     .reference = "RFC 9110, section 15.3.5",
     .meaning = "The request has succeeded and there is nothing to send back."},
    {.code = 205,
     .phrase = "Reset Content",
     .reference = "RFC 9110, section 15.3.6",
     .meaning = "The request has succeeded; the client is to reset the view, such as a "
		"form, from which it was sent."},
    {.code = 206,
     .phrase = "Partial Content",
     .reference = "RFC 9110, section 15.3.7",
     .meaning = "One or more of the ranges that the Range field asked for."},
    {.code = 207,
     .phrase = "Multi-Status",
     .reference = "RFC 4918, section 11.1",
     .meaning = "The body holds several statuses, one for each resource that the "
		"WebDAV request touched."},
    {.code = 208,
     .phrase = "Already Reported",
     .reference = "RFC 5842, section 7.1",
     .meaning = "Within a 207 body: the members of this collection are listed already "
		"under another binding."},
    {.code = 226,
     .phrase = "IM Used",
     .reference = "RFC 3229, section 10.4.1",
     .meaning = "The body is the difference to an instance that the client holds, or "
		"another manipulation that it asked for with A-IM."},
    {.code = 300,
     .phrase = "Multiple Choices",
     .reference = "RFC 9110, section 15.4.1",
     .meaning = "The target has several representations, and the client is to choose."},
    {.code = 301,
     .phrase = "Moved Permanently",
     .reference = "RFC 9110, section 15.4.2",
     .meaning = "The resource has a new permanent address, which Location gives. "
		"Clients may change POST to GET on the way.",
     .operator_hint = "Correct the links and clients that still ask for the old "
		      "address. A path that leads to itself is a loop.",
     .tester_hint = "Look where Location leads: from http to https, to a host that "
		    "nobody owns any more, or to an address taken from the request.",
     .evidence = "The most frequent pairs of path and Location, steps from http to "
		 "https, and loops.",
     .notable = true},
    {.code = 302,
     .phrase = "Found",
     .other_phrase = "Moved Temporarily",
     .reference = "RFC 9110, section 15.4.3",
     .meaning = "The resource is to be found under another address for the moment, "
		"which Location gives. Clients may change POST to GET on the way.",
     .operator_hint = "Many paths that lead to one Location are most often a login: "
		      "sessions have ended, or a service has lost its credentials.",
     .tester_hint = "Shows which paths want a login. A Location made from a parameter "
		    "may be an open redirect.",
     .evidence = "The most frequent pairs of path and Location; many paths with one "
		 "Location stand out.",
     .notable = true},
    {.code = 303,
     .phrase = "See Other",
     .reference = "RFC 9110, section 15.4.4",
     .meaning = "The answer is to be fetched with GET from the address in Location, as "
		"after a form has been sent."},
    {.code = 304,
     .phrase = "Not Modified",
     .reference = "RFC 9110, section 15.4.5",
     .meaning = "The condition of the request shows that the client's stored response "
		"is still good; no body is sent.",
     .operator_hint = "A measure of caching: a fall in its share among 200 and 304 "
		      "means more bytes and load, often after a change of ETag.",
     .tester_hint = "Clients hold copies. ETags can give away inode numbers or which "
		    "machine of a cluster has answered.",
     .evidence = "Which condition asked (If-Modified-Since, If-None-Match), and the "
		 "share among 200 and 304.",
     .notable = true},
    {.code = 305,
     .phrase = "Use Proxy",
     .reference = "RFC 9110, section 15.4.6",
     .meaning = "Once: ask again through the proxy in Location. Deprecated, since "
		"anyone could thus redirect a client to a proxy."},
    {.code = 306,
     .phrase = "(Unused)",
     .other_phrase = "Switch Proxy",
     .reference = "RFC 9110, section 15.4.7",
     .meaning = "Was used in a draft long ago and is reserved now."},
    {.code = 307,
     .phrase = "Temporary Redirect",
     .reference = "RFC 9110, section 15.4.8",
     .meaning = "The resource is to be found under another address for the moment, and "
		"the client must not change the method."},
    {.code = 308,
     .phrase = "Permanent Redirect",
     .reference = "RFC 9110, section 15.4.9",
     .meaning = "The resource has a new permanent address, and the client must not "
		"change the method."},
    {.code = 400,
     .phrase = "Bad Request",
     .reference = "RFC 9110, section 15.5.1",
     .meaning = "The server cannot or will not process the request because of "
		"something it takes for an error of the client.",
     .operator_hint = "Find the clients: a broken one sends the same oddity again and "
		      "again; many different ones point to a proxy or a new release.",
     .tester_hint = "The parser speaks. What one server refuses and another takes is "
		    "where request smuggling begins.",
     .evidence = "The clients, and what was odd in the head: a raw space, a "
		 "control byte, a bad version, no valid Host, or no line seen.",
     .notable = true},
    {.code = 401,
     .phrase = "Unauthorized",
     .reference = "RFC 9110, section 15.5.2",
     .meaning = "The request lacks valid credentials for the resource; "
		"WWW-Authenticate says which schemes are taken.",
     .operator_hint = "One per login is normal. Where credentials had been sent, they "
		      "have expired or are wrong: look at the clients.",
     .tester_hint = "Names the schemes. Basic in the clear gives passwords away; a "
		    "long run from one client is guessing.",
     .evidence = "The schemes offered, and whether credentials had been sent.",
     .notable = true},
    {.code = 402,
     .phrase = "Payment Required",
     .reference = "RFC 9110, section 15.5.3",
     .meaning = "Reserved; some services use it where an account has to be paid."},
    {.code = 403,
     .phrase = "Forbidden",
     .reference = "RFC 9110, section 15.5.4",
     .meaning = "The server has understood the request and refuses it; other "
		"credentials may or may not help.",
     .operator_hint = "After a release: file permissions, access rules or a firewall "
		      "for web applications. Look at the paths and who asked.",
     .tester_hint = "Something is there. Try the path written differently, other "
		    "methods, and the fields that proxies trust.",
     .evidence = "The most frequent paths and clients.",
     .notable = true},
    {.code = 404,
     .phrase = "Not Found",
     .reference = "RFC 9110, section 15.5.5",
     .meaning = "The server has no current representation of the target, or does not "
		"want to say that it has.",
     .operator_hint = "One path asked for by many: a broken link or a lost file. Many "
		      "paths asked for by one client: a scan.",
     .tester_hint = "Compare with 403: the difference shows which names exist.",
     .evidence = "The most frequent paths and clients, and how many different paths "
		 "each client asked for.",
     .notable = true},
    {.code = 405,
     .phrase = "Method Not Allowed",
     .reference = "RFC 9110, section 15.5.6",
     .meaning = "The target is known but does not support the method; Allow lists "
		"those that it does.",
     .operator_hint = "A client and a service disagree about an interface: compare the "
		      "method with Allow, most often after a release.",
     .tester_hint = "Allow lists what to try next. A server that says nothing of "
		    "TRACE or PUT here may still take them elsewhere.",
     .evidence = "The methods refused, and the Allow fields.",
     .notable = true},
    {.code = 406,
     .phrase = "Not Acceptable",
     .reference = "RFC 9110, section 15.5.7",
     .meaning = "The target has no representation that the Accept fields of the "
		"request allow."},
    {.code = 407,
     .phrase = "Proxy Authentication Required",
     .reference = "RFC 9110, section 15.5.8",
     .meaning = "As 401, for a proxy: Proxy-Authenticate says which schemes are "
		"taken."},
    {.code = 408,
     .phrase = "Request Timeout",
     .other_phrase = "Request Time-out",
     .reference = "RFC 9110, section 15.5.9",
     .meaning = "The server did not get a complete request within the time it was "
		"prepared to wait."},
    {.code = 409,
     .phrase = "Conflict",
     .reference = "RFC 9110, section 15.5.10",
     .meaning = "The request conflicts with the state of the resource, such as an "
		"edit of a version that is not the latest."},
    {.code = 410,
     .phrase = "Gone",
     .reference = "RFC 9110, section 15.5.11",
     .meaning = "The resource was here and is not any more, probably for good."},
    {.code = 411,
     .phrase = "Length Required",
     .reference = "RFC 9110, section 15.5.12",
     .meaning = "The server does not take the request without Content-Length."},
    {.code = 412,
     .phrase = "Precondition Failed",
     .reference = "RFC 9110, section 15.5.13",
     .meaning = "A condition in the request's header fields was false."},
    {.code = 413,
     .phrase = "Content Too Large",
     .other_phrase = "Request Entity Too Large, Payload Too Large",
     .reference = "RFC 9110, section 15.5.14",
     .meaning = "The body of the request is larger than the server is willing or able "
		"to process; it may close the connection.",
     .operator_hint = "Compare the smallest body refused with the limits along the "
		      "chain (client_max_body_size, LimitRequestBody): the tightest "
		      "one decides.",
     .tester_hint = "Shows the limit. See whether it also holds for chunked bodies "
		    "and for what a compressed one expands to.",
     .evidence = "The smallest and largest body of a request that was refused.",
     .notable = true},
    {.code = 414,
     .phrase = "URI Too Long",
     .other_phrase = "Request-URI Too Large, Request-URI Too Long",
     .reference = "RFC 9110, section 15.5.15",
     .meaning = "The request target is longer than the server is willing to "
		"interpret.",
     .operator_hint = "A form that sends GET in place of POST, a redirect that grows "
		      "with each round, or an attack.",
     .tester_hint = "Shows the limit of the line. A proxy and a server with different "
		    "limits can be played against each other.",
     .evidence = "The shortest and longest target that was refused.",
     .notable = true},
    {.code = 415,
     .phrase = "Unsupported Media Type",
     .reference = "RFC 9110, section 15.5.16",
     .meaning = "The method on this target does not take content in that format or "
		"coding."},
    {.code = 416,
     .phrase = "Range Not Satisfiable",
     .other_phrase = "Requested Range Not Satisfiable",
     .reference = "RFC 9110, section 15.5.17",
     .meaning = "None of the ranges in Range lies within the resource, or there are "
		"too many of them."},
    {.code = 417,
     .phrase = "Expectation Failed",
     .reference = "RFC 9110, section 15.5.18",
     .meaning = "An expectation in the Expect field could not be met by a server on "
		"the way."},
    {.code = 418,
     .phrase = "(Unused)",
     .other_phrase = "I'm a teapot",
     .reference = "RFC 9110, section 15.5.19",
     .meaning = "Reserved, since an April joke (RFC 2324) has been implemented too "
		"often to assign it."},
    {.code = 421,
     .phrase = "Misdirected Request",
     .reference = "RFC 9110, section 15.5.20",
     .meaning = "The server is not configured to answer for that scheme and "
		"authority; the client may try on another connection."},
    {.code = 422,
     .phrase = "Unprocessable Content",
     .other_phrase = "Unprocessable Entity",
     .reference = "RFC 9110, section 15.5.21",
     .meaning = "The content is well formed and of a known type, but what it asks for "
		"cannot be done."},
    {.code = 423,
     .phrase = "Locked",
     .reference = "RFC 4918, section 11.3",
     .meaning = "The source or destination of a WebDAV method is locked."},
    {.code = 424,
     .phrase = "Failed Dependency",
     .reference = "RFC 4918, section 11.4",
     .meaning = "The action depended on another one, which failed."},
    {.code = 425,
     .phrase = "Too Early",
     .reference = "RFC 8470, section 5.2",
     .meaning = "The server does not risk processing a request that came in TLS early "
		"data and might be a replay."},
    {.code = 426,
     .phrase = "Upgrade Required",
     .reference = "RFC 9110, section 15.5.22",
     .meaning = "The server refuses the request under this protocol; Upgrade names "
		"those it would take."},
    {.code = 428,
     .phrase = "Precondition Required",
     .reference = "RFC 6585, section 3",
     .meaning = "The server wants the request to be conditional, so that nobody's "
		"change is overwritten unseen."},
    {.code = 429,
     .phrase = "Too Many Requests",
     .reference = "RFC 6585, section 4",
     .meaning = "The client has sent too many requests in a given time; Retry-After "
		"may say how long to wait."},
    {.code = 431,
     .phrase = "Request Header Fields Too Large",
     .reference = "RFC 6585, section 5",
     .meaning = "A header field of the request, or all of them together, is larger "
		"than the server takes."},
    {.code = 451,
     .phrase = "Unavailable For Legal Reasons",
     .reference = "RFC 7725, section 3",
     .meaning = "Access is denied because of a legal demand."},
    {.code = 500,
     .phrase = "Internal Server Error",
     .reference = "RFC 9110, section 15.6.1",
     .meaning = "The server met an unexpected condition that kept it from fulfilling "
		"the request.",
     .operator_hint = "The application has failed: its log at these times, for these "
		      "methods and paths. One path points to code, all of them to a "
		      "database or a configuration.",
     .tester_hint = "Input that the application did not expect: repeat the request "
		    "with parts of it changed, and read the body for traces.",
     .evidence = "The most frequent pairs of method and path, and the clients.",
     .notable = true},
    {.code = 501,
     .phrase = "Not Implemented",
     .reference = "RFC 9110, section 15.6.2",
     .meaning = "The server does not support what is needed, most often the method, "
		"for any resource."},
    {.code = 502,
     .phrase = "Bad Gateway",
     .reference = "RFC 9110, section 15.6.3",
     .meaning = "A gateway or proxy got an invalid response from the server behind "
		"it."},
    {.code = 503,
     .phrase = "Service Unavailable",
     .reference = "RFC 9110, section 15.6.4",
     .meaning = "The server cannot handle the request at present because of overload "
		"or maintenance; Retry-After may say for how long.",
     .operator_hint = "Overload, maintenance, or a balancer without a healthy back "
		      "end: look at the longest stretch of nothing else, and when it "
		      "began.",
     .tester_hint = "A limit of load or rate was reached, perhaps by you: go slower, "
		    "and note which paths give way first.",
     .evidence = "Retry-After, the most frequent paths, first and last time, and the "
		 "longest stretch of 10 s buckets with nothing else.",
     .notable = true},
    {.code = 504,
     .phrase = "Gateway Timeout",
     .other_phrase = "Gateway Time-out",
     .reference = "RFC 9110, section 15.6.5",
     .meaning = "A gateway or proxy got no response in time from the server behind "
		"it."},
    {.code = 505,
     .phrase = "HTTP Version Not Supported",
     .other_phrase = "HTTP Version not supported",
     .reference = "RFC 9110, section 15.6.6",
     .meaning = "The server does not support the major version of HTTP that the "
		"request used."},
    {.code = 506,
     .phrase = "Variant Also Negotiates",
     .reference = "RFC 2295, section 8.1",
     .meaning = "The variant chosen by content negotiation negotiates itself: an "
		"error of configuration."},
    {.code = 507,
     .phrase = "Insufficient Storage",
     .reference = "RFC 4918, section 11.5",
     .meaning = "The server cannot store what is needed to complete the request."},
    {.code = 508,
     .phrase = "Loop Detected",
     .reference = "RFC 5842, section 7.2",
     .meaning = "A WebDAV request of infinite depth ran into a loop of bindings."},
    {.code = 510,
     .phrase = "Not Extended",
     .reference = "RFC 2774, section 7 (obsoleted)",
     .meaning = "The request did not carry an extension that the server wants; the "
		"framework for it is historic."},
    {.code = 511,
     .phrase = "Network Authentication Required",
     .reference = "RFC 6585, section 6",
     .meaning = "The client has to log in to the network first: sent by captive "
		"portals, not by the origin server."},
};

enum status_class status_class_of(uint16_t code)
{
	if (code < 100 || code > 599)
		return CLASS_OTHER;
	return (enum status_class)(code / 100 - 1);
}

const char *status_class_name(enum status_class c)
{
	switch (c) {
	case CLASS_1XX:
		return "1xx";
	case CLASS_2XX:
		return "2xx";
	case CLASS_3XX:
		return "3xx";
	case CLASS_4XX:
		return "4xx";
	case CLASS_5XX:
		return "5xx";
	case CLASS_OTHER:
	case CLASSES:
		break;
	}
	return "other";
}

const char *status_class_meaning(enum status_class c)
{
	switch (c) {
	case CLASS_1XX:
		return "informational: the request goes on, or the protocol changes";
	case CLASS_2XX:
		return "the request succeeded";
	case CLASS_3XX:
		return "the client is sent elsewhere, or to its own stored copy";
	case CLASS_4XX:
		return "the request contains an error of some kind";
	case CLASS_5XX:
		return "the server met an error fulfilling the request";
	case CLASS_OTHER:
	case CLASSES:
		break;
	}
	return "a code outside 100 to 599, which no specification gives a meaning";
}

const struct status_code *status_code_at(size_t i)
{
	return i < sizeof(codes) / sizeof(codes[0]) ? &codes[i] : NULL;
}

const struct status_code *status_code_find(uint16_t code)
{
	size_t low = 0;
	size_t high = sizeof(codes) / sizeof(codes[0]);

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (codes[middle].code < code)
			low = middle + 1;
		else
			high = middle;
	}
	return low < sizeof(codes) / sizeof(codes[0]) && codes[low].code == code
		   ? &codes[low]
		   : NULL;
}
