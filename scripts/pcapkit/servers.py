"""Real servers and clients in network namespaces of their own, captured by tcpdump.

Needs root. Everything is ended by its process id, and removed, when its `with` ends."""
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time

# A shell that starts something in the background has it ignore SIGINT, nohup has it ignore SIGHUP; and so would all
# that is started here.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
os.environ["PATH"] = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"

CLIENT, SERVER = "10.91.7.1", "10.91.7.2"


def why_not(*programs):
    """A reason why this cannot run here, or None."""
    if os.geteuid() != 0:
        return "needs root, for network namespaces"
    for program in programs + ("ip", "tcpdump"):
        if not shutil.which(program):
            return program + " is not installed"
    name = "sl-try-%d" % os.getpid()
    p = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True)
    if p.returncode:
        return "network namespaces are not allowed here: " + p.stderr.strip()
    subprocess.run(["ip", "netns", "del", name], check=False)
    return None


def family(pid):
    """The process, and its children."""
    with open("/proc/%d/task/%d/children" % (pid, pid), encoding="ascii") as f:
        return [pid] + [p for child in f.read().split() for p in family(int(child))]


class Network:
    """Two namespaces, client and server, and a pair of virtual interfaces between them."""

    def __init__(self):
        self.client = "sl-c-%d" % os.getpid()
        self.server = "sl-s-%d" % os.getpid()
        self.running = []

    def __enter__(self):
        self.directory = tempfile.mkdtemp(prefix="statline-net-")
        os.chmod(self.directory, 0o755)
        try:
            self.set_up()
        except Exception:
            self.__exit__()
            raise
        return self

    def set_up(self):
        ip("netns", "add", self.client)
        ip("netns", "add", self.server)
        self.link()

    def link(self):
        """Make the pair of interfaces, or make it anew."""
        ip("link", "add", "c0", "netns", self.client, "type", "veth", "peer", "s0", "netns", self.server)
        for space, link, address in ((self.client, "c0", CLIENT), (self.server, "s0", SERVER)):
            ip("-n", space, "address", "add", address + "/24", "dev", link)
            # as cables have it: no segments larger than the MTU
            ip("-n", space, "link", "set", link, "gso_max_segs", "1", "up")
            ip("-n", space, "link", "set", "lo", "up")

    def __exit__(self, *_):
        for process in reversed(self.running):
            stop(process, signal.SIGTERM)
        for space in (self.client, self.server):
            subprocess.run(["ip", "netns", "del", space], capture_output=True, check=False)
        shutil.rmtree(self.directory, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.directory, name)

    def command(self, space, *args):
        return ["ip", "netns", "exec", space, *map(str, args)]

    def start(self, space, *args):
        p = subprocess.Popen(self.command(space, *args), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             text=True)
        self.running.append(p)
        return p

    def run(self, space, *args, **more):
        return subprocess.run(self.command(space, *args), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              **{"text": True, "timeout": 120, **more})

    def wait_for_port(self, port):
        for _ in range(100):
            p = self.run(self.server, "ss", "-Hltn", "sport", "=", ":%d" % port)
            if p.stdout.strip():
                return
            time.sleep(0.05)
        raise RuntimeError("nothing listens on port %d" % port)

    def nginx(self, config, *before):
        """config: what goes into http {}; ${d} is the directory. before: a command that runs it."""
        path = self.path("nginx.conf")
        with open(path, "w", encoding="utf-8") as f:
            f.write(NGINX.replace("${http}", config).replace("${d}", self.directory))
        return self.start(self.server, *before, "nginx", "-c", path, "-e", self.path("error.log"))

    def apache(self, config):
        path = self.path("apache.conf")
        with open(path, "w", encoding="utf-8") as f:
            f.write((APACHE + config).replace("${d}", self.directory))
        return self.start(self.server, "apache2", "-d", self.directory, "-f", path, "-DFOREGROUND")


class Capture:
    """tcpdump on the server's interface; captured and dropped are known after the `with`."""

    def __init__(self, net, path, *args, buffer=65536):
        """buffer in KiB, tcpdump's own"""
        self.net, self.path, self.args, self.buffer = net, path, args, buffer

    def __enter__(self):
        # -Z root: it may write where it is told; -U is not given: it costs packets
        self.process = self.net.start(self.net.server, "tcpdump", "-i", "s0", "-n", "-Z", "root", "-B", self.buffer,
                                      "-w", self.path, *self.args)
        for line in self.process.stdout:
            if "listening on" in line:
                break
        else:
            raise RuntimeError("tcpdump did not start")
        return self

    def __exit__(self, *_):
        time.sleep(1.5)  # libpcap hands packets over in blocks, each second
        stop(self.process, signal.SIGINT)
        said = self.process.stdout.read()
        numbers = {}
        for n, what in re.findall(r"(\d+) packets? (captured|received|dropped)", said):
            numbers[what] = numbers.get(what, 0) + int(n)
        self.captured = numbers.get("captured", 0)
        # what the filter saw and tcpdump did not write is lost too
        self.dropped = numbers.get("dropped", 0) + numbers.get("received", 0) - self.captured
        if not self.captured:
            raise RuntimeError("tcpdump captured nothing: " + said)


def stop(process, how):
    if process.poll() is not None:
        return
    # `ip netns exec` has become the program itself: the process id is the program's
    process.send_signal(how)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def ip(*args):
    subprocess.run(["ip", *args], check=True, capture_output=True)


def log_counts(path):
    """Host to code to count, of a log whose lines begin with a code and a host."""
    out = {}
    with open(path, encoding="utf-8", errors="replace") as f:
        for line in f:
            code, host = line.split(" ")[:2]
            counts = out.setdefault(host.strip(), {})
            counts[int(code)] = counts.get(int(code), 0) + 1
    return out


NGINX = """
daemon off;
worker_processes 1;
pid ${d}/nginx.pid;
error_log ${d}/error.log;
user nobody nogroup;
events { worker_connections 1024; }
http {
	types { text/html html; }
	default_type text/plain;
	log_format code '$status $http_host $request_method "$request"';
	access_log ${d}/access.log code;
	client_body_temp_path ${d}/t1; proxy_temp_path ${d}/t2; fastcgi_temp_path ${d}/t3;
	uwsgi_temp_path ${d}/t4; scgi_temp_path ${d}/t5;
	${http}
}
"""

APACHE = """
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule authz_user_module /usr/lib/apache2/modules/mod_authz_user.so
LoadModule authn_core_module /usr/lib/apache2/modules/mod_authn_core.so
LoadModule authn_file_module /usr/lib/apache2/modules/mod_authn_file.so
LoadModule auth_basic_module /usr/lib/apache2/modules/mod_auth_basic.so
LoadModule alias_module /usr/lib/apache2/modules/mod_alias.so
LoadModule deflate_module /usr/lib/apache2/modules/mod_deflate.so
LoadModule filter_module /usr/lib/apache2/modules/mod_filter.so
LoadModule cgid_module /usr/lib/apache2/modules/mod_cgid.so
LoadModule dir_module /usr/lib/apache2/modules/mod_dir.so
LoadModule mime_module /usr/lib/apache2/modules/mod_mime.so
LoadModule rewrite_module /usr/lib/apache2/modules/mod_rewrite.so
ServerName default.example.test
ServerRoot ${d}
DefaultRuntimeDir ${d}
PidFile ${d}/apache.pid
ScriptSock ${d}/cgid.sock
ErrorLog ${d}/apache-error.log
User www-data
Group www-data
TypesConfig /dev/null
LogFormat "%>s %{Host}i %m \\"%r\\"" code
CustomLog ${d}/access.log code
"""
