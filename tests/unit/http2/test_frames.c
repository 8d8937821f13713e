/* Frame headers, against RFC 9113 section 6, and what is taken for frames at all. */
#include <string.h>

#include "http2/frames.h"
#include "support/run_suite.h"
#include "unit/http2/wire.h"

static struct wire w;

static void begin(void)
{
	w.len = 0;
}

START_TEST(what_section_6_forbids)
{
	static const struct {
		struct frame f;
		bool allowed;
	} cases[] = {
	    {{0, FRAME_DATA, 0, 1}, true},
	    {{0, FRAME_DATA, 0, 0}, false},
	    {{1, FRAME_DATA, FRAME_PADDED, 1}, true},
	    {{0, FRAME_DATA, FRAME_PADDED, 1}, false},
	    {{5, FRAME_HEADERS, FRAME_HAS_PRIORITY, 1}, true},
	    {{4, FRAME_HEADERS, FRAME_HAS_PRIORITY, 1}, false},
	    {{5, FRAME_PRIORITY, 0, 1}, true},
	    {{4, FRAME_PRIORITY, 0, 1}, false},
	    {{4, FRAME_RST_STREAM, 0, 1}, true},
	    {{5, FRAME_RST_STREAM, 0, 1}, false},
	    {{4, FRAME_RST_STREAM, 0, 0}, false},
	    {{12, FRAME_SETTINGS, 0, 0}, true},
	    {{7, FRAME_SETTINGS, 0, 0}, false},
	    {{6, FRAME_SETTINGS, FRAME_ACK, 0}, false},
	    {{6, FRAME_SETTINGS, 0, 1}, false},
	    {{4, FRAME_PUSH_PROMISE, FRAME_END_HEADERS, 1}, true},
	    {{3, FRAME_PUSH_PROMISE, FRAME_END_HEADERS, 1}, false},
	    {{8, FRAME_PING, 0, 0}, true},
	    {{9, FRAME_PING, 0, 0}, false},
	    {{8, FRAME_GOAWAY, 0, 0}, true},
	    {{7, FRAME_GOAWAY, 0, 0}, false},
	    {{4, FRAME_WINDOW_UPDATE, 0, 0}, true},
	    {{4, FRAME_WINDOW_UPDATE, 0, 9}, true},
	    {{3, FRAME_WINDOW_UPDATE, 0, 0}, false},
	    {{0, FRAME_CONTINUATION, 0, 0}, false},
	    {{100, 0x10, 0xff, 0}, true}, /* an extension: ignored, section 5.5 */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_msg(frame_allowed(&cases[i].f) == cases[i].allowed,
			      "case %zu", i);
}
END_TEST

START_TEST(bits_of_a_header)
{
	static const uint8_t head[] = {0x01, 0x02, 0x03, 1, 0x25, 0xff, 0, 0, 7};
	struct frame f = frame_read(head);

	ck_assert_uint_eq(f.length, 0x010203);
	ck_assert_uint_eq(f.type, FRAME_HEADERS);
	ck_assert_uint_eq(f.flags, 0x25);
	ck_assert_uint_eq(f.stream, 0x7f000007); /* the reserved bit is ignored */
}
END_TEST

START_TEST(frames_prove_themselves)
{
	begin();
	wire_get(&w, 3);
	ck_assert(frames_probe(w.bytes, w.len)); /* one that ends with the segment */
	ck_assert(!frames_probe(w.bytes, w.len - 1));
	ck_assert(!frames_probe(w.bytes, 8));
	wire_frame(&w, FRAME_DATA, 0, 3, "0123456789", 10);
	ck_assert(frames_probe(w.bytes, w.len));
	ck_assert(frames_probe(w.bytes, w.len - 5)); /* the second is cut */
	wire_put(&w, "something else", 14);
	ck_assert(!frames_probe(w.bytes, w.len));
}
END_TEST

START_TEST(what_is_not_taken_for_frames)
{
	/* Kafka's ApiVersions, a NetBIOS session, DNS over TCP, zeros. */
	static const uint8_t kafka[] = {0, 0, 0, 10, 0, 18,   0,
					0, 0, 0, 0,  1, 0xff, 0xff};
	static const uint8_t smb[] = {0, 0, 0, 9, 0xfe, 'S', 'M', 'B', 64, 0, 0, 0, 0};
	static const uint8_t dns[] = {0, 12, 0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0};
	static const uint8_t zeros[64] = {0};

	ck_assert(!frames_probe(kafka, sizeof(kafka)));
	ck_assert(!frames_probe(smb, sizeof(smb)));
	ck_assert(!frames_probe(dns, sizeof(dns)));
	ck_assert(!frames_probe(zeros, sizeof(zeros)));
	begin();
	wire_frame(&w, FRAME_DATA, 0, 1, "payload", 7);
	ck_assert(!frames_probe(w.bytes, w.len)); /* a length, a few zeros, a number */
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("frames");
	TCase *tc = tcase_create("frames");

	tcase_add_test(tc, what_section_6_forbids);
	tcase_add_test(tc, bits_of_a_header);
	tcase_add_test(tc, frames_prove_themselves);
	tcase_add_test(tc, what_is_not_taken_for_frames);
	suite_add_tcase(suite, tc);
	return run_suite(suite);
}
