src_libstatline_a_SOURCES += \
	src/tcp/connection.h \
	src/tcp/deliver.c src/tcp/deliver.h \
	src/tcp/expiry.c src/tcp/expiry.h \
	src/tcp/flow_table.c src/tcp/flow_table.h \
	src/tcp/half_open.c src/tcp/half_open.h \
	src/tcp/reassembler.c src/tcp/reassembler.h \
	src/tcp/recent.c src/tcp/recent.h \
	src/tcp/role.c src/tcp/role.h \
	src/tcp/stream.c src/tcp/stream.h \
	src/tcp/usual.h \
	src/tcp/tcp.c src/tcp/tcp.h \
	src/tcp/wait.c src/tcp/wait.h
