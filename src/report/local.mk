src_libstatline_a_SOURCES += \
	src/report/changes.c src/report/changes.h \
	src/report/csv.c \
	src/report/json.c \
	src/report/json_changes.c \
	src/report/json_coverage.c \
	src/report/json_parts.c src/report/json_parts.h \
	src/report/layout.c src/report/layout.h \
	src/report/report.c src/report/report.h \
	src/report/restore.c src/report/restore.h \
	src/report/restore_parts.c src/report/restore_parts.h \
	src/report/text.c \
	src/report/text_changes.c \
	src/report/text_codes.c \
	src/report/text_coverage.c \
	src/report/text_parts.h \
	src/report/text_table.c \
	src/report/view.c src/report/view.h \
	src/report/write_file.c \
	src/report/writers.h
