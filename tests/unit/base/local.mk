UNIT_TESTS += tests/unit/base/test_memory_plan
tests_unit_base_test_memory_plan_SOURCES = tests/unit/base/test_memory_plan.c
UNIT_TESTS += tests/unit/base/test_addr tests/unit/base/test_clock \
	tests/unit/base/test_coverage \
	tests/unit/base/test_cursor tests/unit/base/test_err \
	tests/unit/base/test_hash tests/unit/base/test_histogram \
	tests/unit/base/test_histogram_pack \
	tests/unit/base/test_human tests/unit/base/test_human_text \
	tests/unit/base/test_window
tests_unit_base_test_addr_SOURCES = tests/unit/base/test_addr.c
tests_unit_base_test_clock_SOURCES = tests/unit/base/test_clock.c
tests_unit_base_test_coverage_SOURCES = tests/unit/base/test_coverage.c
tests_unit_base_test_cursor_SOURCES = tests/unit/base/test_cursor.c
tests_unit_base_test_err_SOURCES = tests/unit/base/test_err.c
tests_unit_base_test_hash_SOURCES = tests/unit/base/test_hash.c
tests_unit_base_test_histogram_SOURCES = tests/unit/base/test_histogram.c
tests_unit_base_test_histogram_pack_SOURCES = tests/unit/base/test_histogram_pack.c
tests_unit_base_test_human_SOURCES = tests/unit/base/test_human.c
tests_unit_base_test_human_text_SOURCES = tests/unit/base/test_human_text.c
tests_unit_base_test_window_SOURCES = tests/unit/base/test_window.c
UNIT_TESTS += tests/unit/base/test_json_read
tests_unit_base_test_json_read_SOURCES = tests/unit/base/test_json_read.c \
	tests/support/fail_alloc.c tests/support/fail_alloc.h
tests_unit_base_test_json_read_LDFLAGS = \
	$(AM_LDFLAGS) -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc
