#!/usr/bin/env python3
"""Every case of pcaps/ against what its maker wrote down, and the goldens of some.

--update writes the goldens anew."""
import json
import os
import pty
import re
import subprocess
import sys
import tty

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness as h  # noqa: E402

GOLDENS = os.path.join(h.TOP, "tests", "cli", "goldens")
# Cases whose reports are kept whole, in each face.
FACES = ("notable-codes", "hostile-names", "tls-only", "rule-7-hosts", "rule-8-timeout",
         "rule-9-gap-in-body", "rule-10-other-traffic", "files-rotated", "file-cut-in-last-record")
FIXED = {"SOURCE_DATE_EPOCH": "1768557600", "COLUMNS": "80", "TZ": "UTC", "NO_COLOR": "1"}


def staged(directory, files):
    """Copies, old enough to be finished files, under their own names."""
    out = []
    for name in files:
        with open(os.path.join(h.PCAPS, name), "rb") as f:
            h.put(directory, name, f.read())
        out.append(name)
    return out


def problems(want, r, doc):
    if r.crashed() or doc is None:
        return [str(r)]
    wrong = []
    if r.status != want["exit"]:
        wrong.append("exit status %s, expected %s: %s" % (r.status, want["exit"], r.message))
    hosts = {k: h.codes(v) for k, v in want["hosts"].items()}
    if h.codes(doc["codes"]) != h.codes(want["codes"]):
        wrong.append("codes %s, expected %s" % (h.codes(doc["codes"]), h.codes(want["codes"])))
    if h.host_codes(doc) != hosts:
        wrong.append("hosts %s, expected %s" % (h.host_codes(doc), hosts))
    for path, value in want.get("figures", {}).items():
        try:
            got = h.figure(doc, path)
        except (KeyError, IndexError, TypeError) as e:
            got = "nothing (%s: %s)" % (type(e).__name__, e)
        if got != value:
            wrong.append("%s is %s, expected %s" % (path, got, value))
    return wrong + h.sums(doc)


def golden(tap, name, files, directory, update):
    for kind, args in (("txt", ["--format", "text", "--utc"]), ("json", ["--format", "json"]),
                       ("csv", ["--format", "csv"])):
        r = h.run(*args, *files, env=FIXED, cwd=directory)
        got = json_without_version(r.out) if kind == "json" else r.out
        if kind == "txt":
            wide = [line for line in r.text.splitlines() if len(line) > 80]
            tap.result(not wide, name + ": text fits 80 columns", "\n".join(wide))
        controls = [b for b in got if b < 32 and b not in (10, 13) or b == 127]
        tap.result(not controls, "%s: no control byte in %s" % (name, kind), controls)
        keep(tap, "%s.%s" % (name, kind), got, update)


def on_terminal(directory, files, columns, color):
    """The text report on a terminal of that width."""
    env = dict(os.environ, **FIXED, TERM="xterm-256color")
    env["COLUMNS"] = str(columns)
    if color:
        del env["NO_COLOR"]
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    p = subprocess.Popen([h.STATLINE, "--utc", *files], stdin=subprocess.DEVNULL, stdout=theirs,
                         stderr=subprocess.DEVNULL, cwd=directory, env=env)
    os.close(theirs)
    out = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # so ends what a terminal gives
            piece = b""
        if not piece:
            break
        out += piece
    os.close(ours)
    p.wait()
    return out


def terminals(tap, name, files, directory, update):
    """80 and 160 columns, plain and in colour."""
    for columns in (80, 160):
        plain, color = (on_terminal(directory, files, columns, c) for c in (False, True))
        bare = re.sub(rb"\x1b\[[0-9;]*m", b"", color)
        tap.equal(bare.decode(), plain.decode(), "%s: colour adds nothing but colour at %d columns" % (name, columns))
        tap.result(color != plain, "%s: there is colour at %d columns" % (name, columns))
        wide = [line for line in plain.decode().splitlines() if len(line) > columns]
        tap.result(not wide, "%s: text fits %d columns" % (name, columns), "\n".join(wide))
        for kind, got in (("plain", plain), ("color", color)):
            keep(tap, "%s.%d.%s" % (name, columns, kind), got, update)


def keep(tap, name, got, update):
    path = os.path.join(GOLDENS, name)
    if update:
        with open(path, "wb") as f:
            f.write(got)
    try:
        with open(path, "rb") as f:
            want = f.read()
    except OSError as e:
        want = str(e).encode()
    tap.result(got == want, name + " as kept", difference(want, got))


def json_without_version(data):
    try:
        doc = json.loads(data.decode())
    except ValueError:
        return data
    doc["version"] = "any"
    return (json.dumps(doc, indent=1) + "\n").encode()


def difference(want, got):
    import difflib
    return "\n".join(difflib.unified_diff(want.decode("utf-8", "replace").splitlines(),
                                          got.decode("utf-8", "replace").splitlines(),
                                          "kept", "now", lineterm="", n=1))


def main():
    update = sys.argv[1:] == ["--update"]
    with open(os.path.join(h.PCAPS, "expected.json"), encoding="utf-8") as f:
        expected = json.load(f)
    real = os.path.join(h.PCAPS, "expected-real.json")
    if os.path.exists(real):
        with open(real, encoding="utf-8") as f:
            expected.update(json.load(f))
    tap = h.Tap()
    for name, want in sorted(expected.items()):
        with h.scratch() as directory:
            files = staged(directory, want["files"])
            r, doc = h.report(*want.get("args", []), *files, cwd=directory)
            wrong = problems(want, r, doc)
            tap.result(not wrong, name, "\n".join(wrong))
            if len(files) > 1 and doc is not None:
                again = h.report(*reversed(files), cwd=directory)[1]
                tap.equal(again and h.host_codes(again), h.host_codes(doc),
                          name + ": the order of the files does not matter")
            if name in FACES:
                golden(tap, name, files, directory, update)
            if name == "notable-codes":
                terminals(tap, name, files, directory, update)
    with h.scratch() as directory:
        terminals(tap, "demo", staged(directory, ["demo.pcapng"]), directory, update)
    tap.done()


if __name__ == "__main__":
    main()
