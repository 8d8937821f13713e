UNIT_TESTS += tests/unit/ui/test_history
tests_unit_ui_test_history_SOURCES = tests/unit/ui/test_history.c $(EXCHANGES) \
	tests/support/fail_alloc.c tests/support/fail_alloc.h
tests_unit_ui_test_history_LDFLAGS = \
	$(AM_LDFLAGS) -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc
