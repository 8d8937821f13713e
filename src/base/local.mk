src_libstatline_a_SOURCES += \
	src/base/addr.c src/base/addr.h \
	src/base/calendar.c src/base/calendar.h \
	src/base/cage.c src/base/cage.h \
	src/base/clock.c src/base/clock.h \
	src/base/courier.c src/base/courier.h \
	src/base/coverage.c src/base/coverage.h \
	src/base/cursor.h \
	src/base/err.c src/base/err.h \
	src/base/hash.c src/base/hash.h \
	src/base/histogram.c src/base/histogram.h \
	src/base/histogram_pack.c \
	src/base/human.c src/base/human.h \
	src/base/human_text.c src/base/human_time.c \
	src/base/json_read.c src/base/json_read.h \
	src/base/limits.h \
	src/base/memory_plan.c src/base/memory_plan.h src/base/memory_share.h \
	src/base/notify.c src/base/notify.h \
	src/base/privileges.c src/base/privileges.h \
	src/base/sanitize.h \
	src/base/system_clock.h \
	src/base/window.c src/base/window.h
