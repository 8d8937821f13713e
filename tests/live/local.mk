# Real servers and clients in network namespaces; they skip where that is not allowed.
SCRIPT_TESTS += tests/live/test_live_events.py tests/live/test_interfaces.py
SCRIPT_TESTS += tests/live/test_stopping.py tests/live/test_clock.py
SCRIPT_TESTS += tests/live/test_service.py tests/live/test_soak.py
SCRIPT_TESTS += tests/live/test_loss.py
EXTRA_DIST += tests/live/clock_shim.c tests/live/live.py
SCRIPT_TESTS += tests/live/test_nginx.py tests/live/test_http2.py
SCRIPT_TESTS += tests/live/test_live.py tests/live/test_screen.py
EXTRA_DIST += tests/live/random_client.py tests/live/grpc_peer.py tests/live/websocket_peer.mjs
