#!/usr/bin/env python3
"""Every attack of make-attacks at a small size, under the least ceiling that --max-memory takes: nothing crashes, the
kernel's figure stays below it, and what was shed is in the report. scripts/attack-table has the full size, and speed."""
import os
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
import harness as h  # noqa: E402

CEILING = 128  # MiB
PERCENT = "5"
# What each has to shed at that size, where its table is smaller than the attack.
MUST_SHED = {
    "connection-flood": "connections evicted", "other-flood": "connections evicted",
    "hash-collisions": "connections evicted", "random-hosts": "responses in (other)",
    "millions": "responses in (other)", "hole-flood": "holes given up",
    "endless-line": "heads cut", "pipeline-of-one": "requests dropped", "pipelines": "requests dropped",
    "fragment-flood": "fragments given up", "fragments-overlap": "fragments given up", "tunnels": "packets too deep",
    "http2-table-bomb": "HTTP/2 heads cut", "http2-continuations": "HTTP/2 over a bound",
    "bomb-xz-dictionary": "refused", "bomb-zstd-window": "refused",
}


def main():
    tap = h.Tap()
    missing = [t for t in ("cc", "gzip", "xz", "zstd", "bzip2") if not shutil.which(t)]
    if missing:
        h.skip_all("there is no " + ", ".join(missing))
    sanitized = h.is_sanitized()
    env = dict(os.environ, CC=os.environ.get("CC", "cc"))
    p = subprocess.run([os.path.join(h.TOP, "scripts", "attack-table"), "--percent", "1" if sanitized else PERCENT,
                        "--max-memory", "%dM" % CEILING, h.STATLINE], capture_output=True, text=True, timeout=900, env=env)
    rows = [[c.strip() for c in line.strip("|\n").split("|")] for line in p.stdout.splitlines()[2:]]
    tap.result(len(rows) > 20, "every attack has run", p.stdout + p.stderr)
    for name, _, resident, _, _, shed in rows:
        broken = "status" in shed.split("**")[1] if "**" in shed else False
        tap.result(not broken, name + ": ends as it should", shed)
        if sanitized:
            continue
        tap.result(int(resident.split()[0]) <= CEILING, "%s: %s of %d" % (name, resident, CEILING))
        if name in MUST_SHED:
            tap.contains(shed, MUST_SHED[name], name + ": the report says what was shed")
    tap.done()


if __name__ == "__main__":
    main()
