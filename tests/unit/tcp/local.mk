UNIT_TESTS += tests/unit/tcp/test_order
tests_unit_tcp_test_order_SOURCES = tests/unit/tcp/test_order.c \
	tests/unit/tcp/player.c tests/unit/tcp/player.h
