SCRIPT_TESTS += tests/speed/test_budget.py
EXTRA_DIST += tests/speed/budget.tsv
