UNIT_TESTS += \
	tests/unit/capture/test_compressed \
	tests/unit/capture/test_pcap \
	tests/unit/capture/test_pcapng \
	tests/unit/capture/test_timestamp
capture_files = tests/unit/capture/files.c tests/unit/capture/files.h
tests_unit_capture_test_compressed_SOURCES = \
	tests/unit/capture/test_compressed.c $(capture_files)
tests_unit_capture_test_pcap_SOURCES = tests/unit/capture/test_pcap.c $(capture_files)
tests_unit_capture_test_pcapng_SOURCES = \
	tests/unit/capture/test_pcapng.c $(capture_files)
tests_unit_capture_test_timestamp_SOURCES = tests/unit/capture/test_timestamp.c
