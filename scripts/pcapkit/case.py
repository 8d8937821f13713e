"""The list of cases: what each capture is, and what must be counted in it."""
from pcapkit.conversation import Conn, Tap, request, response

CASES = {}
SERVER = "198.51.100.20:80"  # a row's name when no request says it


class Case:
    def __init__(self, make, hosts, exit, figures, args, tshark, order):
        self.name = make.__name__.replace("_", "-")
        self.make, self.hosts, self.exit = make, hosts, exit
        self.figures, self.args, self.tshark, self.order = figures, args, tshark, order
        self.title, _, self.text = (make.__doc__ or "").partition("\n\n")

    @property
    def codes(self):
        total = {}
        for codes in self.hosts.values():
            for code, n in codes.items():
                total[code] = total.get(code, 0) + n
        return total


def case(hosts=None, exit=0, figures=None, args=(), tshark=None, order=None):
    """Decorates a function that makes a capture: returns a Tap, the bytes of a file, or a
    map from name endings to either.

    hosts    host to code to count: the truth, written down by hand
    figures  path in the JSON report to value, where more than codes matters
    args     further arguments of statline
    tshark   why tshark counts otherwise, where it does
    order    "complete": conversations from SYN on, so that packets may change places
    """
    def register(make):
        c = Case(make, hosts or {}, exit, figures or {}, list(args), tshark, order)
        assert c.name not in CASES, c.name
        CASES[c.name] = c
        return make
    return register


def simple(conn, codes=(200, 404), host="www.example.test", close=True):
    """A whole connection: one GET and one response for each code, with a small body."""
    conn.open()
    for i, code in enumerate(codes):
        conn.exchange(request("/%d" % i, host), response(code, "body %d\n" % i))
    if close:
        conn.close()
    return conn


def one(stack=None, codes=(200, 404), host="www.example.test", **how):
    """A tap that sees one simple() conversation."""
    tap = Tap()
    if stack is not None:
        how["stack"] = stack
    simple(Conn(tap, **how), codes, host)
    return tap
