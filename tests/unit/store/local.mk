UNIT_TESTS += tests/unit/store/test_change_times tests/unit/store/test_expr \
	tests/unit/store/test_norm tests/unit/store/test_store
tests_unit_store_test_change_times_SOURCES = tests/unit/store/test_change_times.c
tests_unit_store_test_expr_SOURCES = tests/unit/store/test_expr.c
tests_unit_store_test_norm_SOURCES = tests/unit/store/test_norm.c
tests_unit_store_test_store_SOURCES = tests/unit/store/test_store.c
