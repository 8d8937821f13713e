#!/usr/bin/env python3
"""What stands behind the codes, against how the demo capture was made; events against what
every case of pcaps/ expects; matching packets; anonymity."""
import json
import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness as h  # noqa: E402

DEMO = os.path.join(h.PCAPS, "demo.pcapng")
UNANSWERED = ("none", "closed", "reset", "timeout", "unseen", "pending")
KNOWN_ANSWER = {"http.response.status_code", "statline.code_unknown"}
KEYS = ("code", "method", "path", "location", "scheme", "client", "value", "allow")


def value_at(evidence, dotted):
    """`413.request_body.min`; `404.clients` as a list of keys and counts; `.count` of a list sums it."""
    value = evidence
    for part in dotted.split("."):
        if isinstance(value, list):
            return sum(e["count"] for e in value)
        value = value[part]
    if isinstance(value, list):
        return sorted([*[e[k] for k in KEYS if k in e], e["count"]] for e in value)
    return value


def demo(tap):
    with open(os.path.join(h.PCAPS, "expected-demo.json"), encoding="utf-8") as f:
        want = json.load(f)
    doc = h.report(DEMO)[1]
    tap.equal(doc["codes"], want["codes"], "demo: codes")
    hosts = {x["host"]: x for x in doc["hosts"]}
    for host, fields in sorted(want["evidence"].items()):
        for field, expected in sorted(fields.items()):
            got = value_at(hosts[host]["evidence"], field)
            tap.equal(got, sorted(expected) if isinstance(expected, list) else expected,
                      "demo: %s: %s" % (host, field))
    looks = {c["client"]: c["looks_like"] for c in doc["clients"]}
    tap.equal(looks, want["clients"], "demo: what clients look like")
    tap.result(doc["clients"][0]["looks_like"] is not None, "demo: who looks suspicious stands first")
    for host in doc["hosts"]:
        by_class = {k: sum(n for c, n in host["codes"].items() if c[0] + "xx" == k) for k in host["classes"]}
        tap.equal({k: v for k, v in by_class.items() if k != "other"},
                  {k: v for k, v in host["classes"].items() if k != "other"}, host["host"] + ": classes are the codes'")
        for code, times in host["code_times"].items():
            tap.result(host["first"] <= times["first"] <= times["last"] <= host["last"],
                       "%s: %s lies within its host's time" % (host["host"], code))
    total = {k: sum(b["classes"][k] for b in doc["timeline"]) for k in doc["classes"]}
    tap.equal(total, doc["classes"], "demo: the timeline adds up to the classes")
    outage = hosts["api.example.test"]["evidence"]["503"]["outage"]
    # 24 s of nothing else: two whole buckets of 10 s at least, three at most
    tap.result(1 <= outage["longest_buckets"] <= 3, "demo: the outage has one to three buckets", outage)
    slow = doc["slowest"]
    tap.result(slow == sorted(slow, key=lambda s: -s["latency"]) and 0 < len(slow) <= 20, "demo: slowest first")
    for by in ("server", "client"):
        tap.equal(h.report("--by", by, DEMO)[1]["slowest"], slow, "demo: the slowest keep their host in rows by " + by)


def interim(code):
    return 100 <= code < 200 and code != 101


def events(tap):
    with open(os.path.join(h.PCAPS, "expected.json"), encoding="utf-8") as f:
        cases = json.load(f)
    for name, want in sorted(cases.items()):
        files = [os.path.join(h.PCAPS, f) for f in want["files"]]
        expected = {int(k): n for k, n in want["codes"].items()}
        r = h.run("--events", "-", "--events-format", "zeek", *want.get("args", []), *files)
        got = h.zeek_codes(r.text)
        tap.equal(got, expected, "zeek: " + name)
        r = h.run("--events", "-", *want.get("args", []), *files)
        lines = [json.loads(line) for line in r.text.splitlines()]
        codes = {}
        for e in lines:
            code = e.get("http.response.status_code")
            if code is not None and not interim(code):
                codes[code] = codes.get(code, 0) + 1
        tap.equal(codes, {k: n for k, n in expected.items() if not interim(k)}, "ecs: " + name)
        dumb = [e for e in lines if e.get("statline.outcome", "none") not in UNANSWERED
                or ("statline.outcome" in e) == bool(KNOWN_ANSWER & set(e))]
        tap.equal(dumb, [], "ecs: %s: a response, or why there is none" % name)
        tap.result(not re.search(r"[^\n -~]", r.text), "ecs: %s: ASCII without control bytes" % name)


def forwarded(tap):
    """Who asked, with what: the same in HTTP/1.1 and in HTTP/2."""
    capture = os.path.join(h.PCAPS, "forwarded.pcap")
    trust = ("--trust-proxy", "192.0.2.10/32,10.0.0.0/8")
    clients = ("203.0.113.5", "203.0.113.7", "192.0.2.10")
    doc = h.report(*trust, capture)[1]
    tap.equal(sorted((c["client"], c["requests"]) for c in doc["clients"]), sorted((c, 2) for c in clients),
              "--trust-proxy: clients of HTTP/1.1 and HTTP/2")
    tap.equal(value_at(doc["hosts"][0]["evidence"], "404.clients"), [[c, 2] for c in clients[:2]],
              "--trust-proxy: clients behind 404")
    lines = [json.loads(line) for line in h.run("--events", "-", *trust, capture).text.splitlines()]
    want = [(version, client, path, agent, referer) for version in ("2", "1.1") for client, path, agent, referer in (
        (clients[0], "/0", "tester/1", "http://www.example.test/from"), (clients[1], "/1", "tester/2", None),
        (clients[2], "/2", None, None))]
    keys = ("http.version", "source.ip", "url.path", "user_agent.original", "http.request.referrer")
    tap.equal([tuple(e.get(k) for k in keys) for e in lines], want, "events: clients, User-Agent, Referer")


def selections(tap):
    r = h.run("--events", "-", "--filter-code", "5xx,404", DEMO)
    codes = {json.loads(line)["http.response.status_code"] for line in r.text.splitlines()}
    tap.equal(codes, {404, 500, 503}, "--filter-code selects events")
    r = h.run("--events", "-", "--filter-host", "api.*", DEMO)
    tap.equal({json.loads(line)["url.domain"] for line in r.text.splitlines()}, {"api.example.test"},
              "--filter-host selects events")
    doc = h.report("--filter-code", "503", DEMO)[1]
    tap.equal([x["host"] for x in doc["hosts"]], ["api.example.test"], "--filter-code selects rows")
    tap.equal(doc["codes"]["404"], 25, "and leaves the totals whole")
    plain = h.report(DEMO)[1]["codes"]
    with h.scratch() as d:
        out = os.path.join(d, "m.pcap")
        r = h.run("--filter-code", "503", "--write-matching", out, DEMO)
        doc = h.report(out)[1]
        tap.equal((r.status, doc["codes"]), (0, {"503": plain["503"]}), "--write-matching: each of these connections had a 503 alone")
        ports = os.path.join(h.PCAPS, "tcp-port-reuse.pcap")
        r = h.run("--filter-code", "404", "--write-matching", out, ports)
        first, again = h.report(ports)[1], h.report(out)[1]
        tap.result(again["codes"].get("404") == first["codes"].get("404") and sum(again["codes"].values())
                   < sum(first["codes"].values()), "--write-matching: not the other connection on the same ports", again["codes"])
        for name in ("ipv4-fragments", "ipv6-fragments-reversed"):
            capture = os.path.join(h.PCAPS, name + ".pcap")
            h.run("--write-matching", out, capture)
            tap.equal(h.report(out)[1]["coverage"]["packets"], h.report(capture)[1]["coverage"]["packets"],
                      "--write-matching: all fragments of " + name)
        two = os.path.join(h.PCAPS, "fragments-of-two.pcap")
        for code, packets, how in (("503", 11, "--utc"), ("200", 7, "--no-sandbox")):
            h.run(how, "--filter-code", code, "--write-matching", out, two)
            doc = h.report(out)[1]
            tap.equal((doc["codes"], doc["coverage"]["total_packets"]), ({code: 1}, packets),
                      "--write-matching: fragments of the connection with %s alone" % code)
        h.put(d, "same.pcap", open(two, "rb").read())
        h.run("--filter-code", "503", "--write-matching", "same.pcap", "same.pcap", cwd=d)
        tap.equal(h.report(os.path.join(d, "same.pcap"))[1]["codes"], {"503": 1}, "--write-matching: over its input")
        mixed = os.path.join(h.PCAPS, "file-pcapng-mixed-link-types.pcapng")
        r = h.run("--write-matching", out, mixed)
        tap.equal(h.report(out)[1]["codes"], h.report(mixed)[1]["codes"], "--write-matching: several link types")
    for args in (["--filter-code", "6x"], ["--trust-proxy", "10.0.0.0/99"], ["--events-format", "x"],
                 ["--write-matching", "x", "-"]):
        tap.equal(h.run(*args, DEMO).status, h.EX_USAGE, "wrong: " + " ".join(args))


def anonymity(tap):
    names = re.compile(r"example\.test|10\.91\.7\.|index\.html|/users|/staff|secret|\.php")
    with h.scratch() as d:
        # A key of chance leaves 24 bits of an address as they were once in 1,500: bits of the same block turn alike.
        key = h.put(d, "key", b"00112233445566778899aabbccddeeff" * 2 + b"\n") or os.path.join(d, "key")
        for fmt in ("text", "json", "csv"):
            r = h.run("--anonymize=" + key, "--format", fmt, DEMO, cwd=d)
            text = r.text.replace("demo.pcapng", "")
            tap.result(r.status == 0 and not names.search(text), "anonymous " + fmt, names.findall(text)[:5])
        r = h.run("--anonymize=" + key, "--events", "-", DEMO)
        tap.result(not names.search(r.text), "anonymous events", names.findall(r.text)[:5])
        r = h.run("--anonymize", DEMO)
        tap.result(r.status == 0 and "example.test" not in r.text, "without a key")
        one, two = (h.report("--anonymize=" + key, DEMO)[1] for _ in range(2))
        tap.equal(one["hosts"], two["hosts"], "one key, one name")
        plain = h.report(DEMO)[1]
        tap.equal([x["codes"] for x in one["hosts"]], [x["codes"] for x in plain["hosts"]], "the figures stay")
        tap.equal([c["looks_like"] for c in one["clients"]], [c["looks_like"] for c in plain["clients"]],
                  "a scan still looks like one")


def main():
    tap = h.Tap()
    demo(tap)
    events(tap)
    forwarded(tap)
    selections(tap)
    anonymity(tap)
    tap.done()


if __name__ == "__main__":
    main()
