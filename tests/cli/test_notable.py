#!/usr/bin/env python3
"""Each notable code from real servers: every field of its evidence against what the servers logged of each request,
and, where they cannot know, against what the client sent."""
import collections
import datetime
import json
import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness as h  # noqa: E402

CODES = (100, 200, 201, 301, 302, 304, 400, 401, 403, 404, 405, 413, 414, 500, 503)
ODD = ("raw_space", "control_byte", "bad_version", "no_host", "nothing_odd")
BUCKET_S = 10
# Of Space-Saving and its like, which merging needs; the lists are whole here.
INNER = {"totals", "floors", "error", "hashes", "buckets"}


def path_of(target):
    """As the manual has it: without query, numbers folded."""
    return re.sub(r"/\d+(?=[/.]|$)", "/{n}", target.split("?")[0])


def location_of(row):
    """Without query, and without an origin that is the host's own."""
    place = row["location"].split("?")[0]
    for own in ("http://%s" % row["host"], "http://%s:80" % row["host"]):
        place = place.removeprefix(own)
    return re.sub(r"/\d+(?=[/.]|$)", "/{n}", place)


def counted(keys):
    """A list of the evidence: [key..., count]."""
    return sorted([*(k if isinstance(k, tuple) else (k,)), n] for k, n in collections.Counter(keys).items())


def distinct(keys):
    return {"count": len(set(keys)), "exact": True}


def requests(rows):
    return counted((r["method"], path_of(r["target"])) for r in rows)


def sent_paths(rows):
    return distinct(r["target"].split("?")[0] for r in rows)


def paths(rows):
    return counted(path_of(r["target"]) for r in rows)


def clients(rows):
    return counted(r["client"] for r in rows)


def redirects(rows):
    to_other = [r for r in rows if re.match(r"https?://", location_of(r))]
    itself = [r for r in rows if location_of(r) == path_of(r["target"])]
    secure = [r for r in to_other if location_of(r).startswith("https://%s/" % r["host"])]
    return {"to_https": len(secure), "to_itself": len(itself),
            "to_other_host": len([r for r in to_other if location_of(r).split("/")[2] != r["host"]]),
            "no_location": len([r for r in rows if not r["location"]]),
            "distinct_paths": sent_paths(rows),
            "redirects": counted((path_of(r["target"]), location_of(r)) for r in rows),
            "locations": counted(location_of(r) for r in rows)}


def outage(rows):
    """The longest stretch of buckets in which every final response was 503; silence up to a minute is no end."""
    buckets = {}
    for r in rows:
        buckets.setdefault(int(r["time"] // BUCKET_S), set()).add(r["status"])
    best, begin, last = (0, None), None, None
    for n, statuses in sorted(buckets.items()):
        if statuses != {503}:
            begin = None
            continue
        if begin is None or n - last > 60 // BUCKET_S + 1:
            begin = n
        last = n
        if n - begin + 1 > best[0]:
            best = (n - begin + 1, begin)
    return {"bucket_seconds": BUCKET_S, "longest_buckets": best[0], "longest_seconds": best[0] * BUCKET_S,
            "longest_first": best[1] and datetime.datetime.fromtimestamp(
                best[1] * BUCKET_S, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"), "cut": False}


def truth(code, rows, everything, sent):
    """What the evidence of a code has to say. rows: logged with that status at one host; everything: all of that host;
    sent: what the client wrote down of its requests to it."""
    if code == 100:
        final = [r["status"] for r in sent if r["continued"]]
        return {"no_final_code": 0, "final_codes": counted(str(c) for c in final)}
    if code == 200:
        got = [r for r in rows if r["method"] != "HEAD"]
        empty = [r for r in got if r["body"] == 0]
        return {"empty": len(empty), "to_head": len(rows) - len(got), "body_bytes": sum(r["body"] for r in got),
                "empty_share": len(empty) / len(rows)}
    if code == 201:
        return {"no_location": len([r for r in rows if not r["location"]]), "methods": counted(r["method"] for r in rows),
                "locations": counted(location_of(r) for r in rows if r["location"])}
    if code in (301, 302):
        return redirects(rows)
    if code == 304:
        both = [r for r in rows if r["since"] and r["etag"]]
        return {"if_modified_since": len([r for r in rows if r["since"] and not r["etag"]]),
                "if_none_match": len([r for r in rows if r["etag"] and not r["since"]]), "both": len(both), "other": 0,
                "none_seen": 0,
                "share_of_200_and_304": len(rows) / len([r for r in everything if r["status"] in (200, 304)])}
    if code == 400:
        return {**{odd: len([r for r in sent if r["odd"] == odd]) for odd in ODD}, "request_not_seen": 0,
                "clients": clients(sent)}
    if code == 401:
        return {"with_credentials": len([r for r in rows if r["credentials"]]),
                "without_credentials": len([r for r in rows if not r["credentials"]]),
                "schemes": counted(r["authenticate"].split(" ")[0] for r in rows), "clients": clients(rows),
                "paths": paths(rows)}
    if code == 403:
        return {"paths": paths(rows), "clients": clients(rows)}
    if code == 404:
        return {"paths": paths(rows), "clients": clients(rows), "distinct_paths": sent_paths(rows)}
    if code == 405:
        return {"methods": counted(r["method"] for r in rows), "allow": counted(", ".join(re.split(", *", r["allow"])) for r in rows if r["allow"]),
                "requests": requests(rows)}
    if code == 413:
        sizes = [int(r["length"]) for r in rows]
        return {"size_not_known": 0, "request_body": {"min": min(sizes), "max": max(sizes)}, "requests": requests(rows)}
    if code == 414:
        lengths = [r["target_length"] for r in sent]
        return {"target_length": {"min": min(lengths), "max": max(lengths)}, "clients": clients(sent)}
    if code == 500:
        return {"requests": requests(rows), "clients": clients(rows)}
    return {"requests": requests(rows), "clients": clients(rows), "outage": outage(everything),
            "retry_after": counted(r["retry_after"] for r in rows if r["retry_after"])}


def plain(value):
    """A field of the evidence without what only merging needs; lists as counted() has them."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items() if k not in INNER}
    if isinstance(value, float):
        return round(value, 9)
    if isinstance(value, list):
        keys = ("code", "method", "path", "location", "scheme", "client", "value", "allow")
        return sorted([*(e[k] for k in keys if k in e), e["count"]] for e in value)
    return value


def seconds(stamp):
    return datetime.datetime.fromisoformat(stamp.replace("Z", "+00:00")).timestamp()


def check_host(tap, code, host, evidence, rows, sent):
    of_code = [r for r in rows if r["status"] == code]
    want = truth(code, of_code, rows, sent)
    name = "%d at %s: " % (code, host)
    for field, expected in want.items():
        if isinstance(expected, float):
            expected = round(expected, 9)
        tap.equal(plain(evidence.get(field)), expected, name + field)
    tap.equal(set(evidence) - INNER - {"first", "last"}, set(want), name + "every field is held against the log")
    if of_code:
        # A log says when a request began or was done.
        for field, at in (("first", min(r["time"] for r in of_code)), ("last", max(r["time"] for r in of_code))):
            tap.result(abs(seconds(evidence[field]) - at) < 1, name + field, "%s, the log says %s" % (evidence[field], at))


def check(tap, code):
    capture = os.path.join(h.PCAPS, "notable-%d.pcap" % code)
    with open(capture.replace(".pcap", ".jsonl"), encoding="utf-8") as f:
        lines = [json.loads(line) for line in f]
    logged = [r for r in lines if r["by"] != "client"]
    sent = [r for r in lines if r["by"] == "client"]
    doc = h.report(capture)[1]
    statuses = collections.Counter(r["status"] for r in logged)
    got = h.codes(doc["codes"])
    got.pop(100, None)
    tap.equal(got, dict(statuses), "%d: the codes are those of the logs" % code)
    told = {x["host"]: x["evidence"][str(code)] for x in doc["hosts"] if str(code) in x["evidence"]}
    # What a server refused before it had read Host has none in its log.
    source = sent if code in (100, 400, 414) else [r for r in logged if r["status"] == code]
    hosts = {r["host"] for r in source if r.get("continued", True)}
    tap.equal(set(told), hosts, "%d: evidence of the hosts that sent it" % code)
    for host in sorted(hosts & set(told)):
        check_host(tap, code, host, told[host], [r for r in logged if r["host"] == host],
                   [r for r in sent if r["host"] == host])


def main():
    tap = h.Tap()
    for code in CODES:
        check(tap, code)
    tap.done()


if __name__ == "__main__":
    main()
