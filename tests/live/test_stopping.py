#!/usr/bin/env python3
"""How a live capture ends, is asked, watched and refused: -c, -a, signals, the first and the second, a reader that goes
away, the service manager, and whoever is not permitted."""
import os
import pty
import shutil
import signal
import socket
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from live import SITE, WAIT, Live, ab, h, network_or_skip, report_of, text_of, until  # noqa: E402


def by_itself(tap, net):
    live = Live(net, "count", "-c", "10", "--format", "json")
    live.starts()
    ab(net, 5)
    tap.result(live.ended(), "-c ends it by itself")
    doc = report_of(live.out)
    tap.equal((live.process.returncode, h.figure(doc or {}, "coverage.total_packets")), (0, 10), "after 10 packets")
    begin = time.monotonic()
    live = Live(net, "duration", "-a", "duration:2", "--format", "json")
    tap.result(live.ended(), "-a duration ends it")
    tap.result(time.monotonic() - begin > 1.9, "not before two seconds")
    tap.equal(live.process.returncode, 0, "status 0")


def by_signal(tap, net):
    for number in (signal.SIGINT, signal.SIGTERM):
        live = Live(net, "signal", "--format", "json")
        live.starts()
        ab(net, 3)
        tap.equal(live.stop(number), 0, "%s: status 0" % number.name)
        doc = report_of(live.out)
        tap.equal(doc and doc["responses"], 3, "with the full report")


def at_once(tap, net):
    """The second signal, while the worker hangs."""
    output = net.path("never.json")
    live = Live(net, "twice", "-o", output)
    live.starts()
    worker = live.worker()
    os.kill(worker, signal.SIGSTOP)
    live.send(signal.SIGINT)
    time.sleep(0.5)
    tap.equal(live.process.poll(), None, "SIGINT waits for the report")
    live.send(signal.SIGINT)
    tap.result(live.ended(), "a second one does not")
    tap.equal(live.process.poll(), -signal.SIGINT, "and it ends as the signal has it")
    tap.result(until(lambda: not os.path.exists("/proc/%d" % worker)), "what parsed is gone, too")
    tap.equal([n for n in os.listdir(net.directory) if n.startswith("never")], [], "no half of a report is left")


def without_reader(tap, net):
    p = subprocess.Popen(net.command(net.server, h.STATLINE, "-i", "s0", "--plain", "--interval", "1"),
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
    net.running.append(p)
    p.stdout.readline()
    p.stdout.close()
    tap.result(until(lambda: p.poll() is not None), "a reader that goes away ends it")
    tap.equal(p.stderr.read(), b"", "quietly")


def lost_terminal(tap, net):
    """In the foreground of a terminal that is closed."""
    output = net.path("lost.json")
    pid, terminal = pty.fork()
    if pid == 0:
        command = net.command(net.server, h.STATLINE, "-i", "s0", "--plain", "-o", output)
        os.execvp(command[0], command)

    def waits():
        try:
            with open("/proc/%d/task/%d/children" % (pid, pid), encoding="ascii") as f:
                worker = f.read().split()
            return bool(worker) and "\nSeccomp:\t2\n" in text_of("/proc/%s/status" % worker[0])
        except OSError:
            return False
    tap.result(until(waits), "it runs on a terminal")
    ab(net, 3)
    os.close(terminal)
    status = []

    def has_ended():
        got, how = os.waitpid(pid, os.WNOHANG)
        status.append(how)
        return got == pid
    tap.result(until(has_ended), "a terminal that is lost ends it")
    doc = report_of(output)
    tap.equal(doc and doc["responses"], 3, "with the full report")


def watched(tap, net):
    """READY=1, WATCHDOG=1 and STOPPING=1, to a socket of our own."""
    path = net.path("notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
        s.bind(path)
        s.settimeout(WAIT)
        live = Live(net, "notify", "--format", "json", env={"NOTIFY_SOCKET": path})
        tap.equal([s.recv(100), s.recv(100)], [b"READY=1", b"WATCHDOG=1"],
                  "the service manager is told that all is set up, and well")
        tap.equal(s.recv(100), b"WATCHDOG=1", "again and again")
        worker = live.worker()
        os.kill(worker, signal.SIGSTOP)
        tap.result(silent(s), "not while what parses hangs")
        os.kill(worker, signal.SIGCONT)
        tap.equal(s.recv(100), b"WATCHDOG=1", "when it goes on")
        live.send(signal.SIGTERM)
        told = b"WATCHDOG=1"
        while told == b"WATCHDOG=1":
            told = s.recv(100)
        tap.equal(told, b"STOPPING=1", "and that it stops")
        tap.equal(live.process.wait(WAIT), 0, "which it does")


def silent(s):
    """Whether nothing comes for three seconds, after what was on its way."""
    s.settimeout(3)
    try:
        s.recv(100)
        s.recv(100)
    except socket.timeout:
        return True
    finally:
        s.settimeout(WAIT)
    return False


def idle(tap, net):
    now = net.path("forget.json")
    live = Live(net, "forget", "--forget", "4s", "-o", now, "tcp", "port", "80")
    live.starts()
    ab(net, 30, host="old.example.test")
    seen = live.asked(now, lambda doc: "(forgotten)" in h.host_codes(doc))
    tap.equal(seen and h.host_codes(seen), {"(forgotten)": {200: 30}}, "an idle host leaves the table")
    ab(net, 5, host="new.example.test")
    seen = live.asked(now, lambda doc: doc["responses"] == 35)
    tap.equal(seen and sum(c[200] for c in h.host_codes(seen).values()), 35, "and the totals add up")
    live.stop()


def not_permitted(tap, net):
    # The build may be in a place where others cannot look.
    program = net.path("statline")
    shutil.copy(h.STATLINE, program)
    os.chmod(program, 0o755)
    p = net.run(net.server, "setpriv", "--reuid", "nobody", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all",
                program, "-i", "s0")
    lines = p.stdout.splitlines()
    tap.equal((p.returncode, len(lines)), (1, 1), "not permitted: status 1 and one line")
    tap.result(lines and "not permitted" in lines[0] and "sudo" in lines[0] and "setcap cap_net_raw" in lines[0],
               "which says what to do", p.stdout)
    p = net.run(net.server, "setpriv", "--reuid", "nobody", "--clear-groups", "--inh-caps=-all,+net_raw",
                "--ambient-caps=-all,+net_raw", program, "-i", "s0", "-c", "1", "-a", "duration:1", "--format", "json")
    tap.equal(p.returncode, 0, "CAP_NET_RAW alone is enough")


def main():
    with network_or_skip("nginx", "ab", "setpriv") as net:
        tap = h.Tap()
        net.nginx(SITE)
        net.wait_for_port(80)
        for part in (by_itself, by_signal, at_once, without_reader, lost_terminal, watched, idle, not_permitted):
            part(tap, net)
    tap.done()


if __name__ == "__main__":
    main()
