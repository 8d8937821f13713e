UNIT_TESTS += \
	tests/unit/cli/test_options \
	tests/unit/cli/test_pipeline \
	tests/unit/cli/test_words
SCRIPT_TESTS += tests/unit/cli/test_hardening.sh
SCRIPT_TESTS += tests/unit/cli/test_man.sh

tests_unit_cli_test_options_SOURCES = tests/unit/cli/test_options.c
tests_unit_cli_test_words_SOURCES = tests/unit/cli/test_words.c
tests_unit_cli_test_pipeline_SOURCES = tests/unit/cli/test_pipeline.c
