# One target each for what reads a stranger's bytes. With --enable-fuzzing libFuzzer
# drives them; else fuzz_main.c, which replays what it is given, as `make check` does.
FUZZ_TARGETS = \
	tests/fuzz/fuzz_compressed \
	tests/fuzz/fuzz_decode \
	tests/fuzz/fuzz_dialogue \
	tests/fuzz/fuzz_expr \
	tests/fuzz/fuzz_fragments \
	tests/fuzz/fuzz_head \
	tests/fuzz/fuzz_http \
	tests/fuzz/fuzz_http2 \
	tests/fuzz/fuzz_pcap \
	tests/fuzz/fuzz_pcapng \
	tests/fuzz/fuzz_pipeline \
	tests/fuzz/fuzz_report \
	tests/fuzz/fuzz_restore \
	tests/fuzz/fuzz_tcp
check_PROGRAMS += $(FUZZ_TARGETS)

FUZZ_COMMON = tests/fuzz/fuzz.c tests/fuzz/fuzz.h tests/support/random.h
if FUZZING
LDFLAGS_FUZZ = $(AM_LDFLAGS) -fsanitize=fuzzer
EXTRA_DIST += tests/fuzz/fuzz_main.c
else
LDFLAGS_FUZZ = $(AM_LDFLAGS)
FUZZ_COMMON += tests/fuzz/fuzz_main.c
endif

tests_fuzz_fuzz_compressed_SOURCES = tests/fuzz/fuzz_compressed.c $(FUZZ_COMMON)
tests_fuzz_fuzz_compressed_LDFLAGS = $(LDFLAGS_FUZZ)
tests_fuzz_fuzz_compressed_LDADD = $(STATLINE_LIBS)
tests_fuzz_fuzz_decode_SOURCES = tests/fuzz/fuzz_decode.c $(FUZZ_COMMON)
tests_fuzz_fuzz_decode_LDFLAGS = $(LDFLAGS_FUZZ)
tests_fuzz_fuzz_decode_LDADD = $(STATLINE_LIBS)
tests_fuzz_fuzz_dialogue_SOURCES = tests/fuzz/fuzz_dialogue.c \
	tests/fuzz/wire.c tests/fuzz/wire.h $(FUZZ_COMMON)
tests_fuzz_fuzz_dialogue_LDFLAGS = $(LDFLAGS_FUZZ)
tests_fuzz_fuzz_dialogue_LDADD = $(STATLINE_LIBS)
tests_fuzz_fuzz_expr_SOURCES = tests/fuzz/fuzz_expr.c \
	tests/fuzz/exchanges.c tests/fuzz/exchanges.h $(FUZZ_COMMON)
tests_fuzz_fuzz_expr_LDFLAGS = $(LDFLAGS_FUZZ)
tests_fuzz_fuzz_expr_LDADD = $(STATLINE_LIBS)
tests_fuzz_fuzz_fragments_SOURCES = tests/fuzz/fuzz_fragments.c $(FUZZ_COMMON)
tests_fuzz_fuzz_fragments_LDFLAGS = $(LDFLAGS_FUZZ)
tests_fuzz_fuzz_fragments_LDADD = $(STATLINE_LIBS)
tests_fuzz_fuzz_head_SOURCES = tests/fuzz/fuzz_head.c $(FUZZ_COMMON)
tests_fuzz_fuzz_head_LDFLAGS = $(LDFLAGS_FUZZ)
tests_fuzz_fuzz_head_LDADD = $(STATLINE_LIBS)
tests_fuzz_fuzz_http_SOURCES = tests/fuzz/fuzz_http.c \
	tests/fuzz/wire.c tests/fuzz/wire.h $(FUZZ_COMMON)
tests_fuzz_fuzz_http_LDFLAGS = $(LDFLAGS_FUZZ)
tests_fuzz_fuzz_http_LDADD = $(STATLINE_LIBS)
tests_fuzz_fuzz_http2_SOURCES = tests/fuzz/fuzz_http2.c \
	tests/fuzz/wire.c tests/fuzz/wire.h $(FUZZ_COMMON)
tests_fuzz_fuzz_http2_LDFLAGS = $(LDFLAGS_FUZZ)
tests_fuzz_fuzz_http2_LDADD = $(STATLINE_LIBS)
tests_fuzz_fuzz_pcap_SOURCES = tests/fuzz/fuzz_pcap.c $(FUZZ_COMMON)
tests_fuzz_fuzz_pcap_LDFLAGS = $(LDFLAGS_FUZZ)
tests_fuzz_fuzz_pcap_LDADD = $(STATLINE_LIBS)
tests_fuzz_fuzz_pcapng_SOURCES = tests/fuzz/fuzz_pcapng.c $(FUZZ_COMMON)
tests_fuzz_fuzz_pcapng_LDFLAGS = $(LDFLAGS_FUZZ)
tests_fuzz_fuzz_pcapng_LDADD = $(STATLINE_LIBS)
tests_fuzz_fuzz_pipeline_SOURCES = tests/fuzz/fuzz_pipeline.c $(FUZZ_COMMON)
tests_fuzz_fuzz_pipeline_LDFLAGS = $(LDFLAGS_FUZZ)
tests_fuzz_fuzz_pipeline_LDADD = $(STATLINE_LIBS)
tests_fuzz_fuzz_report_SOURCES = tests/fuzz/fuzz_report.c \
	tests/fuzz/exchanges.c tests/fuzz/exchanges.h $(FUZZ_COMMON)
tests_fuzz_fuzz_report_LDFLAGS = $(LDFLAGS_FUZZ)
tests_fuzz_fuzz_report_LDADD = $(STATLINE_LIBS)
tests_fuzz_fuzz_restore_SOURCES = tests/fuzz/fuzz_restore.c \
	tests/fuzz/exchanges.c tests/fuzz/exchanges.h $(FUZZ_COMMON)
tests_fuzz_fuzz_restore_LDFLAGS = $(LDFLAGS_FUZZ)
tests_fuzz_fuzz_restore_LDADD = $(STATLINE_LIBS)
tests_fuzz_fuzz_tcp_SOURCES = tests/fuzz/fuzz_tcp.c $(FUZZ_COMMON)
tests_fuzz_fuzz_tcp_LDFLAGS = $(LDFLAGS_FUZZ)
tests_fuzz_fuzz_tcp_LDADD = $(STATLINE_LIBS)

# Seeds are made from pcaps/ by scripts/make-seeds; what once broke something is kept.
SCRIPT_TESTS += tests/fuzz/test_fuzz.py
EXTRA_DIST += tests/fuzz/dictionaries tests/fuzz/cases

# make fuzz TIME=60: each target that long; fuzz-long: half an hour, or TIME.
FUZZ_DIR = $(abs_top_builddir)/fuzz-build
fuzz:
	$(top_srcdir)/scripts/fuzz --dir '$(FUZZ_DIR)' --time "$${TIME:-60}"
fuzz-long:
	$(top_srcdir)/scripts/fuzz --dir '$(FUZZ_DIR)' --time "$${TIME:-1800}"
fuzz-afl:
	$(top_srcdir)/scripts/fuzz --afl --dir '$(FUZZ_DIR)' --time "$${TIME:-60}"
fuzz-coverage:
	$(top_srcdir)/scripts/fuzz --coverage --dir '$(FUZZ_DIR)'
.PHONY: fuzz fuzz-long fuzz-afl fuzz-coverage
