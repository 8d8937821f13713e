#include "config.h"

#include <bzlib.h>
#include <curses.h>
#include <jansson.h>
#include <lz4.h>
#include <lzma.h>
#include <nettle/version.h>
#include <nghttp2/nghttp2.h>
#include <pcap/pcap.h>
#include <seccomp.h>
#include <sqlite3.h>
#include <zlib.h>
#include <zstd.h>

#include "cli/commands.h"

/* Fits 24 lines of 80 columns, with the prompt under it. */
static const char help[] =
    "Usage: statline [OPTION]... FILE|DIRECTORY...   report HTTP statuses by host\n"
    "       statline [OPTION]... -r FILE [FILTER]    as tcpdump: words are a filter\n"
    "       statline report|history|merge|diff ...   nights: statline report --help\n"
    "       statline explain [CODE|CLASS]            what a status code means\n"
    "Input:\n"
    "  -r, --read FILE         read FILE (- is standard input); may be repeated\n"
    "  -f, --filter EXPR       only packets that match, as in pcap-filter(7)\n"
    "  -n                      accepted: names are never resolved\n"
    "      --distinct LIST     tell connections apart by vlan, vni or vlan,vni\n"
    "      --verify-checksums  leave out what has a wrong checksum\n"
    "Report:\n"
    "      --format NAME       text, json, csv or html\n"
    "  -o, --output FILE       write FILE, format by suffix (.html); repeatable\n"
    "      --by KEY            a row for each host, server or client\n"
    "      --top N             at most N rows; 0 means all\n"
    "      --sort NAME         responses, errors, error-share, no-response, latency,\n"
    "                          bytes or host\n"
    "      --utc               times in UTC, not local\n"
    "  -h, --help              this page\n"
    "  -V, --version           versions of statline and its libraries\n"
    "Status: 0 done, 1 failed, 2 input damaged, 64 wrong usage.\n"
    "More: statline --help-more (evidence, events, matching packets), man statline\n";

static const char more_help[] =
    "Several files:\n"
    "  -j N                    decompress N at once, the next ones ahead (default 1)\n"
    "Options about evidence, single exchanges and their packets:\n"
    "      --raw-paths         evidence keeps /users/4711, not /users/{n}\n"
    "      --trust-proxy NET   believe Forwarded, X-Forwarded-For of 10.0.0.0/8,...\n"
    "      --anonymize[=KEY]   map addresses, hosts and paths; KEY is a file\n"
    "Single exchanges:\n"
    "      --events FILE       a line for each; - is standard output\n"
    "      --events-format F   ecs (JSON, the default) or zeek (http.log)\n"
    "      --filter-code LIST  only those with 5xx,404,...; and their hosts\n"
    "      --filter-host GLOB  only those of hosts such as '*.example.test'\n"
    "      --write-matching F  their connections' packets, by a second reading\n"
    "Memory:\n"
    "      --max-memory SIZE   at most that much, 128M to 16G (default 512M);\n"
    "                          beside it 192M for each of up to 16 processes that\n"
    "                          decompress, 256M with -j, and rings of live capture\n"
    "      --help-more         this page\n"
    "More: man statline\n";

/* Likewise. */
static const char help_live[] =
    "\n"
    "Live:  statline -i NAME [OPTION]... [FILTER]\n"
    "  -i, --interface NAME    capture NAME, or any; may be repeated\n"
    "  -D, --list-interfaces   list what can be captured\n"
    "  -p                      not in promiscuous mode\n"
    "  -s BYTES                of each packet; 0 means all\n"
    "  -B KIB                  of the ring that packets wait in\n"
    "  -y TYPE                 link type: LINUX_SLL2, or the interface's own\n"
    "  -j N                    pipelines side by side, for several cores\n"
    "  -c N                    end after N packets (files, too)\n"
    "  -a duration:SPAN        end after a time: 90s, 10m, 1h\n"
    "      --plain             lines and no screen on a terminal\n"
    "      --interval SPAN     a JSON object a line for each span of the clock; on\n"
    "                          standard output, or appended to each -o FILE.jsonl\n"
    "      --forget SPAN       hosts idle so long become one row (1h; 0 means never)\n"
    "      --replay SPEED      files on the screen: 1x, 10x, max\n"
    "Rights: a monitor keeps them; what parses becomes another user, in a cage.\n"
    "  -Z USER                 whom it becomes: nobody\n"
    "      --no-sandbox        do without, on systems that do not have it\n";

static const char night_help[] =
    "Usage: statline report [OPTION]... FILE|DIRECTORY...   the report of a night\n"
    "       statline history --db FILE [--limit N] [HOST]   earlier nights, of a host\n"
    "       statline history --db FILE --export             all of it, lines of JSON\n"
    "       statline history --db FILE --keep 400d [--keep-months 3650d]\n"
    "                                                       older nights into months\n"
    "       statline merge [-o FILE]... A.json B.json...    reports into one\n"
    "       statline diff OLD.json NEW.json                 what changed between two\n"
    "All options of statline --help, and:\n"
    "      --window SPAN       2026-11-22, yesterday, today, or FROM/TO, each a day "
    "or\n"
    "                          2026-11-22T02:00[:30][Z]: only packets of that time\n"
    "      --since TIME        from then on: as FROM, or a span before now: 6h, 7d\n"
    "  -o, --output FILE       strftime(3) names the time: -o night-%Y-%m-%d.html\n"
    "      --db FILE           compare with the history in FILE, and add this night\n"
    "      --replace           also where captures of an earlier run are missing now\n"
    "      --check             status and line of a monitoring plug-in\n"
    "      --warn EXPR         WARNING when it holds: '5xx > 1% and n >= 100'\n"
    "      --crit EXPR         CRITICAL when it holds: '503 > 10 per host',\n"
    "                          'p99 > 2s', 'no_response > 0.5%', 'new 5xx host',\n"
    "                          'coverage < 95%', with and, or, not, ( )\n"
    "Status with --check: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.\n";

static const char short_help[] =
    "statline says, for every host, how its HTTP responses are distributed.\n"
    "  statline incident.pcapng.gz                     a report of one capture\n"
    "  statline -r night.pcap tcp port 8080            only what a filter accepts\n"
    "  sudo statline -i eth0                           what passes there now\n"
    "  statline -o day.json -o day.txt captures/       a directory, two reports\n"
    "statline --help has all options, statline explain 503 what a code means.\n";

void help_print(FILE *out)
{
	(void)fputs(help, out);
	(void)fputs(help_live, out);
}

void help_print_night(FILE *out)
{
	(void)fputs(night_help, out);
}

void help_print_more(FILE *out)
{
	(void)fputs(more_help, out);
}

void help_print_short(FILE *out)
{
	(void)fputs(short_help, out);
}

void help_print_version(FILE *out)
{
	const struct scmp_version *seccomp = seccomp_version();

	(void)fprintf(out, "statline %s\n%s\njansson %s\nnettle %d.%d\n",
		      PACKAGE_VERSION, pcap_lib_version(), JANSSON_VERSION,
		      nettle_version_major(), nettle_version_minor());
	(void)fprintf(out, "zlib %s\nliblzma %s\nlibbz2 %s\nlibzstd %s\nliblz4 %s\n",
		      zlibVersion(), lzma_version_string(), BZ2_bzlibVersion(),
		      ZSTD_versionString(), LZ4_versionString());
	(void)fprintf(out, "nghttp2 %s\nSQLite %s\n%s\n",
		      nghttp2_version(0)->version_str, sqlite3_libversion(),
		      curses_version());
	if (seccomp)
		(void)fprintf(out, "libseccomp %u.%u.%u\n", seccomp->major,
			      seccomp->minor, seccomp->micro);
}
