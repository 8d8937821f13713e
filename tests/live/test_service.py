#!/usr/bin/env python3
"""scripts/statline@.service: how exposed systemd finds it, and that its filter of system calls leaves what statline does."""
import os
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from live import SITE, TOP, WAIT, ab, h, network_or_skip, report_of, text_of, until  # noqa: E402

UNIT = os.path.join(TOP, "scripts", "statline@.service")
# Tenths: what is left is the network of the host, CAP_NET_RAW, and giving that up.
EXPOSURE = 13


def settings(name):
    """The words of a setting, a list for each line that has it."""
    with open(UNIT, encoding="utf-8") as f:
        return [line.split("=", 1)[1].split() for line in f if line.startswith(name + "=")]


def exposed(tap, net):
    # The names of units have no spaces, nor have the directories that they are in.
    unit = shutil.copy(UNIT, net.path(os.path.basename(UNIT)))
    p = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=%d" % EXPOSURE, unit], text=True,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    tap.equal(p.returncode, 0, "systemd-analyze security: at most %.1f" % (EXPOSURE / 10))
    print("# " + p.stdout.strip().splitlines()[-1])


def call_sets():
    """systemd's names of sets of system calls, to what is in them."""
    sets, current = {}, None
    for line in subprocess.run(["systemd-analyze", "syscall-filter"], text=True, stdout=subprocess.PIPE,
                               check=True).stdout.splitlines():
        if line.startswith("@"):
            current = sets.setdefault(line.split()[0], [])
        elif line.strip() and not line.strip().startswith("#") and current is not None:
            current.append(line.strip())
    return sets


def expand(sets, word):
    return set().union(*(expand(sets, w) for w in sets[word])) if word.startswith("@") else {word}


def allowed():
    sets, out = call_sets(), set()
    for words in settings("SystemCallFilter"):
        less = words[0].startswith("~")
        of_line = set().union(*(expand(sets, w.lstrip("~")) for w in words))
        out = out - of_line if less else out | of_line
    return out


def runs(tap, net):
    """As the unit has it: a user of its own with CAP_NET_RAW alone."""
    trace = net.path("service.trace")
    with open(trace, "wb"):
        os.chmod(trace, 0o666)
    program = net.path("statline")
    shutil.copy(h.STATLINE, program)
    os.chmod(program, 0o755)
    logs = net.path("logs")
    os.mkdir(logs)
    os.chmod(logs, 0o777)
    lines, final = os.path.join(logs, "s0.jsonl"), os.path.join(logs, "s0.json")
    words = ["setpriv", "--reuid", "nobody", "--clear-groups", "--inh-caps=-all,+net_raw",
             "--ambient-caps=-all,+net_raw", "--bounding-set=-all,+net_raw", "--no-new-privs",
             "strace", "-f", "-qq", "-e", "signal=none", "-o", trace, program, "-i", "s0", "--interval", "1", "-o", lines,
             "-o", final]
    p = subprocess.Popen(net.command(net.server, *words), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    net.running.append(p)
    tap.result(until(lambda: text_of(lines).count("\n") > 0), "it runs")
    ab(net, 5)
    until(lambda: text_of(lines).count("\n") > 2)
    monitor = re.search(r"^(\d+)", text_of(trace), re.M).group(1)
    os.kill(int(monitor), 15)
    tap.equal((p.wait(WAIT), p.stdout.read()), (0, ""), "and ends, with nothing to say")
    doc = report_of(final)
    tap.equal(doc and doc["responses"], 5, "with its report")
    text = text_of(trace)
    # What comes before it is setpriv's, and strace's.
    text = text[text.index('execve("%s"' % program):]
    used = set(re.findall(r"^\d+ +(\w+)\(", text, re.M))
    tap.result(len(used) > 30, "%d different system calls" % len(used))
    tap.equal(sorted(used - allowed()), [], "all of them pass the unit's filter")
    families = set(re.findall(r"socket(?:pair)?\((AF_\w+)", text))
    tap.equal(sorted(families - set(settings("RestrictAddressFamilies")[0])), [], "and all families of addresses")


def main():
    for program in ("systemd-analyze", "strace"):
        if not shutil.which(program):
            h.skip_all(program + " is not installed")
    with network_or_skip("nginx", "ab", "setpriv") as net:
        tap = h.Tap()
        exposed(tap, net)
        if h.is_sanitized():
            tap.skip("its system calls", "sanitizers have more of them")
            tap.done()
        net.nginx(SITE)
        net.wait_for_port(80)
        runs(tap, net)
    tap.done()


if __name__ == "__main__":
    main()
