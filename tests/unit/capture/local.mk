UNIT_TESTS += \
	tests/unit/capture/test_cage \
	tests/unit/capture/test_channel \
	tests/unit/capture/test_compressed \
	tests/unit/capture/test_filter \
	tests/unit/capture/test_inputs \
	tests/unit/capture/test_pcap \
	tests/unit/capture/test_pcapng \
	tests/unit/capture/test_timestamp
capture_files = tests/unit/capture/files.c tests/unit/capture/files.h
tests_unit_capture_test_cage_SOURCES = tests/unit/capture/test_cage.c
tests_unit_capture_test_channel_SOURCES = tests/unit/capture/test_channel.c
tests_unit_capture_test_compressed_SOURCES = \
	tests/unit/capture/test_compressed.c $(capture_files)
tests_unit_capture_test_filter_SOURCES = \
	tests/unit/capture/test_filter.c $(capture_files)
tests_unit_capture_test_inputs_SOURCES = \
	tests/unit/capture/test_inputs.c $(capture_files)
tests_unit_capture_test_pcap_SOURCES = tests/unit/capture/test_pcap.c $(capture_files)
tests_unit_capture_test_pcapng_SOURCES = \
	tests/unit/capture/test_pcapng.c $(capture_files)
tests_unit_capture_test_timestamp_SOURCES = tests/unit/capture/test_timestamp.c
