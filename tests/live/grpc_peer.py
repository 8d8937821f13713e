#!/usr/bin/env python3
"""A gRPC server and its client, for test_http2.py.

usage: grpc_peer.py server ADDRESS LOG   serves until it is ended; writes a line "METHOD STATUS" a call
       grpc_peer.py client ADDRESS       makes the calls of CALLS
"""
import concurrent.futures
import signal
import sys
import threading

import grpc

# (method, status to answer with, calls, several messages)
CALLS = (("Add", "OK", 60, False), ("Add", "NOT_FOUND", 7, False), ("Add", "UNAVAILABLE", 5, False),
         ("Watch", "OK", 8, True), ("Watch", "PERMISSION_DENIED", 3, True), ("Absent", "UNIMPLEMENTED", 2, False))


def serve(address, log):
    lock = threading.Lock()
    out = open(log, "w", encoding="utf-8")

    def note(method, status):
        with lock:
            out.write("%s %s\n" % (method, status))
            out.flush()

    def answer(method, request, context):
        status = request.decode()
        note(method, status)
        if status != "OK":
            context.abort(getattr(grpc.StatusCode, status), "told to: é")
        return b"x" * 2000

    def stream(request, context):
        for _ in range(3):
            yield b"message"
        answer("Watch", request, context)

    handlers = {"Add": grpc.unary_unary_rpc_method_handler(lambda r, c: answer("Add", r, c)),
                "Watch": grpc.unary_stream_rpc_method_handler(stream)}
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(4))
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("shop.Cart", handlers),))
    server.add_insecure_port(address)
    server.start()
    print("listening", flush=True)
    signal.sigwait([signal.SIGTERM])
    server.stop(None)


def call(address):
    with grpc.insecure_channel(address) as channel:
        for method, status, times, several in CALLS:
            path = "/shop.Cart/" + method
            stub = channel.unary_stream(path) if several else channel.unary_unary(path)
            for _ in range(times):
                try:
                    got = stub(status.encode())
                    if several:
                        list(got)
                    end = "OK"
                except grpc.RpcError as e:
                    end = e.code().name
                if end != status:
                    sys.exit("%s: %s, not %s" % (path, end, status))


def main(argv):
    if argv[1] == "server":
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
        serve(argv[2], argv[3])
    else:
        call(argv[2])


if __name__ == "__main__":
    main(sys.argv)
