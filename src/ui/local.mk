src_libstatline_a_SOURCES += \
	src/ui/history.c src/ui/history.h \
	src/ui/host.c \
	src/ui/screen.h \
	src/ui/table.c \
	src/ui/ui.c src/ui/ui.h
