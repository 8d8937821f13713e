src_libstatline_a_SOURCES += \
	src/ui/history.c src/ui/history.h \
	src/ui/host.c src/ui/host_lists.c \
	src/ui/page.c src/ui/page.h \
	src/ui/screen.c src/ui/screen.h \
	src/ui/table.c \
	src/ui/ui.c src/ui/ui.h
