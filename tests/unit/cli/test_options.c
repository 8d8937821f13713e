/* What the command line is understood as, and what is said when it is not. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/options.h"
#include "support/run_suite.h"

#define ARGS_MAX 32

static struct options options;
static struct errbuf eb;
static char *arguments[ARGS_MAX];

/* Parse a command line, words divided by single spaces, "statline" before them. */
static enum sl_err parse(const char *line)
{
	static char copy[1024];
	int argc = 1;

	options_free(&options);
	eb.text[0] = '\0';
	ck_assert_uint_lt(strlen(line), sizeof(copy));
	(void)snprintf(copy, sizeof(copy), "%s", line);
	arguments[0] = (char *)(uintptr_t) "statline";
	for (char *word = strtok(copy, " "); word; word = strtok(NULL, " ")) {
		ck_assert_int_lt(argc, ARGS_MAX - 1);
		arguments[argc++] = word;
	}
	arguments[argc] = NULL;
	return options_parse(argc, arguments, &options, &eb);
}

static void tear_down(void)
{
	options_free(&options);
}

START_TEST(words_are_files)
{
	ck_assert_int_eq(parse("a.pcap b.pcap dir/ -"), SL_OK);
	ck_assert_int_eq(options.command, COMMAND_REPORT);
	ck_assert_uint_eq(options.input_count, 4);
	ck_assert_str_eq(options.inputs[0], "a.pcap");
	ck_assert_str_eq(options.inputs[3], "-");
	ck_assert_ptr_null(options.filter);
	ck_assert_uint_eq(options.output_count, 1);
	ck_assert_str_eq(options.outputs[0].path, "-");
	ck_assert_str_eq(options.outputs[0].writer->name, "text");
}
END_TEST

START_TEST(live_options_are_taken)
{
	const struct live_options *l = &options.live;

	ck_assert_int_eq(parse("-i eth0 -ieth1 -p -s 128 -B 4096 -y LINUX_SLL2 -c 7 -a "
			       "duration:2m -j 3 --forget 1d tcp port 80"),
			 SL_OK);
	ck_assert_int_eq(options.command, COMMAND_LIVE);
	ck_assert_uint_eq(l->interface_count, 2);
	ck_assert_str_eq(l->interfaces[1], "eth1");
	ck_assert_str_eq(options.filter, "tcp port 80");
	ck_assert(l->no_promiscuous);
	ck_assert_uint_eq(l->snap_length, 128);
	ck_assert_uint_eq(l->buffer, 4096 * 1024);
	ck_assert_str_eq(l->link_type, "LINUX_SLL2");
	ck_assert_uint_eq(options.packet_limit, 7);
	ck_assert_uint_eq(l->duration_s, 120);
	ck_assert_uint_eq(l->lanes, 3);
	ck_assert_uint_eq(l->forget_s, 86400);
	ck_assert_uint_eq(options.output_count, 1);
	ck_assert_str_eq(options.outputs[0].writer->name, "text");
}
END_TEST

START_TEST(lines_go_where_they_are_asked_for)
{
	/* On standard output JSON follows lines of JSON. */
	ck_assert_int_eq(parse("-i eth0 --interval 10"), SL_OK);
	ck_assert_str_eq(options.outputs[0].writer->name, "json");
	/* In a file they leave standard output to the report. */
	ck_assert_int_eq(parse("-i eth0 --interval 10 -o x.jsonl"), SL_OK);
	ck_assert_uint_eq(options.output_count, 2);
	ck_assert_ptr_null(options.outputs[0].writer);
	ck_assert_str_eq(options.outputs[1].path, "-");
	ck_assert_str_eq(options.outputs[1].writer->name, "text");
	ck_assert_int_eq(parse("--replay 10x x.pcap"), SL_OK);
	ck_assert_int_eq(options.command, COMMAND_LIVE);
	ck_assert_double_eq(options.live.speed, 10.0);
}
END_TEST

START_TEST(words_after_r_are_a_filter)
{
	ck_assert_int_eq(parse("-nr a.pcap -r b.pcap tcp port 80"), SL_OK);
	ck_assert_uint_eq(options.input_count, 2);
	ck_assert_str_eq(options.inputs[1], "b.pcap");
	ck_assert_str_eq(options.filter, "tcp port 80");
	/* Before -r too: getopt moves them. */
	ck_assert_int_eq(parse("tcp port 80 -r a.pcap"), SL_OK);
	ck_assert_str_eq(options.filter, "tcp port 80");
}
END_TEST

START_TEST(f_works_with_either)
{
	ck_assert_int_eq(parse("-f tcp a.pcap b.pcap"), SL_OK);
	ck_assert_str_eq(options.filter, "tcp");
	ck_assert_uint_eq(options.input_count, 2);
	ck_assert_int_eq(parse("-r a.pcap --filter=udp"), SL_OK);
	ck_assert_str_eq(options.filter, "udp");
	ck_assert_int_eq(parse("-r a.pcap -f udp tcp"), SL_E_USAGE);
	ck_assert_int_eq(parse("-f udp -f tcp a.pcap"), SL_E_USAGE);
}
END_TEST

START_TEST(values)
{
	ck_assert_int_eq(
	    parse("--by client --top 7 --sort error-share --utc "
		  "--distinct vni,vlan --verify-checksums --format json x"),
	    SL_OK);
	ck_assert_int_eq(options.by, TALLY_BY_CLIENT);
	ck_assert_uint_eq(options.report.top, 7);
	ck_assert_int_eq(options.report.sort, SORT_ERROR_SHARE);
	ck_assert(options.report.utc);
	ck_assert(options.decode.distinct_vlan && options.decode.distinct_vni);
	ck_assert(options.decode.verify_checksums);
	ck_assert_str_eq(options.outputs[0].writer->name, "json");
	/* Nothing of that is left in the next one. */
	ck_assert_int_eq(parse("x"), SL_OK);
	ck_assert_int_eq(options.by, TALLY_BY_HOST);
	ck_assert(!options.report.utc && !options.decode.distinct_vlan);
}
END_TEST

START_TEST(outputs_choose_their_format)
{
	ck_assert_int_eq(parse("-o a.json -o b.csv -o c -o - --format csv -o d.txt x"),
			 SL_OK);
	ck_assert_uint_eq(options.output_count, 5);
	ck_assert_str_eq(options.outputs[0].writer->name, "json");
	ck_assert_str_eq(options.outputs[1].writer->name, "csv");
	ck_assert_str_eq(options.outputs[2].writer->name, "csv");
	ck_assert_str_eq(options.outputs[3].writer->name, "csv");
	ck_assert_str_eq(options.outputs[4].writer->name, "text");
}
END_TEST

START_TEST(commands)
{
	ck_assert_int_eq(parse("explain 404 4xx"), SL_OK);
	ck_assert_int_eq(options.command, COMMAND_EXPLAIN);
	ck_assert_uint_eq(options.word_count, 2);
	ck_assert_str_eq(options.words[1], "4xx");
	ck_assert_int_eq(parse("./explain"), SL_OK);
	ck_assert_int_eq(options.command, COMMAND_REPORT);
	ck_assert_int_eq(parse("--help --version"), SL_OK);
	ck_assert_int_eq(options.command, COMMAND_HELP);
	ck_assert_int_eq(parse("-V"), SL_OK);
	ck_assert_int_eq(options.command, COMMAND_VERSION);
	ck_assert_int_eq(parse(""), SL_OK);
	ck_assert_int_eq(options.command, COMMAND_SHORT_USAGE);
	ck_assert_int_eq(parse("--utc -o x.json"), SL_E_USAGE);
}
END_TEST

/* Each: the line, and what the message has to hold. */
START_TEST(what_is_wrong_is_said)
{
	static const struct {
		const char *line, *part;
	} cases[] = {
	    {"--fromat json x", "unknown option `--fromat`: did you mean --format?"},
	    {"--formt=json x", "unknown option `--formt`: did you mean --format?"},
	    {"--otuput x y", "did you mean --output?"},
	    {"--tpo 5 x", "did you mean --top?"},
	    {"--zzzzzzz x", "unknown option `--zzzzzzz`: see statline --help"},
	    {"--ver x", "unknown option `--ver`"}, /* verify- or version? */
	    {"-Q x", "unknown option `-Q`"},
	    {"-nQ x", "unknown option `-Q`"},
	    {"--utc=1 x", "--utc takes no argument"},
	    {"x --top", "--top needs an argument"},
	    {"x -o", "-o needs an argument"},
	    {"--top -3 x", "--top: `-3` is no number of rows"},
	    {"--top 3x x", "`3x`"},
	    {"--top 99999999999999999999999 x", "is no number of rows"},
	    {"--by path x", "--by: `path` is unknown: host, server or client"},
	    {"--sort size x", "--sort: `size` is unknown: responses, "},
	    {"--format xml x", "--format: `xml` is unknown: text, json, csv or html"},
	    {"--distinct vlan,x y", "--distinct: `x` is unknown"},
	    {"--distinct vlan, y", "--distinct: `` is unknown"},
	    {"-i eth0 -r x", "-i eth0 and -r x: an interface or files, not both"},
	    {"-i eth0 -i eth0", "-i eth0: given twice"},
	    {"-i eth0 --replay 1x", "--replay is for files"},
	    {"--interval 10 x", "--interval needs -i"},
	    {"-i eth0 --interval 0", "--interval: at least one second"},
	    {"-i eth0 --interval 1y", "`1y` is no span"},
	    {"-i eth0 -a 10", "-a: `10` is unknown: duration:SECONDS"},
	    {"-a duration:10 x", "-a needs -i"},
	    {"-i eth0 -j 65", "-j: `65` is no number of pipelines from 1 to 64"},
	    {"-i eth0 -s 300000", "-s: `300000` is no number of bytes"},
	    {"-c 0 x", "-c: `0` is no number of packets"},
	    {"--replay fast x", "--replay: `fast` is no speed: 1x, 10x or max"},
	    {"-f tcp", "no capture named"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ck_assert_int_eq(parse(cases[i].line), SL_E_USAGE);
		ck_assert_msg(strstr(eb.text, cases[i].part) != NULL, "%s: %s",
			      cases[i].line, eb.text);
		ck_assert_ptr_null(strchr(eb.text, '\n'));
	}
}
END_TEST

START_TEST(a_filter_where_files_stand)
{
	ck_assert_int_eq(parse("/dev/null tcp port 80"), SL_OK);
	ck_assert_int_eq(options_hint(&options, &eb), SL_E_USAGE);
	ck_assert_str_eq(eb.text,
			 "no file `tcp`: for a filter use -r FILE tcp port 80, "
			 "or -f 'tcp port 80'");
	ck_assert_int_eq(parse("/nonexistent/a.pcap"), SL_OK);
	ck_assert_int_eq(options_hint(&options, &eb), SL_OK);
	/* It may be a file after all. */
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(parse("dev/null proc"), SL_OK);
	ck_assert_int_eq(options_hint(&options, &eb), SL_OK);
}
END_TEST

START_TEST(files_where_a_filter_stands)
{
	ck_assert_int_eq(parse("-r a.pcap b.pcap c.pcap"), SL_OK);
	ck_assert_int_eq(options_hint(&options, &eb), SL_E_USAGE);
	ck_assert_ptr_nonnull(strstr(eb.text, "`b.pcap` is no filter"));
	ck_assert_int_eq(parse("-r a.pcap /dev/null"), SL_OK);
	ck_assert_int_eq(options_hint(&options, &eb), SL_E_USAGE);
	ck_assert_int_eq(parse("-i lo b.pcap"), SL_OK);
	ck_assert_int_eq(options_hint(&options, &eb), SL_E_USAGE);
	ck_assert_ptr_nonnull(strstr(eb.text, "after -i the words"));
	ck_assert_int_eq(parse("-r a.pcap tcp prot 80"), SL_OK);
	ck_assert_int_eq(options_hint(&options, &eb), SL_OK);
}
END_TEST

START_TEST(nearest_option)
{
	ck_assert_str_eq(options_nearest("hlep"), "help");
	ck_assert_str_eq(options_nearest("verify-checksum"), "verify-checksums");
	ck_assert_str_eq(options_nearest("utf"), "utc");
	ck_assert_ptr_null(options_nearest(""));
	ck_assert_ptr_null(options_nearest("keylog"));
	ck_assert_ptr_null(options_nearest(
	    "a-word-that-is-much-longer-than-any-option-could-ever-be"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cli/options");
	TCase *tc = tcase_create("options");

	tcase_add_checked_fixture(tc, NULL, tear_down);
	tcase_add_test(tc, words_are_files);
	tcase_add_test(tc, live_options_are_taken);
	tcase_add_test(tc, lines_go_where_they_are_asked_for);
	tcase_add_test(tc, words_after_r_are_a_filter);
	tcase_add_test(tc, f_works_with_either);
	tcase_add_test(tc, values);
	tcase_add_test(tc, outputs_choose_their_format);
	tcase_add_test(tc, commands);
	tcase_add_test(tc, what_is_wrong_is_said);
	tcase_add_test(tc, a_filter_where_files_stand);
	tcase_add_test(tc, files_where_a_filter_stands);
	tcase_add_test(tc, nearest_option);
	suite_add_tcase(suite, tc);
	return run_suite(suite);
}
