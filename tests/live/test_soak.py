#!/usr/bin/env python3
"""A short soak: scripts/soak-live for seconds. The long one is a part of scripts/check --all."""
import os
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from live import TOP, h, servers  # noqa: E402

SECONDS = 15


def main():
    reason = "sanitizers keep memory that was freed" if h.is_sanitized() else servers.why_not("nginx")
    if reason:
        h.skip_all(reason)
    tap = h.Tap()
    with h.scratch() as directory:
        plot = os.path.join(directory, "soak.svg")
        p = subprocess.run([sys.executable, os.path.join(TOP, "scripts", "soak-live"), "--seconds", str(SECONDS),
                            "--plot", plot, h.STATLINE], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                           timeout=300, check=False)
        tap.equal(p.returncode, 0, "memory stays flat") or print("# " + p.stdout.replace("\n", "\n# "))
        print("# " + p.stdout.strip().splitlines()[-1])
        tap.result(os.path.exists(plot) and os.path.getsize(plot) > 500, "it is drawn")
    tap.done()


if __name__ == "__main__":
    main()
