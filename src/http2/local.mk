src_libstatline_a_SOURCES += \
	src/http2/block.c src/http2/block.h \
	src/http2/connection.h \
	src/http2/exchange.c \
	src/http2/frames.c src/http2/frames.h \
	src/http2/grpc.c src/http2/grpc.h \
	src/http2/hpack.c src/http2/hpack.h \
	src/http2/http2.c src/http2/http2.h \
	src/http2/memo.c src/http2/memo.h \
	src/http2/memory.c src/http2/memory.h \
	src/http2/side.c \
	src/http2/streams.c src/http2/streams.h \
	src/http2/survey.c src/http2/survey.h \
	src/http2/tell.c
