SCRIPT_TESTS += \
	tests/cli/test_make_pcaps.py \
	tests/cli/test_pcaps.py \
	tests/cli/test_cli.py \
	tests/cli/test_evidence.py \
	tests/cli/test_notable.py \
	tests/cli/test_errors.py \
	tests/cli/test_filters.py \
	tests/cli/test_jobs.py \
	tests/cli/test_corpus.py \
	tests/cli/test_history_faults.py \
	tests/cli/test_merge.py \
	tests/cli/test_nightly.py \
	tests/cli/test_nightly_job.py \
	tests/cli/test_page.py \
	tests/cli/test_quarter.py \
	tests/cli/test_properties.py
EXTRA_DIST += tests/browser/package.json tests/browser/page.cjs tests/cli/harness.py tests/cli/goldens tests/cli/histories
