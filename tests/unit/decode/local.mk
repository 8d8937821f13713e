UNIT_TESTS += \
	tests/unit/decode/test_decoder \
	tests/unit/decode/test_encapsulation \
	tests/unit/decode/test_fragments \
	tests/unit/decode/test_hostile \
	tests/unit/decode/test_usual
tests_unit_decode_test_decoder_SOURCES = tests/unit/decode/test_decoder.c
tests_unit_decode_test_encapsulation_SOURCES = tests/unit/decode/test_encapsulation.c
tests_unit_decode_test_fragments_SOURCES = tests/unit/decode/test_fragments.c
tests_unit_decode_test_hostile_SOURCES = tests/unit/decode/test_hostile.c
tests_unit_decode_test_usual_SOURCES = tests/unit/decode/test_usual.c
