src_libstatline_a_SOURCES += \
	src/capture/access.c src/capture/access.h \
	src/capture/bytes.c src/capture/bytes.h \
	src/capture/capture.c src/capture/capture.h \
	src/capture/channel.c src/capture/channel.h \
	src/capture/decompress.c src/capture/decompress.h \
	src/capture/decompress_child.c src/capture/decompress_child.h \
	src/capture/decompress_stream.c src/capture/decompress_stream.h \
	src/capture/filter.c src/capture/filter.h \
	src/capture/heap.c src/capture/heap.h \
	src/capture/identity.c src/capture/identity.h \
	src/capture/inputs.c src/capture/inputs.h \
	src/capture/linktype.h \
	src/capture/packet.h \
	src/capture/pcap_reader.c \
	src/capture/pcapng_reader.c \
	src/capture/reader.h \
	src/capture/sniff.c src/capture/sniff.h \
	src/capture/source.c src/capture/source.h \
	src/capture/tap.c src/capture/tap.h \
	src/capture/tap_open.c \
	src/capture/timestamp.c src/capture/timestamp.h \
	src/capture/writer.c src/capture/writer.h
