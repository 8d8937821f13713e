#!/usr/bin/env python3
"""BPF filters: in both habits of the command line, for each link type, and the hints."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness as h  # noqa: E402

tap = h.Tap()


def filtered(name, args, want, refused=None):
    r, doc = h.report(*args)
    if doc is None:
        tap.result(False, name, r)
        return
    wrong = h.sums(doc)
    if h.codes(doc["codes"]) != want:
        wrong.append("codes %s, expected %s" % (h.codes(doc["codes"]), want))
    if refused is not None and doc["coverage"]["packets"]["filtered"] != refused:
        wrong.append("%s refused, expected %s" % (doc["coverage"]["packets"]["filtered"], refused))
    tap.result(not wrong and r.status == 0, name, "\n".join(wrong) + "\n" + r.message)


BOTH = {200: 1, 404: 1}
plain = h.pcap("vxlan.pcap")
filtered("words after -r are a filter", ["-r", h.pcap("rule-2-any-port.pcap"), "tcp", "port", "6379"], BOTH, 0)
filtered("... that may be one word", ["-r", h.pcap("rule-2-any-port.pcap"), "tcp port 6379"], BOTH, 0)
filtered("... and refuse everything", ["-r", h.pcap("rule-2-any-port.pcap"), "tcp", "port", "80"], {}, 12)
filtered("-f with files", [h.pcap("rule-2-any-port.pcap"), "-f", "tcp port 6379"], BOTH, 0)
filtered("-f with -r", ["-r", h.pcap("rule-2-any-port.pcap"), "-f", "port 80"], {}, 12)
filtered("several -r and one filter",
         ["-r", h.pcap("tls-beside-http.pcap"), "-r", h.pcap("rule-2-any-port.pcap"), "port", "80"], {200: 1, 404: 1})
filtered("one conversation of several", ["-r", h.pcap("rule-5-http-1-0.pcap"), "port 40001"], {404: 1})
filtered("a filter over four link types in one file",
         [h.pcap("file-pcapng-mixed-link-types.pcapng"), "-f", "tcp port 40001 or tcp port 40003"], {200: 2, 404: 2})
filtered("a filter that knows tags", ["-r", h.pcap("vlan.pcap"), "vlan and tcp port 80"], BOTH, 0)


def hinted(name, capture, expression, *parts):
    r = h.run("-r", h.pcap(capture), expression)
    text = r.text + r.message
    missing = [p for p in parts if p not in text]
    tap.result(r.status == 0 and not missing, name, "not said: %s\n%s" % (missing, r))


hinted("nothing matched and the traffic is tagged", "vlan.pcap", "tcp port 80", "vlan and")
hinted("nothing matched and the traffic is tunnelled", "gre.pcap", "tcp port 80", "tunnel")
hinted("a port filter loses fragments", "ipv6-fragments.pcap", "tcp port 80", "fragment")

r = h.run("-r", h.pcap("notable-codes.pcap"), "port", "81")
tap.result("13" not in r.text.split("\n")[0] or r.status == 0, "a filter that matches nothing is no error", r)
tap.contains(r.text.lower(), "filter", "... and the report says that a filter refused the packets")
tap.done()
