UNIT_TESTS += tests/unit/events/test_anonymizer
tests_unit_events_test_anonymizer_SOURCES = tests/unit/events/test_anonymizer.c
UNIT_TESTS += tests/unit/events/test_flows
tests_unit_events_test_flows_SOURCES = tests/unit/events/test_flows.c
