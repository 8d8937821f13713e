#include "config.h"

#include <archive.h>
#include <jansson.h>
#include <openssl/crypto.h>
#include <pcap/pcap.h>
#include <seccomp.h>

#include "cli/commands.h"

/* Fits 24 lines of 80 columns, with the prompt under it. */
static const char help[] =
    "Usage: statline [OPTION]... FILE|DIRECTORY...   report HTTP statuses by host\n"
    "       statline [OPTION]... -r FILE [FILTER]    as tcpdump: words are a filter\n"
    "       statline explain [CODE|CLASS]            what a status code means\n"
    "Input:\n"
    "  -r, --read FILE         read FILE (- is standard input); may be repeated\n"
    "  -f, --filter EXPR       only packets that match, as in pcap-filter(7)\n"
    "  -i, --interface NAME    live capture: not in this build\n"
    "  -n                      accepted: names are never resolved\n"
    "      --distinct LIST     tell connections apart by vlan, vni or vlan,vni\n"
    "      --verify-checksums  leave out what has a wrong checksum\n"
    "Report:\n"
    "      --format NAME       text, json or csv\n"
    "  -o, --output FILE       write FILE, format by .txt .json .csv; repeatable\n"
    "      --by KEY            a row for each host, server or client\n"
    "      --top N             at most N rows; 0 means all\n"
    "      --sort NAME         responses, errors, error-share, no-response, latency,\n"
    "                          bytes or host\n"
    "      --utc               times in UTC, not local\n"
    "  -h, --help              this page\n"
    "  -V, --version           versions of statline and its libraries\n"
    "Status: 0 done, 1 failed, 2 some input damaged, 64 wrong usage.\n"
    "More: statline --help-more (evidence, events, matching packets), man statline\n";

static const char more_help[] =
    "Several files:\n"
    "  -j, --jobs N            decompress N at once, the next ones ahead (default 1)\n"
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
    "      --help-more         this page\n"
    "More: man statline\n";

static const char short_help[] =
    "statline says, for every host, how its HTTP responses are distributed.\n"
    "  statline incident.pcapng.gz                     a report of one capture\n"
    "  statline -r night.pcap tcp port 8080            only what a filter accepts\n"
    "  statline -o day.json -o day.txt captures/       a directory, two reports\n"
    "statline --help has all options, statline explain 503 what a code means.\n";

void help_print(FILE *out)
{
	(void)fputs(help, out);
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

	(void)fprintf(out, "statline %s\n%s\njansson %s\n%s\n%s\n", PACKAGE_VERSION,
		      pcap_lib_version(), JANSSON_VERSION, archive_version_string(),
		      OpenSSL_version(OPENSSL_VERSION));
	if (seccomp)
		(void)fprintf(out, "libseccomp %u.%u.%u\n", seccomp->major,
			      seccomp->minor, seccomp->micro);
}
