src_libstatline_a_SOURCES += \
	src/tally/counts.c src/tally/counts.h \
	src/tally/more.c src/tally/more.h \
	src/tally/names.c \
	src/tally/rows.c src/tally/rows.h \
	src/tally/tally.c src/tally/tally.h
