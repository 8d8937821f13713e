#!/usr/bin/env python3
"""Every fuzz target on its seeds and on the cases that once broke something, each a little changed too.

STATLINE_MUTATIONS=N changes each seed N times (16 unless told; libFuzzer's builds replay only)."""
import glob
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "cli"))
import harness as h  # noqa: E402

BUILD = os.path.join(os.environ.get("top_builddir", h.TOP), "tests", "fuzz")


def main():
    tap = h.Tap()
    targets = sorted(p for p in glob.glob(os.path.join(BUILD, "fuzz_*")) if os.access(p, os.X_OK)
                     and os.path.isfile(p))
    tap.result(len(targets) == len(glob.glob(os.path.join(HERE, "fuzz_*.c"))) - 1,
               "every target is built", targets)
    with tempfile.TemporaryDirectory() as seeds:
        captures = sorted(glob.glob(os.path.join(h.PCAPS, "*.pcap*")))
        subprocess.run([os.path.join(h.TOP, "scripts", "make-seeds"), seeds] + captures, check=True)
        for target in targets:
            name = os.path.basename(target)
            places = [p for p in (os.path.join(seeds, name), os.path.join(HERE, "cases", name))
                      if os.path.isdir(p)]
            files = sum(len(os.listdir(p)) for p in places)
            r = subprocess.run([target, "-runs=0", "-mutations=%s" % os.environ.get(
                "STATLINE_MUTATIONS", "16")] + places, capture_output=True, timeout=900, cwd=seeds)
            tap.result(r.returncode == 0 and files > 0, "%s: %d seeds" % (name, files),
                       (r.stdout + r.stderr).decode("utf-8", "replace")[-3000:])
    tap.done()


if __name__ == "__main__":
    main()
