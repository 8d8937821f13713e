/* A second job: it waits, bounded, and says so. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/store.h"
#include "support/run_suite.h"

static char path[] = "/tmp/statline-test-store-XXXXXX";
static struct coverage coverage = {.total = {.packets = 2}};
static struct capture_source source = {
    .name = "night.pcap", .packets = 2, .first_ns = 1000, .last_ns = 2000, .id = {7}};

static void make_history(void)
{
	struct errbuf eb = {""};
	struct store *s;
	int fd;

	(void)memcpy(path + sizeof(path) - 7, "XXXXXX", 6);
	fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	(void)close(fd);
	ck_assert_msg(store_open(path, STORE_WRITE, 0, &s, &eb) == SL_OK, "%s",
		      eb.text);
	store_close(s);
}

static sqlite3 *hold(void)
{
	sqlite3 *db;

	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL),
			 SQLITE_OK);
	return db;
}

static enum sl_err add(struct store *s, struct store_added *added, struct errbuf *eb)
{
	struct tally *t = tally_new(TALLY_BY_HOST);
	struct report r = {
	    .tally = t, .coverage = &coverage, .sources = &source, .source_count = 1};
	enum sl_err e;

	ck_assert_ptr_nonnull(t);
	e = store_add(s, &r, false, added, eb);
	tally_free(t);
	return e;
}

START_TEST(it_gives_up_after_its_time)
{
	struct store_added added;
	struct errbuf eb = {""};
	struct store *s;
	sqlite3 *other;

	make_history();
	ck_assert_int_eq(store_open(path, STORE_WRITE, 150, &s, &eb), SL_OK);
	other = hold();
	ck_assert_int_eq(add(s, &added, &eb), SL_E_LIMIT);
	ck_assert_msg(strstr(eb.text, path) && strstr(eb.text, "another"), "%s",
		      eb.text);
	(void)sqlite3_close(other);
	ck_assert_int_eq(add(s, &added, &eb), SL_OK);
	ck_assert_uint_eq(added.replaced, 0);
	store_close(s);
	(void)unlink(path);
}
END_TEST

static int count(void *ctx, const struct store_run *run)
{
	(void)run;
	++*(unsigned *)ctx;
	return 0;
}

START_TEST(the_same_night_replaces_itself)
{
	struct store_added added;
	struct errbuf eb = {""};
	struct store *s;
	unsigned runs = 0;

	make_history();
	ck_assert_int_eq(store_open(path, STORE_WRITE, 0, &s, &eb), SL_OK);
	for (unsigned i = 0; i < 3; i++) {
		ck_assert_int_eq(add(s, &added, &eb), SL_OK);
		ck_assert_uint_eq(added.replaced, i > 0);
		ck_assert(!added.waited);
	}
	ck_assert_int_eq(store_runs(s, 0, count, &runs, &eb), SL_OK);
	ck_assert_uint_eq(runs, 1);
	store_close(s);
	(void)unlink(path);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("store/store");
	TCase *t = tcase_create("store");

	tcase_add_test(t, it_gives_up_after_its_time);
	tcase_add_test(t, the_same_night_replaces_itself);
	suite_add_tcase(s, t);
	return run_suite(s);
}
