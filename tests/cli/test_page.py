#!/usr/bin/env python3
"""The HTML page: as text, and in a browser where there is one."""
import html.parser
import os
import re
import shutil
import struct
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness as h  # noqa: E402

tap = h.Tap()
ALLOWED = {"html", "head", "meta", "link", "title", "style", "body", "main", "footer", "h1", "h2", "h3", "p", "a", "b", "ul",
           "li", "dl", "dt", "dd", "div", "span", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "label",
           "input", "output", "svg", "rect", "line", "text", "script"}
VOID = {"meta", "link", "input"}
EVIL = [b"<script>alert(1)</script>", b"\"><img src=x onerror=alert(1)>", b"'; alert(1); '", b"</style><script>alert(1)</script>",
        b"</script><script>alert(1)</script>", b"\xe2\x80\xaetxet\xe2\x80\xac", b"\x1b[2J\x00\x01\x7f\x85", b"&lt;b&gt;", b"a" * 8192,
        b"javascript:alert(1)", b"\xff\xfe\xfd", b"{{7*7}}", b"<!--", b"]]>"]


class Parser(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.wrong, self.tags, self.text = [], [], {}, []

    def handle_starttag(self, tag, attrs):
        self.tags[tag] = self.tags.get(tag, 0) + 1
        if tag not in ALLOWED:
            self.wrong.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name == "style" or (name in ("href", "src") and not re.match("#h|data:,$", value or "")):
                self.wrong.append("%s %s=%r" % (tag, name, value))
        if tag not in VOID and tag not in ("rect", "line"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append("/" + tag)

    def handle_data(self, data):
        self.text.append(data)

    handle_comment = lambda self, data: self.wrong.append("comment")  # noqa: E731


def parse(text):
    p = Parser()
    p.feed(text)
    p.close()
    return p


def conversations(path, pairs):
    """A capture of (request, response) each on a connection of its own."""
    packets = []
    for i, (request, response) in enumerate(pairs):
        client, server = bytes([10, 9, i // 250 % 250, i % 250]), b"\x0a\x08\x00\x01"
        port = 1024 + i % 60000
        steps = [(client, server, port, 80, 0, 0, 2, b""), (server, client, 80, port, 0, 1, 18, b"")]
        for at in range(0, len(request), 1400):
            steps.append((client, server, port, 80, 1 + at, 1, 24, request[at:at + 1400]))
        steps.append((server, client, 80, port, 1, 1 + len(request), 24, response))
        steps.append((client, server, port, 80, 1 + len(request), 1 + len(response), 17, b""))
        for k, (src, dst, a, b, seq, ack, flags, data) in enumerate(steps):
            tcp = struct.pack(">HHIIBBHHH", a, b, seq, ack, 0x50, flags, 65535, 0, 0) + data
            ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0) + src + dst
            packets.append(struct.pack("<IIII", 1768471200 + i // 100, i % 100 * 10000 + k * 100, len(ip + tcp), len(ip + tcp)) + ip + tcp)
    with open(path, "wb") as f:
        f.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101) + b"".join(packets))
    os.utime(path, (1768471200, 1768471200))
    return path


def hostile(path):
    pairs = []
    for evil in EVIL:
        for code in (200, 301, 401, 404, 405, 503):
            clean = evil.replace(b"\x00", b"")
            pairs.append((b"GET /" + clean.replace(b" ", b"%20") + b" HTTP/1.1\r\nHost: " + evil + b"\r\n\r\n",
                          b"HTTP/1.1 %d " % code + clean + b"\r\nLocation: " + clean + b"\r\nAllow: " + clean +
                          b"\r\nWWW-Authenticate: " + clean + b"\r\nRetry-After: " + clean + b"\r\nContent-Length: 0\r\n\r\n"))
            pairs.append((pairs[-1][0].replace(b"Host: " + evil, b"Host: ok.example"), pairs[-1][1]))
    return conversations(path, pairs)


def as_text(d):
    wrong, checked = [], 0
    for name in sorted(os.listdir(h.PCAPS)):
        if not name.endswith((".pcap", ".pcapng")):
            continue
        r = h.run(os.path.join(h.PCAPS, name), "--format", "html")
        p = parse(r.text)
        checked += 1
        if p.wrong or p.open or p.tags.get("script") != 1 or r.status not in (0, 1, 2):
            wrong.append((name, p.wrong, p.open, r.message))
    tap.equal(wrong, [], "%d pages are well formed and hold only what we write" % checked)
    page = os.path.join(d, "hostile.html")
    r = h.run(hostile(os.path.join(d, "<script>alert(2)</script>.pcap".replace("/", "_"))), "-o", page)
    text = open(page, "rb").read().decode("utf-8")
    p = parse(text)
    tap.equal((r.status, p.wrong, p.open, p.tags["script"]), (0, [], [], 1), "hostile names stay text")
    bad = [c for c in text if (ord(c) < 32 and c not in "\n\t") or 0x7f <= ord(c) <= 0x9f or 0x202a <= ord(c) <= 0x202e
           or 0x2066 <= ord(c) <= 0x2069]
    tap.equal(bad, [], "no control byte and no mark of direction is left")
    policy = re.search('Content-Security-Policy" content="([^"]*)"', text).group(1)
    tap.result(policy.startswith("default-src 'none'; ") and "unsafe" not in policy, "the page's policy", policy)
    tap.result(not re.search(r"https?://", re.sub(r"<style>.*</style>|<script>.*</script>", "", text, flags=re.S).split(
        "<body>")[0]), "the head names no other place", "")
    return page


def alone(d, browser, evil):
    """Chromium and nothing else: what becomes of the page, whom it asks, and pictures."""
    shots = os.environ.get("STATLINE_SCREENSHOTS", d)
    os.makedirs(shots, exist_ok=True)

    def show(page, name, *args):
        log = os.path.join(d, name + ".netlog")
        p = subprocess.run([browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                            "--disable-background-networking", "--disable-component-update", "--disable-sync",
                            "--user-data-dir=" + os.path.join(d, "profile"), "--log-net-log=" + log, "--host-resolver-rules=MAP * ~NOTFOUND", *args, page],
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=120)
        with open(log, errors="replace") as f:
            asked = set(re.findall(r'"url":"([a-z]+:[^"]*)"', f.read()))
        # Errands of the browser's own, whatever it shows, go to its maker.
        return p.stdout.decode("utf-8", "replace"), {u for u in asked if not re.match(
            r"(file|data|chrome[a-z-]*|about):|https?://[a-z0-9.-]+\.google(apis)?\.com/", u)}

    dom, asked = show("file://" + evil, "evil", "--dump-dom")
    p = parse(dom)
    wrong = [w for w in p.wrong if w != "button" and not w.startswith("/")]
    tap.equal((wrong, p.tags.get("script"), p.tags.get("button", 0) > 5), ([], 1, True),
              "Chromium alone: hostile names are inert, and the page's own script has run")
    tap.equal(asked, set(), "... and nobody is asked")
    made = []
    for scheme, dark in (("light", []), ("dark", ["--force-dark-mode"])):
        for width in (360, 800, 1400):
            shot = os.path.join(shots, "alone-%s-%d.png" % (scheme, width))
            show("file://" + evil, "shot", "--screenshot=" + shot, "--window-size=%d,900" % width, *dark)
            made.append(os.path.exists(shot) and open(shot, "rb").read(4) == b"\x89PNG" and os.path.getsize(shot) > 5000)
    tap.equal(made, [True] * 6, "... pictures of three widths, light and dark")


def in_browser(d, evil):
    modules = os.environ.get("STATLINE_BROWSER_MODULES", "")
    browser = shutil.which("chromium")
    if browser:
        alone(d, browser, evil)
    if not browser or not shutil.which("node") or not os.path.isdir(os.path.join(modules, "playwright-core")):
        tap.skip("the page in a browser", "needs chromium, node, and STATLINE_BROWSER_MODULES: see tests/browser/package.json")
        return
    fewer, large = os.path.join(d, "fewer.html"), os.path.join(d, "large.html")
    for page, hosts in ((fewer, 1250), (large, 5000)):
        pairs = [(b"GET / HTTP/1.1\r\nHost: h%d.example\r\n\r\n" % i,
                  b"HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n" % (200, 404, 503)[i % 3]) for i in range(hosts)]
        h.run(conversations(os.path.join(d, "large.pcap"), pairs), "-o", page)
    changes = os.path.join(d, "changes.html")
    db = os.path.join(d, "h.db")
    for night in range(6):
        pairs = [(b"GET /orders HTTP/1.1\r\nHost: api.example\r\n\r\n",
                  b"HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n" % (503 if night == 5 and i % 5 == 0 else 200 + 104 * (i % 7 == 0)))
                 for i in range(600)]
        path = conversations(os.path.join(d, "n.pcap"), pairs)
        data = bytearray(open(path, "rb").read())
        at = 24
        while at < len(data):
            t, _, n, _ = struct.unpack_from("<IIII", data, at)
            struct.pack_into("<I", data, at, t + 86400 * night)
            at += 16 + n
        with open(path, "wb") as f:
            f.write(data)
        h.run("report", path, "--db", db, "-o", changes)
    tap.contains(open(changes).read(), "503 was never seen before", "a page with changes")
    shots = os.environ.get("STATLINE_SCREENSHOTS", d)
    p = subprocess.run(["node", os.path.join(h.TOP, "tests", "browser", "page.cjs"), modules, browser, shots, evil, fewer, large, changes],
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=240)
    lines = p.stdout.decode().splitlines()
    for line in lines:
        tap.result(line.startswith("ok "), line.split(" ", 1)[1] if line.startswith("ok ") else line[7:], line)
    tap.result(len(lines) >= 20 and p.returncode == 0, "the browser went through all of it", p.stderr.decode()[-1500:])


with h.scratch() as directory:
    in_browser(directory, as_text(directory))
tap.done()
