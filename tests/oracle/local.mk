# Random conversations: what was sent, what the oracle reads, and what statline counts
# have to agree. `tests/oracle/oracle_run SEED COUNT` runs more of them.
UNIT_TESTS += tests/oracle/oracle_run
tests_oracle_oracle_run_SOURCES = tests/oracle/oracle_run.c \
	tests/oracle/chain.c tests/oracle/chain.h \
	tests/oracle/minimise.c tests/oracle/minimise.h
# Disagreements that were mended.
EXTRA_DIST += \
	tests/oracle/cases/acknowledged-before-start.txt \
	tests/oracle/cases/acknowledgement-before-all.txt \
	tests/oracle/cases/acknowledgement-overtakes.txt \
	tests/oracle/cases/begun-before-upgrade.txt \
	tests/oracle/cases/body-that-lies.txt \
	tests/oracle/cases/code-cut-by-hole.txt \
	tests/oracle/cases/cut-request-answered.txt \
	tests/oracle/cases/cut-request-later.txt \
	tests/oracle/cases/cut-request-unseen.txt \
	tests/oracle/cases/false-start.txt \
	tests/oracle/cases/fin-alone-at-end.txt \
	tests/oracle/cases/fin-before-all.txt \
	tests/oracle/cases/fin-before-late-start.txt \
	tests/oracle/cases/fin-before-payload.txt \
	tests/oracle/cases/fins-at-end.txt \
	tests/oracle/cases/head-interrupted.txt \
	tests/oracle/cases/hole-before-unasked.txt \
	tests/oracle/cases/hole-behind-known-body.txt \
	tests/oracle/cases/hole-told-first.txt \
	tests/oracle/cases/incomplete-times-out.txt \
	tests/oracle/cases/known-from-the-second-on.txt \
	tests/oracle/cases/late-request-and-syn.txt \
	tests/oracle/cases/late-start-of-peer.txt \
	tests/oracle/cases/line-beyond-acknowledged.txt \
	tests/oracle/cases/line-in-pieces.txt \
	tests/oracle/cases/lost-after-timeout.txt \
	tests/oracle/cases/lost-within-line.txt \
	tests/oracle/cases/method-at-assumed-start.txt \
	tests/oracle/cases/method-behind-hole-in-tunnel.txt \
	tests/oracle/cases/one-sided-at-first.txt \
	tests/oracle/cases/order-of-the-unknown.txt \
	tests/oracle/cases/probe-before-first-byte.txt \
	tests/oracle/cases/probe-before-late-start.txt \
	tests/oracle/cases/probe-behind-first-bytes.txt \
	tests/oracle/cases/proof-of-the-unasked.txt \
	tests/oracle/cases/reset-before-all.txt \
	tests/oracle/cases/reset-before-syn-with-data.txt \
	tests/oracle/cases/reset-of-nobody.txt \
	tests/oracle/cases/response-before-hole-at-end.txt \
	tests/oracle/cases/response-before-hole.txt \
	tests/oracle/cases/silence-within-body.txt \
	tests/oracle/cases/split-method.txt \
	tests/oracle/cases/start-behind-first-data.txt \
	tests/oracle/cases/token-where-status-is-due.txt \
	tests/oracle/cases/torn-status-line.txt \
	tests/oracle/cases/two-early-responses.txt \
	tests/oracle/cases/undecided-body.txt \
	tests/oracle/cases/unknown-is-no-proof.txt \
	tests/oracle/cases/upgrade-cut.txt
