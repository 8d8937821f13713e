EXTRA_DIST += \
	scripts/attack-table \
	scripts/check \
	scripts/coverage \
	scripts/empty-loop.c \
	scripts/fuzz \
	scripts/lib.sh \
	scripts/bench \
	scripts/make-connections \
	scripts/make-attacks.c scripts/attacks.h scripts/attacks_http2.c \
	scripts/make-load \
	scripts/make-pcaps \
	scripts/make-real-pcaps \
	scripts/make-demo-pcap \
	scripts/make-notable-pcaps \
	scripts/millions \
	scripts/make-seeds \
	scripts/measure \
	scripts/profile \
	scripts/pcapkit/__init__.py \
	scripts/pcapkit/capfile.py \
	scripts/pcapkit/case.py \
	scripts/pcapkit/cases_files.py \
	scripts/pcapkit/cases_http.py \
	scripts/pcapkit/cases_http2.py \
	scripts/pcapkit/cases_layers.py \
	scripts/pcapkit/cases_tcp.py \
	scripts/pcapkit/compiler.py \
	scripts/pcapkit/conversation.py \
	scripts/pcapkit/http2.py \
	scripts/pcapkit/packet.py \
	scripts/pcapkit/reader.py \
	scripts/pcapkit/servers.py \
	scripts/quickstart \
	scripts/measure-live \
	scripts/run-measured.c \
	scripts/simulate-quarter \
	scripts/soak-live \
	scripts/statline@.service \
	scripts/terminal-picture

# What clang-tidy and the test of the headers compile with, in the source tree; config.h
# is in $top_builddir, whose name may have spaces. Fortification needs optimisation, which
# they have none of.
SCRIPT_CPPFLAGS = $(DEFS) -Isrc -Itests -std=gnu17 $(STATLINE_CPPFLAGS) $(CPPFLAGS) \
	$(PCAP_CFLAGS) $(JANSSON_CFLAGS) $(ARCHIVE_CFLAGS) $(ZLIB_CFLAGS) $(LZMA_CFLAGS) $(CRYPTO_CFLAGS) \
	$(SECCOMP_CFLAGS) $(NGHTTP2_CFLAGS) $(CURSES_CFLAGS) $(SQLITE_CFLAGS) $(CHECK_CFLAGS) \
	-U_FORTIFY_SOURCE
AM_TESTS_ENVIRONMENT += CC='$(CC)'; export CC; \
	CPPFLAGS='$(SCRIPT_CPPFLAGS)'; export CPPFLAGS;

SCRIPT_TESTS += scripts/check-includes

EXTRA_DIST += .clang-tidy .shellcheckrc scripts/lint
lint:
	@top_srcdir='$(top_srcdir)' top_builddir='$(abs_top_builddir)' \
		CPPFLAGS='$(SCRIPT_CPPFLAGS)' \
		$(SHELL) $(top_srcdir)/scripts/lint
# Minutes; scripts/check --all does it.
EXTRA_DIST += scripts/analyze
analyze: all
	$(SHELL) $(top_srcdir)/scripts/analyze '$(abs_top_builddir)'
.PHONY: lint analyze

EXTRA_DIST += docs/performance.md docs/performance.svg \
	docs/performance-connections.svg docs/report.svg docs/live.svg \
	docs/live-host.svg docs/soak.svg
