src_libstatline_a_SOURCES += \
	src/tally/counts.c src/tally/counts.h \
	src/tally/rows.c src/tally/rows.h \
	src/tally/tally.c src/tally/tally.h
