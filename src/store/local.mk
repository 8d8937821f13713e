src_libstatline_a_SOURCES += \
	src/store/candidates.c src/store/candidates.h \
	src/store/change_times.c \
	src/store/change_words.c \
	src/store/compare.c src/store/compare.h \
	src/store/compare_history.c \
	src/store/expr.c src/store/expr.h \
	src/store/expr_holds.c src/store/expr_parts.h \
	src/store/judging.c src/store/judging.h \
	src/store/judging_figures.c \
	src/store/norm.c src/store/norm.h \
	src/store/row_names.c src/store/row_names.h \
	src/store/schema.c src/store/schema.h \
	src/store/statement.c src/store/statement.h \
	src/store/store.c src/store/store.h \
	src/store/store_prune.c \
	src/store/store_read.c \
	src/store/store_write.c
