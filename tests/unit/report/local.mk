UNIT_TESTS += \
	tests/unit/report/test_csv \
	tests/unit/report/test_json \
	tests/unit/report/test_layout \
	tests/unit/report/test_restore \
	tests/unit/report/test_text \
	tests/unit/report/test_write_file

# A tally filled in by hand; it stands before the archive's.
FAKE_TALLY = tests/unit/report/fake_tally.c tests/unit/report/fake_tally.h
tests_unit_report_test_csv_SOURCES = tests/unit/report/test_csv.c $(FAKE_TALLY)
tests_unit_report_test_json_SOURCES = tests/unit/report/test_json.c $(FAKE_TALLY)
tests_unit_report_test_layout_SOURCES = tests/unit/report/test_layout.c
tests_unit_report_test_restore_SOURCES = tests/unit/report/test_restore.c
tests_unit_report_test_text_SOURCES = tests/unit/report/test_text.c $(FAKE_TALLY)
tests_unit_report_test_write_file_SOURCES = \
	tests/unit/report/test_write_file.c $(FAKE_TALLY)
