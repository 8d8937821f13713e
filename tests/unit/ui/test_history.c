#include "ui/history.h"

#include <stdio.h>

#include "support/fail_alloc.h"
#include "support/run_suite.h"
#include "unit/tally/exchanges.h"

/** Whole slots pass. */
#define SLOT LIMIT_HISTORY_SLOT_S

static struct history *history;

static void set_up(void)
{
	history = history_new();
	ck_assert_ptr_nonnull(history);
}

static void tear_down(void)
{
	history_free(history);
	history_free(NULL);
}

/** A tick in which @p host gave @p responses; @p row is that of the host.
 *  @return owned */
static struct tally *tick_with(const char *host, unsigned responses,
			       const struct tally_row **row)
{
	struct tally *t = tally_new(TALLY_BY_HOST);
	struct http_exchange x = exchange_to(host, 200);

	ck_assert_ptr_nonnull(t);
	for (unsigned i = 0; i < responses; i++)
		tell_answer(t, &x);
	if (row)
		*row = row_named(t, host);
	return t;
}

static void add(const char *host, unsigned responses, double seconds)
{
	struct tally *t = tick_with(host, responses, NULL);

	ck_assert_int_eq(history_add(history, t, seconds), SL_OK);
	tally_free(t);
}

static const struct track *track_of(const char *host)
{
	const struct tally_row *row;
	struct tally *t = tick_with(host, 1, &row);
	const struct track *track = history_of(history, row);

	tally_free(t);
	return track;
}

START_TEST(the_newest_slot_is_the_last)
{
	const struct track *tracks[2];

	add("a.test", 1, SLOT);
	add("a.test", 2, SLOT);
	add("a.test", 3, SLOT);
	add("a.test", 4, SLOT / 5);
	tracks[0] = track_of("a.test");
	tracks[1] = history_total(history);
	for (size_t i = 0; i < 2; i++) {
		ck_assert_uint_eq(
		    history_slot(history, tracks[i], LIMIT_HISTORY_SLOTS - 1), 3 + 4);
		ck_assert_uint_eq(
		    history_slot(history, tracks[i], LIMIT_HISTORY_SLOTS - 2), 2);
		ck_assert_uint_eq(
		    history_slot(history, tracks[i], LIMIT_HISTORY_SLOTS - 3), 1);
		ck_assert_uint_eq(history_slot(history, tracks[i], 0), 0);
	}
	ck_assert_ptr_null(track_of("b.test"));
}
END_TEST

/* Nobody is kept that would be drawn as an empty line. */
START_TEST(who_is_silent_for_all_slots_is_forgotten)
{
	add("silent.test", 7, SLOT);
	for (size_t i = 1; i < LIMIT_HISTORY_SLOTS; i++)
		add("a.test", 1, SLOT);
	ck_assert_ptr_nonnull(track_of("silent.test"));
	ck_assert_uint_eq(history_slot(history, track_of("silent.test"), 0), 7);
	ck_assert_uint_eq(history_slot(history, history_total(history), 0), 7);
	add("a.test", 1, SLOT);
	add("a.test", 1, SLOT);
	ck_assert_ptr_null(track_of("silent.test"));
	ck_assert_ptr_nonnull(track_of("a.test"));
	for (size_t i = 0; i < LIMIT_HISTORY_SLOTS; i++)
		ck_assert_uint_eq(history_slot(history, history_total(history), i), 1);
}
END_TEST

START_TEST(a_rate_follows_and_fades)
{
	for (int i = 0; i < 30; i++)
		add("a.test", 20, 2);
	ck_assert_double_eq_tol(track_of("a.test")->rate, 10, 0.01);
	ck_assert_double_eq_tol(history_total(history)->rate, 10, 0.01);
	add("b.test", 20, 2);
	ck_assert_double_lt(track_of("a.test")->rate, 10);
	ck_assert_double_gt(track_of("a.test")->rate, 5);
	ck_assert_double_eq_tol(history_total(history)->rate, 10, 0.01);
	for (int i = 0; i < 30; i++)
		add("b.test", 0, 2);
	ck_assert_double_lt(track_of("a.test")->rate, 0.01);
	ck_assert_double_eq(history_total(history)->rate, 0);
}
END_TEST

START_TEST(hosts_over_the_bound_have_no_track)
{
	char name[32];

	for (unsigned i = 0; i < LIMIT_HISTORY_HOSTS; i++) {
		(void)snprintf(name, sizeof(name), "host-%u.test", i);
		add(name, 1, 0);
	}
	add("late.test", 1, 0);
	ck_assert_ptr_null(track_of("late.test"));
	ck_assert_ptr_nonnull(track_of(name));
	ck_assert_uint_eq(
	    history_slot(history, history_total(history), LIMIT_HISTORY_SLOTS - 1),
	    LIMIT_HISTORY_HOSTS + 1);
}
END_TEST

START_TEST(without_memory_a_host_waits_for_the_next_tick)
{
	struct tally *t = tick_with("a.test", 1, NULL);
	unsigned n = 0;
	bool failed;

	fail_alloc_at(1);
	ck_assert_ptr_null(history_new());
	ck_assert(fail_alloc_stop());
	do {
		enum sl_err e;

		fail_alloc_at(++n);
		e = history_add(history, t, 1);
		failed = fail_alloc_stop();
		ck_assert_int_eq(e, failed ? SL_E_NOMEM : SL_OK);
		ck_assert(failed == (track_of("a.test") == NULL));
	} while (failed);
	ck_assert_uint_gt(n, 1);
	ck_assert_uint_eq(
	    history_slot(history, history_total(history), LIMIT_HISTORY_SLOTS - 1), n);
	tally_free(t);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ui/history");
	TCase *t = tcase_create("history");

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_test(t, the_newest_slot_is_the_last);
	tcase_add_test(t, who_is_silent_for_all_slots_is_forgotten);
	tcase_add_test(t, a_rate_follows_and_fades);
	tcase_add_test(t, hosts_over_the_bound_have_no_track);
	tcase_add_test(t, without_memory_a_host_waits_for_the_next_tick);
	suite_add_tcase(s, t);
	return run_suite(s);
}
