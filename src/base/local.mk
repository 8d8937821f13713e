src_libstatline_a_SOURCES += \
	src/base/addr.c src/base/addr.h \
	src/base/coverage.c src/base/coverage.h \
	src/base/cursor.h \
	src/base/err.c src/base/err.h \
	src/base/hash.c src/base/hash.h \
	src/base/limits.h
