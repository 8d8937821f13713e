src_libstatline_a_SOURCES += \
	src/report/csv.c \
	src/report/json.c \
	src/report/json_clients.c \
	src/report/json_coverage.c \
	src/report/json_evidence.c \
	src/report/json_more.c \
	src/report/json_parts.c src/report/json_parts.h \
	src/report/judge.c src/report/judge.h \
	src/report/layout.c src/report/layout.h \
	src/report/phrases.c src/report/phrases.h \
	src/report/report.c src/report/report.h \
	src/report/target.c src/report/target.h \
	src/report/text.c \
	src/report/text_codes.c \
	src/report/text_coverage.c \
	src/report/text_behind.c \
	src/report/text_evidence.c \
	src/report/text_more.c \
	src/report/text_parts.h \
	src/report/text_table.c \
	src/report/text_verdict.c \
	src/report/view.c src/report/view.h \
	src/report/write_file.c \
	src/report/writers.h
