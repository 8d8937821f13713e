#!/usr/bin/env python3
"""The example scripts: the nightly job as cron runs it."""
import os
import shutil
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness as h  # noqa: E402

tap = h.Tap()
EXAMPLES = os.path.join(h.TOP, "examples")
JOB = os.path.join(EXAMPLES, "statline-nightly")
ENV = {"SOURCE_DATE_EPOCH": "1768557600"}  # 2026-01-16 10:00 UTC; the captures are of the 15th


def configure(d, **more):
    conf = {"STATE": d + "/state", "CAPTURES": d + "/captures", "MAILER": "tee -a %s/mail" % d,
            "MAIL_TO": "you@example.test", "STATLINE": h.STATLINE}
    conf.update(more)
    with open(d + "/conf", "w") as f:
        for k, v in conf.items():
            f.write("%s='%s'\n" % (k, v))
    return d + "/conf"


def job(conf, **env):
    p = subprocess.run(["sh", JOB, conf], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                       env=dict(os.environ, **ENV, **env), timeout=h.TIMEOUT)
    return h.Result(p.returncode, p.stdout, p.stderr)


def mail(d):
    try:
        with open(d + "/mail") as f:
            return f.read()
    except FileNotFoundError:
        return ""


def nights():
    with h.scratch() as d:
        os.mkdir(d + "/captures")
        shutil.copy(os.path.join(h.PCAPS, "rule-7-hosts.pcap"), d + "/captures")
        conf = configure(d)
        r = job(conf)
        tap.equal((r.status, mail(d), sorted(os.listdir(d + "/state/reports"))),
                  (0, "", ["2026-01-15.html", "2026-01-15.json", "2026-01-15.txt"]),
                  "a night that is well: reports and no mail")
        shutil.copy(os.path.join(h.PCAPS, "notable-codes.pcap"), d + "/captures")
        r = job(conf)
        tap.equal((r.status, mail(d)), (0, ""), "a handful of errors is no alarm")
        r = job(configure(d, CRIT="503 > 0"))
        text = mail(d)
        tap.result(r.status == 0 and text.startswith("To: you@example.test\nSubject: STATLINE CRITICAL - 503 1") and
                   "www.example.test" in text, "an alarm is mailed, with the report", text or r)
        tap.equal(sorted(os.listdir(d + "/state")), ["history.db", "reports"], "nothing else is left behind")
        os.remove(d + "/mail")
        r = job(configure(d, WINDOW="2026-01-14"))
        tap.result(r.status == 1 and "no packets in the window" in mail(d), "a night without packets is mailed", mail(d) or r)
        os.remove(d + "/mail")
        r = job(configure(d, CAPTURES="/nonexistent"))
        tap.result(r.status == 1 and "UNKNOWN" in mail(d) and "/nonexistent" in mail(d), "no captures are mailed", mail(d) or r)
        r = job(configure(d, MAIL_TO="", CRIT="503 > 0"))
        tap.result(r.text.startswith("STATLINE CRITICAL"), "without mail it goes to standard output", r)


def locks():
    with h.scratch() as d:
        os.mkdir(d + "/captures")
        shutil.copy(os.path.join(h.PCAPS, "rule-7-hosts.pcap"), d + "/captures")
        conf = configure(d)
        os.makedirs(d + "/state/lock")
        with open(d + "/state/lock/pid", "w") as f:
            f.write(str(os.getpid()))
        r = job(conf)
        tap.result(r.status == 75 and "another one is running" in r.message, "while one runs another does not", r)
        p = subprocess.Popen(["true"])
        p.wait()
        with open(d + "/state/lock/pid", "w") as f:
            f.write(str(p.pid))
        r = job(conf)
        tap.equal(r.status, 0, "the lock of one that is gone is broken")


def old_files():
    with h.scratch() as d:
        os.makedirs(d + "/captures")
        os.makedirs(d + "/state/reports")
        shutil.copy(os.path.join(h.PCAPS, "rule-7-hosts.pcap"), d + "/captures/new.pcap")
        h.put(d + "/captures", "old.pcap", b"", age=20 * 86400)
        h.put(d + "/state/reports", "2025-01-01.html", b"x", age=200 * 86400)
        os.utime(d + "/captures/new.pcap")
        r = job(configure(d, CAPTURE_DAYS="8"))
        tap.equal((r.status, os.listdir(d + "/captures"), "2025-01-01.html" in os.listdir(d + "/state/reports")),
                  (0, ["new.pcap"], False), "old captures and reports are removed")


def by_cron():
    """The real daemon, with the installed file made to run now."""
    if os.getuid() != 0 or not h.have("cron"):
        tap.skip("cron runs the job", "needs root and cron")
        return
    if os.path.exists("/run/crond.pid") and subprocess.run(
            ["sh", "-c", "kill -0 $(cat /run/crond.pid)"], stderr=subprocess.DEVNULL).returncode == 0:
        tap.skip("cron runs the job", "a cron daemon of the machine is running")
        return
    build = os.environ.get("top_builddir", ".")
    with h.scratch() as d:
        os.chmod(d, 0o755)
        p = subprocess.run(["make", "-s", "-C", build, "install-nodist_examplesDATA", "install-dist_examplesSCRIPTS",
                            "DESTDIR=" + d + "/root"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        found = subprocess.run(["find", d + "/root", "-type", "f"], stdout=subprocess.PIPE, text=True).stdout.split()
        crons = [f for f in found if f.endswith("statline.cron")]
        jobs = [f for f in found if f.endswith("statline-nightly")]
        if not tap.result(crons and jobs, "the examples are installed", p.stdout):
            return
        os.makedirs(d + "/captures")
        shutil.copy(os.path.join(h.PCAPS, "rule-7-hosts.pcap"), d + "/captures")
        conf = configure(d, WINDOW="2026-01-15")
        with open(crons[0]) as f:
            text = f.read()
        line = [x for x in text.splitlines() if x.startswith("5 2 ")]
        tap.result(len(line) == 1 and line[0].split()[5] == "root", "its line", text)
        # The same line, every minute and with our configuration.
        path = line[0].split()[6]
        text = text.replace(line[0], "* * * * * root %s %s" % (jobs[0], conf))
        tap.result(path in jobs[0], "it names the script where it is installed", path)
        name = "/etc/cron.d/statline-test-%d" % os.getpid()
        daemon = None
        try:
            with open(name, "w") as f:
                f.write(text)
            os.chmod(name, 0o644)
            daemon = subprocess.Popen(["cron", "-f"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            report = d + "/state/reports/2026-01-15.html"
            # The report comes before the job ends, and gives its lock back.
            for _ in range(90):
                if os.path.exists(report) and not os.path.exists(d + "/state/lock"):
                    break
                time.sleep(1)
            tap.result(os.path.exists(report), "the cron daemon ran it, and the report is there", os.listdir(d))
        finally:
            os.remove(name)
            if daemon:
                daemon.kill()
                daemon.wait()


def units():
    if not h.have("systemd-analyze"):
        tap.skip("systemd-analyze verify", "systemd-analyze is not there")
        return
    build = os.environ.get("top_builddir", ".")
    with h.scratch() as d:
        for f in ("statline-nightly.timer", "statline-ring.service"):
            shutil.copy(os.path.join(EXAMPLES, f), d)
        with open(os.path.join(build, "examples", "statline-nightly.service")) as f:
            text = f.read()
        # The program has to be there for the check.
        words = [w for w in text.split() if w.startswith("ExecStart=")][0]
        with open(d + "/statline-nightly.service", "w") as f:
            f.write(text.replace(words, "ExecStart=" + os.path.abspath(JOB)))
        with open(os.path.join(h.TOP, "scripts", "statline@.service")) as f:
            text = f.read()
        with open(d + "/statline@eth0.service", "w") as f:
            f.write(text.replace("/usr/local/bin/statline", os.path.abspath(h.STATLINE)))

        def verify():
            p = subprocess.run(["systemd-analyze", "verify", "--man=no"] + sorted(
                os.path.join(d, f) for f in os.listdir(d)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            said = p.stdout.decode()
            return p.returncode == 0 and "statline" not in said, said

        ok, said = verify()
        tap.result(ok and len(os.listdir(d)) == 4, "systemd-analyze has nothing to say of four units", said)
        with open(d + "/statline-nightly.timer", "a") as f:
            f.write("[Timer]\nOnCalender=daily\n")
        tap.result(not verify()[0], "... and would have of a slip")


nights()
locks()
old_files()
units()
by_cron()
tap.done()
