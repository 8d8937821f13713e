check_LIBRARIES += tests/support/libsupport.a
tests_support_libsupport_a_SOURCES = \
	tests/support/packet.c tests/support/packet.h \
	tests/support/run_suite.c tests/support/run_suite.h
