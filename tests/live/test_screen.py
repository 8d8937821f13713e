#!/usr/bin/env python3
"""The screen in a terminal emulator (tmux): keys are pressed, and what stands on the screen is looked at."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
TOP = os.environ.get("top_srcdir") or os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, "tests", "cli"))
import harness as h  # noqa: E402
from pcapkit.capfile import pcap  # noqa: E402
from pcapkit.conversation import Conn, Tap, request, response  # noqa: E402

WAIT = 20


class Terminal:
    """A program in a terminal of its own; `tmux` is ended with the `with`."""

    def __init__(self, directory, command, width, height):
        self.socket = os.path.join(directory, "tmux")
        self.tmux("new-session", "-d", "-x", width, "-y", height, command)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.tmux("kill-server")

    def tmux(self, *args):
        return subprocess.run(["tmux", "-f", "/dev/null", "-S", self.socket, *map(str, args)], capture_output=True,
                              text=True, timeout=WAIT, check=False,
                              env=dict(os.environ, LC_ALL="C.UTF-8", TERM="xterm-256color")).stdout

    def press(self, *keys):
        self.tmux("send-keys", *keys)

    def screen(self):
        return self.tmux("capture-pane", "-p").split("\n")

    def shows(self, pattern):
        """Whether a line comes to match it; and the screen."""
        end = time.monotonic() + WAIT
        while True:
            lines = self.screen()
            if any(re.search(pattern, line) for line in lines):
                return True, lines
            if time.monotonic() > end:
                return False, lines
            time.sleep(0.1)


def rows(lines):
    """The hosts in the table, from top to bottom."""
    out = []
    for line in lines[3:-2]:
        if line.strip():
            out.append(line.split()[0])
    return out


def listed(lines, title):
    """The words of the lines under a title."""
    out = []
    for line in lines[lines.index(title) + 1 if title in lines else len(lines):]:
        if not line.strip() or not line.startswith("  "):
            break
        out.append(line.split())
    return out


def look(tap, t):
    def expect(pattern, name):
        ok, lines = t.shows(pattern)
        tap.result(ok, name, "\n".join(lines))
        return lines

    lines = expect(r"^a\.example\.test +\d+\.\d +4 +2{8} +0\.0 %", "a row of a host: its classes, no error")
    expect(r"^b\.example\.test +\d+\.\d +3 +\S*4\S*5\S* ", "and of another one, with errors")
    tap.equal(rows(lines)[:2], ["a.example.test", "b.example.test"], "most responses first")
    tap.result(all("\u2588" in line for line in lines if line.startswith(("a.", "b."))), "each with a sparkline",
               "\n".join(lines))
    tap.result(all(len(line) <= 80 for line in lines) and len(lines) <= 25, "it fits 80 by 24", "\n".join(lines))
    expect(r"\[end of file\]", "it says that the file has ended")
    expect(r"2xx 5 .*4xx 1 .*5xx 1 ", "the classes of all hosts")
    for there, back in (("Down", "Up"), ("j", "k"), ("NPage", "PPage"), ("End", "Home")):
        t.press(there, "Enter")
        expect(r"^b\.example\.test   3 responses ", there + ": the host below")
        t.press("Left", back, "Right")
        expect(r"^a\.example\.test   4 responses ", "Left to the table, and %s: the host above" % back)
        t.press("q")
        expect(r"^HOST ", "q: back to the table")
    t.press("s")
    lines = expect(r"sort: errors", "s sorts by errors")
    tap.equal(rows(lines)[:1], ["b.example.test"], "errors first")
    t.press("S")
    expect(r"sort: responses", "S sorts by what was before")
    t.press("s")
    expect(r"sort: errors", "and s by errors again")
    t.press("Enter")
    lines = expect(r"^  503 +1 +33\.3 % #+ +Service Unavailable", "Enter: the codes of the selected host")
    tap.result(all(len(line) <= 80 for line in lines) and len(lines) <= 25, "it fits 80 by 24", "\n".join(lines))
    expect(r"^SERVERS +10\.0\.0\.2:80$", "its server")
    expect(r"^ {7}/ 1; all for 192\.0\.2\.10$", "behind a code, its evidence: path and client")
    expect(r"lines 1 to 20 of \d+$", "there is more than fits")
    t.press("End")
    lines = expect(r"^CLIENTS$", "End: the rest of it")
    tap.equal(listed(lines, "PATHS"), [["404", "1", "/"], ["503", "1", "GET", "/"]], "the paths that its evidence names")
    tap.equal(listed(lines, "CLIENTS"), [["404", "1", "192.0.2.10", "1", "path"], ["503", "1", "192.0.2.10"]],
              "and the clients")
    tap.equal(sorted(words[0] for words in listed(lines, "SLOWEST")), ["200", "404", "503"], "its slowest exchanges")
    t.press("Home")
    expect(r"^b\.example\.test   3 responses ", "Home: its head")
    t.press("q")
    expect(r"^HOST ", "q: back to the table")
    t.press("/")
    t.press("-l", "A.EX")
    t.press("Enter")
    lines = expect(r"filter: A\.EX", "/: a filter")
    tap.equal(rows(lines), ["a.example.test"], "only what passes it")
    t.press("/")
    t.press("BSpace", "Escape")
    lines = expect(r"^b\.example\.test", "Escape forgets the filter")
    tap.equal(sorted(rows(lines)), ["a.example.test", "b.example.test"], "all hosts are there again")
    t.press("p")
    expect(r"\[paused\]", "p pauses")
    t.press("h")
    expect(r"sort by the next", "h helps")
    t.press("q")
    t.tmux("resize-window", "-x", "140", "-y", "30")
    lines = expect(r"HOST.*LAST 5 MIN", "a larger window shows more")
    t.tmux("resize-window", "-x", "50", "-y", "6")
    expect(r"60 x 8 at least", "one that is too small is told so")
    t.tmux("resize-window", "-x", "80", "-y", "24")
    expect(r"^HOST ", "and it comes back")
    t.press("q")
    expect(r"^status 0$", "q ends it, status 0")
    expect(r"^all 2 hosts +7 ", "and the report follows")


def look_wide(tap, t):
    """A terminal without UTF-8, and wide: twelve paths and twelve clients side by side, eight of each shown."""
    ok, lines = t.shows(r"^a\.example\.test ")
    tap.result(ok and all(c < "\x80" for line in lines for c in line), "a terminal without UTF-8 is given ASCII",
               "\n".join(lines))
    ok, lines = t.shows(r"/dev/full: cannot be written: No space left")
    tap.result(ok, "that events cannot be written is told below", "\n".join(lines))
    t.press("Enter", "End")
    ok, lines = t.shows(r"^PATHS +CLIENTS$")
    tap.result(ok, "paths and clients stand side by side", "\n".join(lines))
    ok, lines = t.shows(r"^ +and 4 more +and 4 more$")
    tap.result(ok, "what is not shown of them is counted", "\n".join(lines))
    shown = [line for line in lines if re.search(r"^  404 +1 +(GET )?/missing/[a-l] .* 404 +1 +192\.0\.2\.\d+", line)]
    tap.equal(len(shown), 8, "eight of each")
    t.press("q", "q")
    ok, lines = t.shows(r"^statline: /dev/full: cannot be written")
    tap.result(ok, "q ends it, and the message is said once more", "\n".join(lines))
    ok, lines = t.shows(r"^status 1$")
    tap.result(ok, "status 1", "\n".join(lines))


def write_many(path):
    """Twelve paths that are not there, asked for by as many clients."""
    tap = Tap()
    for n in range(12):
        c = Conn(tap, client="192.0.2.%d" % (n + 1), cport=40000 + n, server="10.0.0.2")
        c.open()
        c.exchange(request("/missing/" + "abcdefghijkl"[n], "a.example.test"), response(404))
        c.close()
    with open(path, "wb") as f:
        f.write(pcap(tap.records))


def write_capture(path):
    """Four answers of one host, three of another: what the screen has to show is counted here."""
    tap, port = Tap(), 40000
    for host, codes in (("a.example.test", (200, 200, 200, 200)), ("b.example.test", (200, 404, 503))):
        for code in codes:
            port += 1
            c = Conn(tap, cport=port, server="10.0.0.2")
            c.open()
            c.exchange(request("/", host), response(code))
            c.close()
    with open(path, "wb") as f:
        f.write(pcap(tap.records))


def main():
    if not shutil.which("tmux"):
        h.skip_all("tmux is not installed")
    tap = h.Tap()
    with tempfile.TemporaryDirectory() as d:
        os.chmod(d, 0o755)
        capture = os.path.join(d, "two-hosts.pcap")
        write_capture(capture)
        command = "'%s' --utc --replay max '%s'; echo status $?; sleep 30" % (h.STATLINE, capture)
        with Terminal(d, command, 80, 24) as t:
            look(tap, t)
        write_many(capture)
        command = "LC_ALL=C '%s' --utc --replay max --events /dev/full '%s'; echo status $?; sleep 30" % (h.STATLINE, capture)
        with Terminal(d, command, 140, 30) as t:
            look_wide(tap, t)
    tap.done()


if __name__ == "__main__":
    main()
