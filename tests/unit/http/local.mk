HTTP_PLAYER = tests/unit/http/player.c tests/unit/http/player.h

UNIT_TESTS += tests/unit/http/test_http_rules
tests_unit_http_test_http_rules_SOURCES = tests/unit/http/test_http_rules.c \
	$(HTTP_PLAYER)
