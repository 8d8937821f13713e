src_libstatline_a_SOURCES += \
	src/events/anonymizer.c src/events/anonymizer.h \
	src/events/ecs.c \
	src/events/events.c src/events/events.h \
	src/events/flows.c src/events/flows.h \
	src/events/format.c src/events/format.h \
	src/events/line.c src/events/line.h \
	src/events/put.c src/events/put.h \
	src/events/selection.c src/events/selection.h \
	src/events/zeek.c
