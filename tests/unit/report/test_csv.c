/* The CSV report, against lines written by hand (RFC 4180). */
#include <stdlib.h>
#include <string.h>

#include "fake_tally.h"
#include "support/run_suite.h"

#define COLUMNS_AFTER_SOURCE                                                         \
	",host_source,requests,responses,1xx,2xx,3xx,4xx,5xx,other,100,200,201,301," \
	"302,304,400,401,403,404,405,413,414,500,503,no_response_closed,"            \
	"no_response_reset,no_response_timeout,unseen,pending,p50,p90,p99,max,"      \
	"request_bytes,response_bytes,body_bytes,unknown_codes,http/1.1,"            \
	"http/1.0,h2,grpc"

START_TEST(a_row_a_host)
{
	struct sketch s;
	struct tally_row *row;
	char *got;

	sketch_make(&s);
	tally_free(s.tally);
	s.tally = fake_tally(TALLY_BY_HOST);
	s.report.tally = s.tally;
	row = fake_row(s.tally, "a.test", HOST_FROM_REQUEST,
		       "100 1, 200 7, 204 2, 304 3, 404 4, 503 5, 777 6");
	row->counts.no_response[EXCHANGE_CLOSED] = 11;
	row->counts.no_response[EXCHANGE_RESET] = 12;
	row->counts.no_response[EXCHANGE_TIMEOUT] = 13;
	row->counts.unseen = 14;
	row->counts.pending = 15;
	row->counts.request_bytes = 16;
	row->counts.response_bytes = 17;
	row->counts.body_bytes = 18;
	row->counts.unknown_codes = 19;
	for (unsigned i = 0; i < EXCHANGE_PROTOCOLS; i++)
		row->counts.protocols[i] = 20 + i;
	fake_latency(row, 1500000000, 1);
	fake_row(s.tally, "10.0.0.1:80", HOST_FROM_SERVER, "200 1");
	fake_sum(s.tally, 0, SL_OK);
	got = fake_write("csv", &s.report, &s.options);
	ck_assert_str_eq(
	    got, "host" COLUMNS_AFTER_SOURCE ",204,777\r\n"
		 "a.test,request,27,28,1,9,3,4,5,6,1,7,0,0,0,3,0,0,0,4,0,0,0,0,5,11,12,"
		 "13,14,15,1.500000000,1.500000000,1.500000000,1.500000000,16,17,18,19,"
		 "20,21,22,23,2,6\r\n"
		 "10.0.0.1:80,server,1,1,0,1,0,0,0,0,0,1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,"
		 "0,0,0,,,,,0,0,0,0,0,0,0,0,0,0\r\n");
	free(got);
	sketch_free(&s);
}
END_TEST

START_TEST(no_cell_runs_and_none_breaks_out)
{
	static const struct {
		const char *name, *cell;
	} cases[] = {
	    {"=1+1", "\r\n'=1+1,"},
	    {"+1", "\r\n'+1,"},
	    {"-1", "\r\n'-1,"},
	    {"@x", "\r\n'@x,"},
	    {"\tx", "\r\n'\\x09x,"},
	    {"\r=x", "\r\n'\\x0d=x,"},
	    {"a,b", "\r\n\"a,b\","},
	    {"=\"a\"", "\r\n\"'=\"\"a\"\"\","},
	    {"a\r\nb", "\r\na\\x0d\\x0ab,"},
	    {"", "\r\n,request"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sketch s;
		char *got;

		sketch_make(&s);
		tally_free(s.tally);
		s.tally = fake_tally(TALLY_BY_HOST);
		s.report.tally = s.tally;
		fake_row(s.tally, cases[i].name, HOST_FROM_REQUEST, "200 1");
		fake_sum(s.tally, 0, SL_OK);
		got = fake_write("csv", &s.report, &s.options);
		ck_assert_msg(strstr(got, cases[i].cell) != NULL, "%s: %s",
			      cases[i].name, got);
		free(got);
		sketch_free(&s);
	}
}
END_TEST

START_TEST(rows_of_servers)
{
	struct sketch s;
	char *got;

	sketch_make(&s);
	tally_free(s.tally);
	s.tally = fake_tally(TALLY_BY_SERVER);
	s.report.tally = s.tally;
	fake_row(s.tally, "[2001:db8::1]:80", HOST_FROM_SERVER, "200 1");
	fake_sum(s.tally, 0, SL_OK);
	got = fake_write("csv", &s.report, &s.options);
	ck_assert_ptr_eq(strstr(got, "server" COLUMNS_AFTER_SOURCE), got);
	ck_assert_ptr_nonnull(strstr(got, "\r\n[2001:db8::1]:80,,1,1,"));
	free(got);
	sketch_free(&s);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("report/csv");
	TCase *tc = tcase_create("csv");

	tcase_add_test(tc, a_row_a_host);
	tcase_add_test(tc, no_cell_runs_and_none_breaks_out);
	tcase_add_test(tc, rows_of_servers);
	suite_add_tcase(suite, tc);
	return run_suite(suite);
}
