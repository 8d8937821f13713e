HTTP_PLAYER = tests/unit/http/player.c tests/unit/http/player.h

UNIT_TESTS += \
	tests/unit/http/test_catalogue \
	tests/unit/http/test_host \
	tests/unit/http/test_http_bounds \
	tests/unit/http/test_http_pieces \
	tests/unit/http/test_http_rules \
	tests/unit/http/test_message \
	tests/unit/http/test_protocol

tests_unit_http_test_catalogue_SOURCES = tests/unit/http/test_catalogue.c
tests_unit_http_test_host_SOURCES = tests/unit/http/test_host.c
tests_unit_http_test_http_bounds_SOURCES = \
	tests/unit/http/test_http_bounds.c $(HTTP_PLAYER)
tests_unit_http_test_http_bounds_LDFLAGS = \
	$(AM_LDFLAGS) -Wl,--wrap=malloc -Wl,--wrap=realloc
tests_unit_http_test_http_pieces_SOURCES = \
	tests/unit/http/test_http_pieces.c $(HTTP_PLAYER)
tests_unit_http_test_http_rules_SOURCES = \
	tests/unit/http/test_http_rules.c $(HTTP_PLAYER)
tests_unit_http_test_message_SOURCES = tests/unit/http/test_message.c
tests_unit_http_test_protocol_SOURCES = tests/unit/http/test_protocol.c

UNIT_TESTS += tests/unit/http/test_path tests/unit/http/test_usual
tests_unit_http_test_usual_SOURCES = tests/unit/http/test_usual.c
tests_unit_http_test_path_SOURCES = tests/unit/http/test_path.c
