src_libstatline_a_SOURCES += \
	src/decode/checksum.h \
	src/decode/decoder.c src/decode/decoder.h \
	src/decode/device.c \
	src/decode/ethertype.h \
	src/decode/fragment_trace.h \
	src/decode/fragments.c src/decode/fragments.h \
	src/decode/ip.c \
	src/decode/layer.h \
	src/decode/link.c \
	src/decode/ppp.c \
	src/decode/segment.h \
	src/decode/shim.c \
	src/decode/tunnel.c \
	src/decode/udp.c \
	src/decode/usual.c src/decode/usual.h \
	src/decode/wlan.c
