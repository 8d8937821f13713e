src_libstatline_a_SOURCES += src/tcp/tcp.h
