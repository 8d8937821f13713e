src_libstatline_a_SOURCES += \
	src/cli/check.c \
	src/cli/behind.c src/cli/behind.h \
	src/cli/cli.c src/cli/cli.h \
	src/cli/combine.c \
	src/cli/commands.h \
	src/cli/errands.c src/cli/errands.h \
	src/cli/explain.c \
	src/cli/gather.c src/cli/gather.h \
	src/cli/help.c \
	src/cli/hints.c \
	src/cli/history.c \
	src/cli/night.c src/cli/night.h \
	src/cli/interfaces.c \
	src/cli/lines.c src/cli/lines.h \
	src/cli/live.c src/cli/live_parts.h src/cli/live_setup.c src/cli/live_tick.c \
	src/cli/matching.c src/cli/matching.h \
	src/cli/monitor.c src/cli/monitor.h \
	src/cli/monitor_serve.c src/cli/monitor_serve.h \
	src/cli/options.c src/cli/options.h \
	src/cli/options_behind.c src/cli/options_behind.h \
	src/cli/options_live.c src/cli/options_live.h \
	src/cli/outputs.c src/cli/outputs.h \
	src/cli/ports.c src/cli/ports.h \
	src/cli/progress.c src/cli/progress.h \
	src/cli/run.c \
	src/cli/say.c src/cli/say.h \
	src/cli/screen.c src/cli/screen.h
