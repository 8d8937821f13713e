"""statline -i ... beside real servers, in network namespaces: what the live tests share."""
import json
import os
import signal
import subprocess
import sys
import time

TOP = os.environ.get("top_srcdir") or os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, "tests", "cli"))
import harness as h  # noqa: E402
from pcapkit import servers  # noqa: E402

SITE = """
	keepalive_requests 1000;
	server {
		listen 80;
		location / { return 200 "hello\\n"; }
		location /moved { return 301 /page; }
		location /busy { return 503 "later\\n"; }
		location /absent { return 404 "no\\n"; }
	}
"""
# How long something may take that takes no time on a machine without other work.
WAIT = 60


def until(what, seconds=WAIT):
    """Whether what() came true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.05)
    return False


def text_of(path):
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8", errors="replace") as f:
        return f.read()


def lines_of(*paths):
    """The objects of files of lines, as far as those are whole."""
    return [json.loads(line) for path in paths for line in text_of(path).splitlines(True) if line.endswith("\n")]


def report_of(path):
    try:
        with open(path, encoding="utf-8") as f:
            return json.load(f)
    except (OSError, ValueError):
        return None


def added(lines):
    """Codes by host, over all reports of lines."""
    out = {}
    for doc in lines:
        for host, codes in h.host_codes(doc).items():
            for code, n in codes.items():
                out.setdefault(host, {}).setdefault(code, 0)
                out[host][code] += n
    return out


class Live:
    """statline -i ... in a namespace; ended by stop()."""

    def __init__(self, net, name, *args, interface="s0", before=(), env=None):
        """before: a command that runs it"""
        self.out, self.err = net.path(name + ".out"), net.path(name + ".err")
        with open(self.out, "wb") as out, open(self.err, "wb") as err:
            self.process = subprocess.Popen(
                net.command(net.server, *before, h.STATLINE, "-i", interface, *args), stdout=out, stderr=err,
                stdin=subprocess.DEVNULL, env=dict(os.environ, **(env or {})))
        net.running.append(self.process)

    def worker(self):
        with open("/proc/%d/task/%d/children" % ((self.process.pid,) * 2), encoding="ascii") as f:
            words = f.read().split()
        return int(words[0]) if words else None

    def status_of_worker(self):
        with open("/proc/%d/status" % self.worker(), encoding="ascii") as f:
            return dict(line.rstrip("\n").split(":\t", 1) for line in f if ":\t" in line)

    def caged(self):
        """Whether all is set up: nothing but the loop comes after the cage."""
        try:
            return self.status_of_worker().get("Seccomp") == "2"
        except (OSError, TypeError):
            return False

    def starts(self):
        return until(lambda: self.caged() or self.process.poll() is not None) and self.caged()

    def ended(self):
        return until(lambda: self.process.poll() is not None)

    def send(self, number):
        self.process.send_signal(number)

    def says(self, words):
        return until(lambda: words in text_of(self.err))

    def asked(self, path, what):
        """Ask for reports in path until one of them is what() wants. -> it, or None"""
        doc = None

        def one():
            nonlocal doc
            if os.path.exists(path):
                os.unlink(path)
            self.send(signal.SIGUSR1)
            until(lambda: os.path.exists(path), 5)
            doc = report_of(path)
            return doc and what(doc)
        return doc if until(one) else None

    def stop(self, number=signal.SIGTERM):
        """-> exit status, None when it did not end"""
        self.send(number)
        try:
            return self.process.wait(WAIT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return None

    def final(self):
        """End it. -> its report in JSON on standard output, or None"""
        self.stop()
        return report_of(self.out)


def ab(net, count, path="/", host="a.example.test", clients=1):
    p = net.run(net.client, "ab", "-q", "-k", "-c", clients, "-n", count, "-H", "Host: " + host,
                "http://%s%s" % (servers.SERVER, path))
    if p.returncode:
        raise RuntimeError("ab failed: " + p.stdout)


def h2load(net, count, path="/", host="c.example.test", clients=8):
    """HTTP/1.1 with pipelining: what the server does not answer when it ends a connection is not in its log either."""
    p = net.run(net.client, "h2load", "--h1", "-c", clients, "-m", 4, "-n", count,
                "--connect-to=%s:80" % servers.SERVER, "http://%s%s" % (host, path))
    if p.returncode or ", 0 timeout" not in p.stdout:
        raise RuntimeError("h2load failed: " + p.stdout)


# Frames in hexadecimal, one a line, onto an interface; which is taken down then, when that is asked for.
SEND = """
import fcntl, socket, struct, sys
name, down = sys.argv[1], sys.argv[2] == "down"
frames = [bytes.fromhex(line) for line in sys.stdin]
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind((name, 0))
request = fcntl.ioctl(s, 0x8913, struct.pack("16sH22x", name.encode(), 0))
name, flags = struct.unpack("16sH22x", request)
for frame in frames:
    s.send(frame)
if down:
    fcntl.ioctl(s, 0x8914, struct.pack("16sH22x", name, flags & ~1))
"""


def send(net, frames, down=False):
    """From the client to the server; or, down, out of the server's interface, which goes down behind the last one."""
    p = net.run(net.server if down else net.client, sys.executable, "-c", SEND, "s0" if down else "c0",
                "down" if down else "up", input="".join(f.hex() + "\n" for f in frames))
    if p.returncode:
        raise RuntimeError("no frames sent: " + p.stdout)


def network_or_skip(*programs):
    reason = servers.why_not(*programs)
    if reason:
        h.skip_all(reason)
    return servers.Network()
