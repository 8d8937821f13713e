src_libstatline_a_SOURCES += \
	src/report/changes.c src/report/changes.h \
	src/report/csv.c \
	src/report/html.c \
	src/report/html_hosts.c \
	src/report/html_parts.c src/report/html_parts.h \
	src/report/json.c \
	src/report/json_changes.c \
	src/report/json_clients.c \
	src/report/json_coverage.c \
	src/report/json_evidence.c \
	src/report/json_more.c \
	src/report/json_parts.c src/report/json_parts.h \
	src/report/judge.c src/report/judge.h \
	src/report/layout.c src/report/layout.h \
	src/report/page_data.h \
	src/report/phrases.c src/report/phrases.h \
	src/report/report.c src/report/report.h \
	src/report/restore.c src/report/restore.h \
	src/report/restore_behind.c \
	src/report/restore_evidence.c \
	src/report/restore_merge.c \
	src/report/restore_more.c \
	src/report/restore_parts.c src/report/restore_parts.h \
	src/report/target.c src/report/target.h \
	src/report/text.c \
	src/report/text_changes.c \
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

# The page's style and script, as arrays.
PAGE_FILES = src/report/page/page.css src/report/page/page.js
EXTRA_DIST += $(PAGE_FILES) scripts/embed
nodist_src_libstatline_a_SOURCES = src/report/page_data.c
CLEANFILES += src/report/page_data.c
src/report/page_data.c: $(PAGE_FILES) scripts/embed
	$(AM_V_at)$(MKDIR_P) src/report
	$(AM_V_GEN)$(SHELL) $(top_srcdir)/scripts/embed report/page_data.h \
		page_css='$(top_srcdir)/src/report/page/page.css' \
		page_js='$(top_srcdir)/src/report/page/page.js' >$@.tmp && mv $@.tmp $@
