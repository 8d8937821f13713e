HTTP2_WIRE = tests/unit/http2/wire.c tests/unit/http2/wire.h
HTTP2_PLAYER = $(HTTP2_WIRE) tests/unit/http/player.c tests/unit/http/player.h

UNIT_TESTS += \
	tests/unit/http2/test_frames \
	tests/unit/http2/test_hpack \
	tests/unit/http2/test_http2_hostile \
	tests/unit/http2/test_http2_memory \
	tests/unit/http2/test_repeats

tests_unit_http2_test_frames_SOURCES = \
	tests/unit/http2/test_frames.c $(HTTP2_WIRE)
tests_unit_http2_test_hpack_SOURCES = \
	tests/unit/http2/test_hpack.c $(HTTP2_WIRE)
tests_unit_http2_test_http2_hostile_SOURCES = \
	tests/unit/http2/test_http2_hostile.c $(HTTP2_PLAYER)
tests_unit_http2_test_http2_memory_SOURCES = \
	tests/unit/http2/test_http2_memory.c $(HTTP2_PLAYER) \
	tests/support/fail_alloc.c tests/support/fail_alloc.h
tests_unit_http2_test_http2_memory_LDFLAGS = \
	$(AM_LDFLAGS) -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc
tests_unit_http2_test_repeats_SOURCES = \
	tests/unit/http2/test_repeats.c $(HTTP2_PLAYER)
