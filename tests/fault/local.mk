# A copy of the program in which any one call can be made to fail.
check_PROGRAMS += tests/fault/statline_faulty
tests_fault_statline_faulty_SOURCES = src/main.c tests/fault/faults.c
tests_fault_statline_faulty_LDADD = $(STATLINE_LIBS)
tests_fault_statline_faulty_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=main,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup \
	-Wl,--wrap=posix_memalign,--wrap=read,--wrap=write,--wrap=open \
	-Wl,--wrap=mkstemp,--wrap=fsync,--wrap=fchmod,--wrap=fstat \
	-Wl,--wrap=rename,--wrap=pipe2,--wrap=fork,--wrap=fdopen,--wrap=fileno \
	-Wl,--wrap=fopen
SCRIPT_TESTS += tests/fault/test_faults.py
