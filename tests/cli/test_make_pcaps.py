#!/usr/bin/env python3
"""The captures, notes and expectations in pcaps/ are what scripts/make-pcaps makes."""
import os
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness as h  # noqa: E402

tap = h.Tap()
made = subprocess.run([sys.executable, "-B", os.path.join(h.TOP, "scripts", "make-pcaps"), "--check", h.PCAPS],
                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
tap.result(made.returncode == 0, "pcaps/ is as scripts/make-pcaps makes it", made.stdout)
names = os.listdir(h.PCAPS)
large = [n for n in names if os.path.getsize(os.path.join(h.PCAPS, n)) > 102400]
tap.equal(large, [], "no file of pcaps/ is over 100 KB")
notes = {n[:-3] for n in names if n.endswith(".md")}
lonely = [n for n in names if n.endswith((".pcap", ".pcapng"))
          and not any(n.startswith(note) for note in notes)]
tap.equal(lonely, [], "every capture has its note")
tap.done()
