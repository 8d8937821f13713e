UNIT_TESTS += tests/unit/tally/test_code_times
tests_unit_tally_test_code_times_SOURCES = tests/unit/tally/test_code_times.c
UNIT_TESTS += tests/unit/tally/test_sketches
tests_unit_tally_test_sketches_SOURCES = tests/unit/tally/test_sketches.c
UNIT_TESTS += tests/unit/tally/test_tally tests/unit/tally/test_tally_bounds \
	tests/unit/tally/test_tally_merge tests/unit/tally/test_tally_memory
EXCHANGES = tests/unit/tally/exchanges.c tests/unit/tally/exchanges.h
tests_unit_tally_test_tally_SOURCES = \
	tests/unit/tally/test_tally.c $(EXCHANGES)
tests_unit_tally_test_tally_bounds_SOURCES = \
	tests/unit/tally/test_tally_bounds.c $(EXCHANGES)
tests_unit_tally_test_tally_merge_SOURCES = \
	tests/unit/tally/test_tally_merge.c $(EXCHANGES)
tests_unit_tally_test_tally_memory_SOURCES = \
	tests/unit/tally/test_tally_memory.c $(EXCHANGES) \
	tests/support/fail_alloc.c tests/support/fail_alloc.h
tests_unit_tally_test_tally_memory_LDFLAGS = \
	$(AM_LDFLAGS) -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc
