# Captures made to hurt, small; `make attack-table` runs them at full size.
SCRIPT_TESTS += tests/attacks/test_attacks.py
attack-table: statline
	$(top_srcdir)/scripts/attack-table ./statline
.PHONY: attack-table
