#!/usr/bin/env python3
"""A short simulated quarter: what was planted is found, and hardly anything else told."""
import os
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness as h  # noqa: E402

tap = h.Tap()
p = subprocess.run([sys.executable, os.path.join(h.TOP, "scripts", "simulate-quarter"), "--nights", "40", "--seeds", "1",
                    h.STATLINE], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600)
text = p.stdout.decode()
tap.result(p.returncode == 0, "40 nights: all five found, at most one false alarm", text)
tap.done()
