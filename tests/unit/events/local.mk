UNIT_TESTS += tests/unit/events/test_anonymizer
tests_unit_events_test_anonymizer_SOURCES = tests/unit/events/test_anonymizer.c
UNIT_TESTS += tests/unit/events/test_flows
tests_unit_events_test_flows_SOURCES = tests/unit/events/test_flows.c
UNIT_TESTS += tests/unit/events/test_events
tests_unit_events_test_events_SOURCES = tests/unit/events/test_events.c
UNIT_TESTS += tests/unit/events/test_put
tests_unit_events_test_put_SOURCES = tests/unit/events/test_put.c
