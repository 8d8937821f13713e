# Everything but main.c is libstatline.a: the program, the tests and the
# fuzzers link it.
noinst_LIBRARIES += src/libstatline.a
src_libstatline_a_SOURCES =

# From left to right: a room includes only rooms named before it.
include src/base/local.mk
include src/capture/local.mk
include src/decode/local.mk
include src/tcp/local.mk
include src/http/local.mk
include src/http2/local.mk
include src/events/local.mk
include src/tally/local.mk
src_libstatline_a_SOURCES += src/pipeline.c src/pipeline.h src/lane.c src/lane.h \
	src/jump.c src/jump.h
include src/report/local.mk
include src/store/local.mk
include src/ui/local.mk
include src/cli/local.mk

STATLINE_LIBS = src/libstatline.a $(PCAP_LIBS) $(JANSSON_LIBS) \
	$(ZLIB_LIBS) $(LZMA_LIBS) $(BZIP2_LIBS) $(ZSTD_LIBS) $(LZ4_LIBS) $(NETTLE_LIBS) $(SECCOMP_LIBS) $(CURSES_LIBS) \
	$(NGHTTP2_LIBS) $(SQLITE_LIBS)

bin_PROGRAMS += statline
statline_SOURCES = src/main.c
statline_LDADD = $(STATLINE_LIBS)
# Tests link without it, in no time.
statline_LDFLAGS = $(STATLINE_LDFLAGS) $(STATLINE_LTO)
