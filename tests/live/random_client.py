"""Requests of all kinds, at random, over connections that live for some of them: pipelined, in pieces, with bodies.

usage: random_client.py ADDRESS SEED THREADS RESPONSES

Each thread ends after so many responses. Prints what went wrong, if anything did.
"""
import random
import socket
import sys
import threading
import time

HOSTS = ("a.example.test", "b.example.test", "c.example.test:8080", "D.Example.Test")
KINDS = (("GET", "/"), ("GET", "/page"), ("HEAD", "/page"), ("GET", "/page?range"), ("GET", "/page?since"), ("GET", "/moved"),
         ("GET", "/denied"), ("GET", "/absent"), ("GET", "/busy"), ("DELETE", "/page"), ("POST", "/made?length"),
         ("POST", "/made?chunked"), ("PUT", "/made?large"))
FIELDS = {"/page?range": "Range: bytes=10-20000\r\n",
          "/page?since": "If-Modified-Since: Wed, 01 Jan 2031 00:00:00 GMT\r\n"}
WAIT_S = 60


def body_of(rng, path):
    """-> (fields, body)."""
    if path == "/made?length":
        body = bytes(rng.randrange(256) for _ in range(64)) * rng.randrange(400)
    elif path == "/made?large":
        body = b"x" * 70_000
    elif path == "/made?chunked":
        pieces = [b"HTTP/1.1 200 OK\r\n\r\n" * rng.randrange(1, 60) for _ in range(rng.randrange(6))]
        return "Transfer-Encoding: chunked\r\n", b"".join(
            b"%x;e=1\r\n%s\r\n" % (len(p), p) for p in pieces) + b"0\r\nX-Trailer: 1\r\n\r\n"
    else:
        return FIELDS.get(path, ""), b""
    return "Content-Length: %d\r\n" % len(body), body


def request(rng):
    """-> (method, bytes)."""
    method, path = rng.choice(KINDS)
    fields, body = body_of(rng, path)
    if rng.random() < 0.2:
        fields += "Accept-Encoding: gzip\r\n"
    if rng.random() < 0.1:
        fields += "Cookie: %s\r\n" % ("c" * rng.randrange(3000))
    if body and rng.random() < 0.1:
        fields += "Expect: 100-continue\r\n"
    head = "%s %s HTTP/1.1\r\nHost: %s\r\n%s\r\n" % (method, path, rng.choice(HOSTS), fields)
    return method, head.encode() + body


def read_head(stream):
    """-> (code, fields by lower name), or None at the end."""
    line = stream.readline()
    if not line:
        return None
    fields = {}
    while (field := stream.readline()) not in (b"\r\n", b""):
        name, value = field.split(b":", 1)
        fields[name.lower()] = value.strip().lower()
    return int(line.split()[1]), fields


def read_response(stream, method):
    """-> whether another one may follow; None when there was none."""
    head = read_head(stream)
    while head and head[0] == 100:
        head = read_head(stream)
    if not head:
        return None
    code, fields = head
    if method == "HEAD" or code in (204, 304):
        pass
    elif fields.get(b"transfer-encoding") == b"chunked":
        while size := int(stream.readline(), 16):
            stream.read(size + 2)
        stream.readline()
    else:
        stream.read(int(fields[b"content-length"]))
    return fields.get(b"connection") != b"close"


def send(rng, connection, data):
    cuts = sorted(rng.randrange(len(data)) for _ in range(rng.randrange(1, 4))) if rng.random() < 0.3 else []
    for begin, end in zip([0] + cuts, cuts + [len(data)]):
        connection.sendall(data[begin:end])
        if end < len(data):
            time.sleep(rng.random() * 0.003)


def talk(rng, address, most):
    """Over one connection. -> responses."""
    done = 0
    with socket.create_connection((address, 80), WAIT_S) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        stream = connection.makefile("rb")
        for _ in range(rng.randrange(1, 30)):
            batch = [request(rng) for _ in range(1 if rng.random() < 0.7 else rng.randrange(2, 6))]
            if any(method not in ("GET", "HEAD") for method, _ in batch):
                batch = batch[:1]  # a server may close after a body that it refuses
            send(rng, connection, b"".join(data for _, data in batch))
            for method, _ in batch:
                more = read_response(stream, method)
                done += more is not None
                if not more:
                    return done
            if done >= most:
                break
    return done


def work(address, seed, most):
    rng, done = random.Random(seed), 0
    while done < most:
        try:
            done += talk(rng, address, most - done)
        except (OSError, ValueError, KeyError) as e:
            print(repr(e))
            done += 1


def main():
    address, (seed, threads, responses) = sys.argv[1], map(int, sys.argv[2:5])
    them = [threading.Thread(target=work, args=(address, 1000 * seed + i, responses)) for i in range(threads)]
    for t in them:
        t.start()
    for t in them:
        t.join()


if __name__ == "__main__":
    main()
