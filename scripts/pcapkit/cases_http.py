"""Cases about messages: what is a response, where its body ends, what it answers."""
from pcapkit.case import SERVER, case
from pcapkit.conversation import C, S, SV, Conn, Tap, chunked, opened, request, response

WWW = "www.example.test"
INSIDE = ("HTTP/1.1 500 Not A Response\r\nContent-Length: 3\r\n\r\n503\r\n"
          "\r\n\r\nHTTP/1.1 503 Service Unavailable\r\n\r\n")


@case({WWW: {c: 1 for c in (100, 200, 201, 301, 302, 304, 400, 401, 403, 404, 405, 413, 414,
                            500, 503)}}, order="complete")
def notable_codes():
    """The fifteen notable codes, one response each.

    100 is followed by the 201 of the same request. Each response carries the fields that
    belong to its code: Location, WWW-Authenticate, Allow, Retry-After."""
    tap, c = opened()
    c.exchange(request("/"), response(200, "ok"))
    put = request("/new", method="PUT", body="x" * 20, fields=["Expect: 100-continue"])
    c.send(C, put[:-20]).send(SV, response(100)).send(C, put[-20:])
    c.send(SV, response(201, fields=["Location: /new"])).ack(C)
    for code, fields in ((301, ["Location: https://www.example.test/a"]),
                         (302, ["Location: /login"]), (304, ["ETag: \"1\""]), (400, []),
                         (401, ["WWW-Authenticate: Basic realm=\"r\"", "WWW-Authenticate: Bearer"]),
                         (403, []), (404, []), (405, ["Allow: GET, HEAD"]), (413, []), (414, []),
                         (500, []), (503, ["Retry-After: 30"])):
        more = ["If-None-Match: \"1\""] if code == 304 else []
        c.exchange(request("/%d" % code, fields=more), response(code, "x" * 30 if code != 304 else "",
                                                                  fields))
    c.close()
    return tap


@case({WWW: {999: 1, 99: 1, 299: 1, 600: 1, 451: 1}}, order="complete")
def unregistered_codes():
    """Codes that nobody registered count as themselves; 099, 600 and 999 are in class other."""
    tap, c = opened()
    for code in (999, 99, 299, 600, 451):
        c.exchange(request("/"), response(code, "x", reason="Strange"))
    c.close()
    return tap


@case({WWW: {200: 2, 404: 1}}, order="complete")
def rule_2_body_with_status_lines():
    """Rule 2: a body of known length is not searched.

    The first body has status lines in it, one of them at the start of a segment."""
    tap, c = opened()
    c.send(C, request("/book"))
    body = INSIDE + "HTTP/1.1 500 At The Start Of A Segment\r\n\r\n"
    head = response(200, body)[:-len(body)]
    c.send(SV, head).send(SV, INSIDE.encode()).send(SV, body[len(INSIDE):].encode()).ack(C)
    c.exchange(request("/2"), response(404, INSIDE))
    c.exchange(request("/3"), response(200))
    c.close()
    return tap


@case({WWW: {200: 1, 404: 1}}, order="complete")
def rule_2_any_port():
    """Rule 2: HTTP on port 6379 is HTTP."""
    tap, c = opened(sport=6379)
    c.exchange(request("/"), response(200, "x"))
    c.exchange(request("/x"), response(404, "x"))
    c.close()
    return tap


@case({WWW: {200: 2, 304: 1}}, order="complete")
def rule_3_bare_lf():
    """Rule 3: lines that end with LF alone (RFC 9112 section 2.2), in requests and responses."""
    tap, c = opened()
    for code, body in ((200, b"line\r\n"), (304, b""), (200, b"x")):
        message = response(code, body)
        head = message[:len(message) - len(body)].replace(b"\r\n", b"\n")
        c.exchange(request("/").replace(b"\r\n", b"\n"), head + body)
    c.close()
    return tap


@case({WWW: {200: 1, 404: 1, 500: 1}}, order="complete")
def rule_3_no_reason():
    """Rule 3: a status line without a reason phrase, with and without its space."""
    tap, c = opened()
    for code, end in ((200, b""), (404, b" "), (500, b"")):
        c.exchange(request("/"), b"HTTP/1.1 %d%s\r\nContent-Length: 2\r\n\r\nhi" % (code, end))
    c.close()
    return tap


@case({WWW: {200: 2, 404: 1}}, order="complete")
def rule_3_folded_fields():
    """Rule 3: header fields folded over several lines (obs-fold, RFC 9112 section 5.2).

    A fold of a Content-Length with its value on the next line, and a folded line that looks
    like a status line."""
    tap, c = opened()
    c.exchange(request("/"), b"HTTP/1.1 200 OK\r\nX-Note: one\r\n two\r\n\tHTTP/1.1 500 Three\r\n"
               b"Content-Length:\r\n 5\r\n\r\nhello")
    c.exchange(request("/"), response(404, "x"))
    c.exchange(request("/"), response(200, "x"))
    c.close()
    return tap


@case({WWW: {200: 2, 404: 1}}, order="complete",
      tshark="it does not skip empty lines before a status line")
def rule_3_junk_lines():
    """Rule 3: empty lines between messages, in both directions; versions 1.0 and 1.9."""
    tap, c = opened()
    c.exchange(request("/"), response(200, "x"))
    c.exchange(b"\r\n" + request("/"), b"\r\n\r\n" + response(404, "x", version="1.9"))
    c.exchange(b"\r\n\r\n" + request("/"),
               b"\n" + response(200, "x", ["Connection: keep-alive"], version="1.0"))
    c.close()
    return tap


@case({}, figures={"responses": 0}, tshark="it shows SSDP, which is HTTP over UDP, too")
def rule_3_other_protocols():
    """Rule 3: RTSP, SIP and ICY answer with lines like HTTP's, and SSDP is HTTP over UDP: none counts."""
    from pcapkit import packet as p
    tap = Tap()
    for i, (name, port) in enumerate((("RTSP/1.0", 554), ("SIP/2.0", 5060), ("ICY", 8000))):
        c = Conn(tap, 40000 + i, sport=port).open()
        question = "OPTIONS rtsp://cam/ %s\r\nCSeq: 1\r\n\r\n" % name
        if name == "ICY":
            question = "SOURCE secret /stream ICE/1.0\r\ncontent-type: audio/mpeg\r\n\r\n"
        c.exchange(question.encode(), ("%s 200 OK\r\nCSeq: 1\r\n\r\n" % name).encode())
        c.close()
    note = b"HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nEXT:\r\n\r\n"
    tap.add(1, p.ETH.frame(SV, p.ipv4("198.51.100.20", "192.0.2.10", 17,
                                      p.udp("198.51.100.20", "192.0.2.10", 1900, 50000, note))))
    return tap


@case({WWW: {100: 2, 102: 1, 200: 1, 417: 1, 404: 1}}, order="complete")
def rule_4_interim():
    """Rule 4: interim responses count and leave the request waiting.

    100 then 200; 417 without a 100; 100, 102, then 404."""
    tap, c = opened()
    expect = ["Expect: 100-continue", "Content-Length: 5"]
    post = request("/", method="POST", fields=expect)
    c.send(C, post).send(SV, response(100)).send(C, b"hello").send(SV, response(200, "x")).ack(C)
    c.send(C, post.replace(b"100-continue", b"bananas")).send(C, b"hello")
    c.send(SV, response(417)).ack(C)
    c.send(C, post).send(SV, response(100)).send(C, b"hello")
    c.send(SV, response(102)).send(SV, response(404, "x")).ack(C)
    c.close()
    return tap


@case({WWW: {100: 1}}, figures={"coverage.no_response.closed": 1})
def rule_4_interim_without_final():
    """Rules 4 and 8: 100 Continue, and then the server closes: the request has no response."""
    tap, c = opened()
    c.send(C, request("/up", method="PUT", fields=["Expect: 100-continue", "Content-Length: 5"]))
    c.send(SV, response(100)).ack(C).send(C, b"hello").ack(SV)
    c.close()
    return tap


@case({WWW: {103: 2, 200: 1, 304: 1}}, order="complete")
def rule_4_early_hints():
    """Rule 4: 103 Early Hints (RFC 8297) before 200, and before a 304 in the same segment."""
    tap, c = opened()
    hints = response(103, fields=["Link: </style.css>; rel=preload"])
    c.send(C, request("/")).send(SV, hints).send(SV, response(200, "hello")).ack(C)
    c.exchange(request("/"), hints + response(304))
    c.close()
    return tap


@case({"ws.example.test": {101: 1}})
def rule_4_switching_protocols():
    """Rule 4: 101 is final, and what follows is no HTTP: here WebSocket frames, one of which
    has a status line at the start of its segment."""
    tap, c = opened()
    c.exchange(request("/chat", "ws.example.test", fields=["Connection: Upgrade", "Upgrade: websocket"]),
               response(101, fields=["Connection: Upgrade", "Upgrade: websocket"]))
    c.send(SV, b"\x81\x05hello").ack(C).send(C, b"\x81\x85\0\0\0\0hello").ack(SV)
    c.send(SV, b"HTTP/1.1 500 Not A Response\r\n\r\n").ack(C)
    c.close()
    return tap


@case({WWW: {200: 3, 404: 1, 304: 1, 204: 1}}, order="complete")
def rule_5_no_body():
    """Rule 5: HEAD, 304 and 204 have no body whatever their Content-Length says."""
    tap, c = opened()
    big = ["Content-Length: 100000"]
    c.exchange(request("/", method="HEAD"), response(200, fields=big, length=False))
    c.exchange(request("/", method="HEAD"),
               response(404, fields=["Transfer-Encoding: chunked"], length=False))
    c.exchange(request("/"), response(304, fields=big))
    c.exchange(request("/"), response(200, "hello"))
    c.exchange(request("/", method="DELETE"), response(204, fields=big))
    c.exchange(request("/", method="HEAD"), response(200, fields=big, length=False))
    c.close()
    return tap


@case({WWW: {200: 2, 404: 1, 500: 1}}, order="complete")
def rule_5_chunked():
    """Rule 5: chunked with extensions, a trailer section, upper case, and status lines inside.

    The trailer section holds a line that looks like a status line; so do a chunk and a chunk
    extension."""
    tap, c = opened()
    te = ["Transfer-Encoding: chunked"]
    body = chunked((INSIDE, ";name=\"HTTP/1.1 500 X\";q"), "A" * 26, "b",
                   last="000;last\r\nX-Sum: 1\r\nHTTP/1.1 503 Trailer\r\nX-End: 2\r\n\r\n")
    c.exchange(request("/"), response(200, body, te, length=False), mss=48)
    c.exchange(request("/", method="POST", fields=["Transfer-Encoding: gzip, Chunked"])
               + chunked("GET /inside HTTP/1.1\r\n\r\n"), response(404, "x"))
    c.exchange(request("/"), response(200, chunked("x" * 300).replace(b"12c", b"12C"), te, length=False))
    both = te + ["Content-Length: 3"]
    c.exchange(request("/"), response(500, chunked("transfer-encoding wins"), both, length=False))
    c.close()
    return tap


@case({WWW: {200: 3}}, order="complete")
def rule_5_equal_lengths():
    """Rule 5: Content-Length twice with the same value, as two fields and as a list."""
    tap, c = opened()
    c.exchange(request("/"), response(200, "hello", ["Content-Length: 5"]))
    c.exchange(request("/"), response(200, "hello", ["Content-Length: 5, 5"], length=False))
    c.exchange(request("/"), response(200, "hello"))
    c.close()
    return tap


@case({WWW: {200: 1, 404: 1}}, figures={"coverage.conflicting_length": 1})
def rule_5_conflicting_lengths():
    """Rule 5: two different Content-Lengths: marked, and the next response is found where a
    segment begins with one."""
    tap, c = opened()
    c.exchange(request("/"), response(200, "hello", ["Content-Length: 50"]))
    c.exchange(request("/"), response(404, "x"))
    c.close()
    return tap


@case({WWW: {200: 1}}, order="complete")
def rule_5_until_close():
    """Rule 5: without a length the body goes on until the server closes, status lines and all."""
    tap, c = opened()
    c.send(C, request("/")).send(SV, response(200, "begin ", length=False))
    c.send(SV, INSIDE.encode()).send(SV, b"HTTP/1.1 500 Still The Body\r\n\r\n").ack(C)
    c.close()
    return tap


@case({WWW: {200: 1, 404: 1}}, order="complete")
def rule_5_http_1_0():
    """Rule 5: HTTP/1.0, a connection for each request, bodies until close."""
    tap = Tap()
    for i, code in enumerate((200, 404)):
        c = Conn(tap, 40000 + i).open()
        c.exchange(request("/", version="1.0"), response(code, "text\n", version="1.0", length=False))
        c.close()
    return tap


@case({"inner.example.test:8080": {200: 2, 404: 1}}, tshark="it does not look into this tunnel")
def rule_5_connect():
    """Rule 5: a 2xx to CONNECT has no body; the tunnel is examined afresh and carries HTTP."""
    tap, c = opened(sport=3128)
    authority = "inner.example.test:8080"
    c.exchange(request(authority, authority, "CONNECT"),
               response(200, fields=["Content-Length: 10"], length=False))
    c.exchange(request("/", authority), response(404, "x"))
    c.exchange(request("/", authority), response(200, "x"))
    c.close()
    return tap


@case({"inner.example.test:8443": {200: 1}, WWW: {403: 1, 407: 1}}, figures={"coverage.packets.tls": 4})
def rule_5_connect_tls_and_refused():
    """Rule 5: a tunnel with TLS inside shows nothing more; a refused CONNECT has a body."""
    tap, c = opened(sport=3128)
    c.exchange(request("inner.example.test:8443", "inner.example.test:8443", "CONNECT"),
               response(200, length=False))
    c.send(C, bytes.fromhex("16030100050100000100")).ack(SV)
    c.send(SV, bytes.fromhex("16030300050200000100") + bytes.fromhex("1703030003") + b"abc").ack(C)
    c.close()
    c = Conn(tap, 40001, sport=3128).open()
    c.exchange(request("www.example.test:443", "www.example.test:443", "CONNECT"),
               response(407, INSIDE, reason="Proxy Authentication Required"))
    c.exchange(request("www.example.test:443", "www.example.test:443", "CONNECT"), response(403, "no"))
    c.close()
    return tap


@case({"a.example.test": {200: 2}, "b.example.test": {404: 1, 500: 1}}, order="complete")
def rule_6_pipelining():
    """Rule 6: four requests in one segment, four responses in two: they pair in order."""
    tap, c = opened()
    hosts = ("a.example.test", "b.example.test", "a.example.test", "b.example.test")
    c.send(C, b"".join(request("/%d" % i, h) for i, h in enumerate(hosts))).ack(SV)
    answers = [response(code, "x" * 40) for code in (200, 404, 200, 500)]
    c.send(SV, answers[0] + answers[1][:9]).send(SV, answers[1][9:] + answers[2] + answers[3])
    c.ack(C).close()
    return tap


@case({WWW: {200: 1, 404: 1}}, figures={"coverage.unpaired_responses": 0})
def rule_6_response_before_request():
    """Rule 6: packets stand in the file with each response before its request.

    As a capture has it that merges two directions with different delays."""
    tap, c = opened()
    start = len(tap.records)
    for code in (200, 404):
        c.exchange(request("/"), response(code, "x"))
    r = tap.records
    for i in range(start, len(r) - 1, 3):
        r[i], r[i + 1] = r[i + 1], r[i]
        r[i].time, r[i + 1].time = r[i + 1].time, r[i].time
    c.close()
    return tap


def one_way(direction):
    tap, c = opened()
    c.exchange(request("/", method="HEAD"), response(200, fields=["Content-Length: 4000"], length=False))
    c.exchange(request("/"), response(404, "not here"))
    c.exchange(request("/"), response(500, chunked("x"), ["Transfer-Encoding: chunked"], length=False))
    c.close()
    source = bytes([192, 0, 2, 10]) if direction == C else bytes([198, 51, 100, 20])
    tap.records = [r for r in tap.records if r.data[26:30] == source]
    return tap


@case({SERVER: {200: 1, 404: 1, 500: 1}}, figures={"coverage.unpaired_responses": 3})
def rule_6_server_side_only():
    """Rule 6: only the server's packets. The first response answers a HEAD that nobody saw: its
    missing body shows by the status line that follows. The row is the server's address."""
    return one_way(SV)


@case({}, figures={"requests": 3, "responses": 0, "coverage.unpaired_responses": 0})
def rule_6_client_side_only():
    """Rule 6: only the client's packets: requests, no response, and none said to be missing."""
    return one_way(C)


@case({WWW: {200: 8}, "www.example.test:8080": {200: 1}, "[2001:db8::1]": {200: 1},
       "[2001:db8::1]:8080": {200: 1}, "192.0.2.80": {200: 1}, "(invalid)": {200: 3},
       SERVER: {200: 2}})
def rule_7_hosts():
    """Rule 7: the names of hosts: case, ports, dots, absolute-form, IPv6, invalid and absent ones."""
    tap, c = opened()
    hosts = ("www.example.test", "WWW.Example.TEST", "www.example.test:80", "www.example.test.",
             "www.example.test.:80", "  www.example.test  ",
             "www.example.test:8080", "[2001:db8::1]", "[2001:DB8:0:0::1]:8080", "192.0.2.80",
             "bad host", "<script>", "x" * 300, "", None)
    for host in hosts:
        c.exchange(request("/", host), response(200, "x"))
    c.exchange(request("http://WWW.example.test/abs", "other.example.test"), response(200, "x"))
    c.exchange(request("http://www.example.test:80/abs", "other.example.test"), response(200, "x"))
    c.close()
    return tap


def unanswered(end, later=None):
    tap, c = opened()
    c.exchange(request("/"), response(200, "x"))
    c.send(C, request("/slow")).ack(SV)
    end(tap, c)
    return tap


@case({WWW: {200: 1}}, figures={"coverage.no_response.closed": 1, "coverage.pending": 0})
def rule_8_closed():
    """Rule 8: the server closes in order without an answer."""
    return unanswered(lambda tap, c: c.close())


@case({WWW: {200: 1}}, figures={"coverage.no_response.reset": 1, "coverage.pending": 0})
def rule_8_reset():
    """Rule 8: the server resets the connection instead of an answer."""
    return unanswered(lambda tap, c: c.rst(SV))


@case({WWW: {200: 1}, "later.example.test": {200: 1}},
      figures={"coverage.no_response.timeout": 1, "coverage.pending": 0})
def rule_8_timeout():
    """Rule 8: no answer for six minutes; another connection shows that time has passed."""
    def end(tap, c):
        tap.wait(360 * S)
        Conn(tap, 40001).open().exchange(request("/", "later.example.test"), response(200, "x")).close()
    return unanswered(end)


@case({WWW: {200: 2}}, figures={"coverage.no_response.timeout": 0, "coverage.pending": 0})
def rule_8_late_response():
    """Rule 8: the response comes after six minutes: the request is not unanswered after all."""
    def end(tap, c):
        tap.wait(360 * S)
        c.send(SV, response(200, "late")).ack(C).close()
    return unanswered(end)


@case({WWW: {200: 1}}, figures={"coverage.pending": 1, "coverage.no_response.closed": 0,
                                "coverage.no_response.timeout": 0})
def rule_8_pending():
    """Rule 8: the capture ends while a request waits: pending, and no error."""
    return unanswered(lambda tap, c: None)


@case({WWW: {417: 1, 200: 3, 401: 1, 100: 1}}, figures={"requests": 5})
def expect_refused():
    """A client that asks (Expect: 100-continue) and gets a final answer need not send its body
    (RFC 9110 section 10.1.1): the next request may follow at once, or the body all the same."""
    tap, c = opened()
    ask = request("/up", method="PUT", fields=["Expect: 100-continue", "Content-Length: 300"])
    c.exchange(ask, response(417)).exchange(request("/up"), response(200, "x"))
    c.exchange(ask, response(401))
    c.exchange(ask, response(100)).send(C, b"x" * 300).send(SV, response(200)).ack(C)
    c.exchange(ask, response(200)).send(C, b"x" * 200).send(C, b"y" * 100).ack(SV)
    c.close()
    return tap


@case({WWW: {200: 4, 404: 1}}, figures={"coverage.unpaired_responses": 0, "coverage.packets.tls": 9})
def proxy_protocol():
    """The header that a load balancer puts before the first bytes of a connection (PROXY protocol,
    versions 1 and 2): in the segment of the request, in its own, before TLS."""
    tap = Tap()
    line = b"PROXY TCP4 192.0.2.1 198.51.100.1 56324 80\r\n"
    binary = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c" + bytes(range(12))
    for i, first in enumerate((line, binary, b"PROXY UNKNOWN\r\n")):
        c = Conn(tap, 40000 + i).open()
        c.exchange(first + request("/"), response(200, "x"))
        c.close()
    c = Conn(tap, 40003).open().send(C, binary)
    c.exchange(request("/"), response(200, "x")).exchange(request("/"), response(404, "x")).close()
    c = Conn(tap, 40004, sport=443).open()
    c.exchange(binary + bytes.fromhex("16030100050100000100"), bytes.fromhex("16030300050200000100"))
    c.close()
    return tap


@case({WWW: {200: 1, 404: 1}})
def socks_then_http():
    """A SOCKS5 handshake (RFC 1928), then HTTP on the same connection."""
    tap, c = opened(sport=1080)
    c.exchange(b"\5\1\0", b"\5\0")
    c.exchange(b"\5\1\0\1\xc6\x33\x64\x14\0\x50", b"\5\0\0\1\0\0\0\0\0\0")
    c.exchange(request("/"), response(200, "x"))
    c.exchange(request("/"), response(404, "x"))
    c.close()
    return tap


@case({}, figures={"responses": 0})
def http_0_9():
    """HTTP/0.9 has no status: nothing counts, though the text answered contains a status line."""
    tap, c = opened()
    c.exchange(b"GET /index.html\r\n", b"<html>\r\nHTTP/1.1 200 OK\r\n</html>\r\n")
    c.close()
    return tap


@case({WWW: {408: 1, 200: 1, 413: 1}})
def early_responses():
    """A 408 for a head that never ends, and a 413 before the body of its request has come."""
    tap = Tap()
    c = Conn(tap, 40000).open()
    c.send(C, request("/up", method="POST", fields=["Content-Length: 100000"])).send(C, b"x" * 1400)
    c.send(SV, response(413, "too large", ["Connection: close"])).ack(C)
    c.close()
    c = Conn(tap, 40001).open()
    c.exchange(request("/"), response(200, "x"))
    tap.wait(5 * S)
    c.send(C, b"GET / HTTP/1.1\r\nHost: www.example.test\r\n").ack(SV)
    tap.wait(30 * S)
    c.send(SV, response(408, fields=["Connection: close"])).ack(C).close()
    return tap


@case({"(invalid)": {400: 3, 200: 1}, "-cmd.example.test": {200: 1}, WWW: {404: 1}})
def hostile_names():
    """Names that want to harm a reader: escape sequences, markup, formulas, in hosts, targets and
    reason phrases. No face of a report may let them through."""
    tap, c = opened()
    evil = "\x1b]0;owned\x07\x1b[2J"
    c.exchange(request("/", evil), response(400, "x", reason=evil))
    c.exchange(request("/<script>alert(1)</script>", "<script>alert(1)</script>"), response(400, "x"))
    c.exchange(request("/", "=cmd|'/C calc'!A0"), response(400, "x"))
    c.exchange(request("/", "\u202e".encode().decode("latin-1") + "tset"), response(200, "x"))
    c.exchange(request("/", "-cmd.example.test"), response(200, "x"))
    c.exchange(request("/" + evil + "=1+1"), response(404, "x"))
    c.close()
    return tap


@case({WWW: {200: 2, 500: 1}}, order="complete",
      tshark="it loses a chunked body whose size lines come byte by byte")
def byte_by_byte():
    """Every byte in a segment of its own: status lines, chunk sizes and all."""
    tap, c = opened()
    c.exchange(request("/"), response(200, "hello"), mss=1)
    c.exchange(request("/"), response(500, chunked("abc", ("d", ";e")),
                                      ["Transfer-Encoding: chunked"], length=False), mss=1)
    c.exchange(request("/"), response(200, "x"), mss=1)
    c.close()
    return tap


@case({WWW: {200: 1, 301: 1, 404: 1}}, order="complete")
def split_status_line():
    """Status lines split over segments after HT, after the first digit, and before the end of line."""
    tap, c = opened()
    for code, at in ((200, 2), (301, 10), (404, 22)):
        message = response(code, "x")
        c.send(C, request("/")).send(SV, message[:at]).send(SV, message[at:]).ack(C)
    c.close()
    return tap


@case({WWW: {206: 1, 200: 1}}, order="complete")
def multipart_ranges():
    """206 with multipart/byteranges whose parts have heads of their own; gzip bytes after it."""
    tap, c = opened()
    part = "--b\r\nContent-Type: message/http\r\nContent-Range: bytes 0-3/9\r\n\r\n" + INSIDE
    c.exchange(request("/", fields=["Range: bytes=0-3,5-6"]),
               response(206, part + part + "--b--\r\n", ["Content-Type: multipart/byteranges; boundary=b"]))
    c.exchange(request("/"), response(200, bytes(range(256)) * 4, ["Content-Encoding: gzip"]))
    c.close()
    return tap
