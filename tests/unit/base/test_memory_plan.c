#include "base/limits.h"
#include "base/memory_plan.h"
#include "base/memory_share.h"
#include "support/run_suite.h"

START_TEST(the_default_is_what_limits_say)
{
	struct memory_plan p = memory_plan_for(0);

	ck_assert_uint_eq(p.ceiling, LIMIT_MEMORY);
	ck_assert_uint_eq(p.connections,
			  (size_t)LIMIT_CONNECTIONS * LIMIT_CONNECTION_COST);
	ck_assert_uint_eq(p.commons, LIMIT_COMMONS);
	ck_assert_uint_eq(p.hosts, LIMIT_HOSTS);
	ck_assert_uint_eq(p.held, LIMIT_HELD);
	ck_assert_uint_eq(p.lines, LIMIT_LINES);
	ck_assert_uint_eq(p.requests, LIMIT_REQUESTS);
	ck_assert_uint_eq(p.tally_growth, LIMIT_TALLY_GROWTH);
	ck_assert_uint_eq(p.http2, LIMIT_HTTP2);
	ck_assert_uint_eq(p.evidence, LIMIT_EVIDENCE);
	ck_assert_uint_eq(p.client_paths, LIMIT_CLIENT_PATHS);
	ck_assert_uint_eq(p.fragments, LIMIT_FRAGMENT_BYTES);
}
END_TEST

/* Every mebibyte of a gibibyte, and powers of two above. */
START_TEST(the_sum_stays_below_the_ceiling)
{
	for (uint64_t m = LIMIT_MEMORY_LEAST / MIB; m <= LIMIT_MEMORY_MOST / MIB;
	     m = m < KIB ? m + 1 : m * 2) {
		struct memory_plan p = memory_plan_for(m * MIB);

		ck_assert_uint_eq(p.ceiling, m * MIB);
		ck_assert_uint_le(memory_plan_sum(&p), m * MIB);
		ck_assert_uint_gt(p.connections, 0);
		ck_assert_uint_gt(p.hosts, 0);
		/* One head and one connection's held bytes fit at the least. */
		ck_assert_uint_ge(p.lines, LIMIT_HEAD);
		ck_assert_uint_ge(p.requests, 64 * KIB);
	}
}
END_TEST

/* What does not scale, by the bounds of limits.h: the names in ARCHITECTURE.md. */
START_TEST(the_fixed_part_holds_what_does_not_scale)
{
	uint64_t buffers = (uint64_t)LIMIT_OPEN_INPUTS * LIMIT_PCAPNG_HEAD;
	uint64_t fragments = LIMIT_FRAGMENT_BYTES + 2ULL * MIB;
	uint64_t sources = (uint64_t)LIMIT_INPUTS * 1100;
	uint64_t half_open = (uint64_t)LIMIT_HALF_OPEN * 192;
	uint64_t clients = (uint64_t)LIMIT_CLIENTS * 400;

	ck_assert_uint_le(buffers + fragments + sources + half_open + clients +
			      14ULL * MIB,
			  LIMIT_MEMORY_FIXED);
}
END_TEST

START_TEST(a_million_connections_find_room)
{
	struct memory_plan p = memory_plan_for(0);

	ck_assert_uint_ge((p.connections + p.commons) / LIMIT_CONNECTION_COST, 1000000);
}
END_TEST

START_TEST(a_share_keeps_its_own_part)
{
	struct memory_commons commons = {.left = 100};
	struct memory_share a = {.own = 50, .commons = &commons};
	struct memory_share b = {.own = 20, .commons = &commons};

	ck_assert(memory_take(&a, 40));
	ck_assert_uint_eq(commons.left, 100);
	ck_assert(memory_take(&a, 110)); /* 10 of its own, 100 of all */
	ck_assert_uint_eq(commons.left, 0);
	ck_assert(!memory_take(&a, 1));
	ck_assert_uint_eq(memory_left(&b), 20);
	ck_assert(memory_take(&b, 20));
	ck_assert(!memory_take(&b, 1));
	memory_give(&a, 30); /* what was taken last goes back first */
	ck_assert_uint_eq(commons.left, 30);
	ck_assert(memory_take(&b, 30));
	memory_give(&b, 50);
	memory_give(&a, 120);
	ck_assert_uint_eq(commons.left, 100);
	ck_assert_uint_eq(a.used + b.used, 0);
}
END_TEST

START_TEST(a_share_without_commons_has_its_own_part)
{
	struct memory_share s = {.own = 10};

	ck_assert_uint_eq(memory_left(&s), 10);
	ck_assert(!memory_take(&s, 11));
	ck_assert(memory_take(&s, 10));
	ck_assert_uint_eq(memory_left(&s), 0);
	memory_give(&s, 10);
	ck_assert_uint_eq(memory_left(&s), 10);
}
END_TEST

START_TEST(what_lies_outside_is_the_nearest)
{
	ck_assert_uint_eq(memory_plan_for(1).ceiling, LIMIT_MEMORY_LEAST);
	ck_assert_uint_eq(memory_plan_for(UINT64_MAX).ceiling, LIMIT_MEMORY_MOST);
}
END_TEST

/* Each ceiling with each number of pipelines that it has room for. */
START_TEST(live_pipelines_share_the_ceiling)
{
	for (uint64_t m = LIMIT_MEMORY_LEAST / MIB; m <= LIMIT_MEMORY_MOST / MIB;
	     m = m < KIB ? m + 1 : m * 2) {
		unsigned most = memory_plan_lanes(m * MIB);

		ck_assert_uint_ge(most, 1);
		ck_assert_uint_le(most, LIMIT_LANES);
		for (unsigned lanes = 1; lanes <= most; lanes++) {
			struct memory_plan lane, kept;

			memory_plan_live(m * MIB, lanes, &lane, &kept);
			ck_assert_uint_le(memory_plan_live_sum(&lane, &kept, lanes),
					  m * MIB);
			ck_assert_uint_gt(lane.connections, 0);
			ck_assert_uint_gt(lane.hosts, 0);
			ck_assert_uint_ge(kept.hosts, lane.hosts);
			/* One head, and one datagram with its fragments, fit. */
			ck_assert_uint_ge(lane.lines, LIMIT_HEAD);
			ck_assert_uint_ge(lane.fragments, 2 * 65535);
		}
	}
}
END_TEST

/* What does not scale there. */
START_TEST(the_fixed_parts_of_live_captures_hold_theirs)
{
	uint64_t clients = (uint64_t)LIMIT_CLIENTS * 400;
	uint64_t half_open = (uint64_t)LIMIT_HALF_OPEN * 192;
	uint64_t recent =
	    (uint64_t)LIMIT_RECENT_PACKETS * 33 + LIMIT_FIRST_SEGMENTS * 64;

	ck_assert_uint_le(LIMIT_FRAGMENT_BYTES + 2ULL * MIB + 4 * clients + 14ULL * MIB,
			  LIMIT_LIVE_FIXED);
	ck_assert_uint_le(half_open + recent + 256ULL * KIB + clients,
			  LIMIT_LANE_FIXED);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("base/memory_plan");
	TCase *t = tcase_create("plan");

	tcase_add_test(t, the_default_is_what_limits_say);
	tcase_add_test(t, the_sum_stays_below_the_ceiling);
	tcase_add_test(t, the_fixed_part_holds_what_does_not_scale);
	tcase_add_test(t, a_million_connections_find_room);
	tcase_add_test(t, a_share_keeps_its_own_part);
	tcase_add_test(t, a_share_without_commons_has_its_own_part);
	tcase_add_test(t, what_lies_outside_is_the_nearest);
	tcase_add_test(t, live_pipelines_share_the_ceiling);
	tcase_add_test(t, the_fixed_parts_of_live_captures_hold_theirs);
	suite_add_tcase(s, t);
	return run_suite(s);
}
