check_LIBRARIES += tests/support/libsupport.a
tests_support_libsupport_a_SOURCES = \
	tests/support/conversation.c tests/support/conversation.h \
	tests/support/dialogue.c tests/support/dialogue.h \
	tests/support/disorder.c tests/support/disorder.h \
	tests/support/message_text.c tests/support/message_text.h \
	tests/support/oracle.c tests/support/oracle.h \
	tests/support/oracle_reader.c tests/support/oracle_reader.h \
	tests/support/oracle_silence.c tests/support/oracle_state.h \
	tests/support/oracle_stream.c tests/support/oracle_stream.h \
	tests/support/oracle_text.c tests/support/oracle_text.h \
	tests/support/packet.c tests/support/packet.h \
	tests/support/random.h \
	tests/support/run_suite.c tests/support/run_suite.h \
	tests/support/script.c \
	tests/support/trace.c tests/support/trace.h \
	tests/support/verdict.c tests/support/verdict.h
