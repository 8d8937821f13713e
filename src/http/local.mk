src_libstatline_a_SOURCES += \
	src/http/catalogue.c src/http/catalogue.h \
	src/http/chunked.c src/http/chunked.h \
	src/http/connection.c src/http/connection.h \
	src/http/direction.c src/http/direction.h \
	src/http/ending.c src/http/ending.h \
	src/http/exchange.c src/http/exchange.h \
	src/http/fields.c src/http/fields.h \
	src/http/forwarded.c src/http/forwarded.h \
	src/http/framing.c \
	src/http/guest.h \
	src/http/hole.c src/http/hole.h \
	src/http/host.c src/http/host.h \
	src/http/http.c src/http/http.h \
	src/http/message.c src/http/message.h \
	src/http/method.c src/http/method.h \
	src/http/opening.c \
	src/http/partial.c \
	src/http/path.c src/http/path.h \
	src/http/protocol.c src/http/protocol.h \
	src/http/record.c src/http/record.h \
	src/http/server_name.c src/http/server_name.h \
	src/http/tell.c \
	src/http/usual.c src/http/usual.h \
	src/http/websocket.c src/http/websocket.h \
	src/http/websocket_talk.c src/http/websocket_talk.h
