src_libstatline_a_SOURCES += \
	src/tally/budget.c src/tally/budget.h \
	src/tally/clients.c src/tally/clients.h \
	src/tally/code_times.c src/tally/code_times.h \
	src/tally/counts.c src/tally/counts.h \
	src/tally/evidence.c src/tally/evidence.h \
	src/tally/evidence_add.c src/tally/evidence_parts.h \
	src/tally/hyperloglog.c src/tally/hyperloglog.h \
	src/tally/outage.c src/tally/outage.h \
	src/tally/more.c src/tally/more.h \
	src/tally/names.c \
	src/tally/rows.c src/tally/rows.h \
	src/tally/slowest.c src/tally/slowest.h \
	src/tally/tally.c src/tally/tally.h \
	src/tally/timeline.c src/tally/timeline.h \
	src/tally/topk.c src/tally/topk.h
