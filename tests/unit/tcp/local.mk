UNIT_TESTS += tests/unit/tcp/test_order
tests_unit_tcp_test_order_SOURCES = tests/unit/tcp/test_order.c \
	tests/unit/tcp/player.c tests/unit/tcp/player.h

UNIT_TESTS += tests/unit/tcp/test_roles
tests_unit_tcp_test_roles_SOURCES = tests/unit/tcp/test_roles.c \
	tests/unit/tcp/player.c tests/unit/tcp/player.h

UNIT_TESTS += tests/unit/tcp/test_model
tests_unit_tcp_test_model_SOURCES = tests/unit/tcp/test_model.c \
	tests/unit/tcp/player.c tests/unit/tcp/player.h

UNIT_TESTS += tests/unit/tcp/test_reassembler
tests_unit_tcp_test_reassembler_SOURCES = tests/unit/tcp/test_reassembler.c

UNIT_TESTS += tests/unit/tcp/test_bounds
tests_unit_tcp_test_bounds_SOURCES = tests/unit/tcp/test_bounds.c \
	tests/unit/tcp/player.c tests/unit/tcp/player.h

UNIT_TESTS += tests/unit/tcp/test_memory
tests_unit_tcp_test_memory_SOURCES = tests/unit/tcp/test_memory.c \
	tests/unit/tcp/player.c tests/unit/tcp/player.h
tests_unit_tcp_test_memory_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=malloc \
	-Wl,--wrap=calloc -Wl,--wrap=posix_memalign

UNIT_TESTS += tests/unit/tcp/test_speed
tests_unit_tcp_test_speed_SOURCES = tests/unit/tcp/test_speed.c

UNIT_TESTS += tests/unit/tcp/test_hostile
tests_unit_tcp_test_hostile_SOURCES = tests/unit/tcp/test_hostile.c
