/*
 * Guesses about what was meant: never needed for what is right, only for a better
 * word about what is wrong.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/options.h"

/** A word is taken for a misspelt option up to this many edits. */
#define EDITS_MAX 3U
/** Longer words are no misspelt options. */
#define WORD_MAX 32U

/* ---- the nearest option ---- */

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Edits from @p a to @p b: insert, delete, replace, or swap two neighbours (optimal
 * string alignment). Both at most WORD_MAX long. */
static size_t edits(const char *a, const char *b)
{
	size_t la = strlen(a), lb = strlen(b);
	size_t d[WORD_MAX + 1][WORD_MAX + 1];

	for (size_t i = 0; i <= la; i++)
		d[i][0] = i;
	for (size_t j = 0; j <= lb; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= la; i++)
		for (size_t j = 1; j <= lb; j++) {
			size_t best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);

			best = smaller(best, d[i - 1][j] + 1);
			best = smaller(best, d[i][j - 1] + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				best = smaller(best, d[i - 2][j - 2] + 1);
			d[i][j] = best;
		}
	return d[la][lb];
}

const char *options_nearest(const char *word)
{
	const struct option *table = options_table();
	const char *nearest = NULL;
	size_t len = strlen(word);
	/* A third of the word may be wrong: more is another word. */
	size_t best = smaller(EDITS_MAX, len / 3 + 1) + 1;

	if (len == 0 || len > WORD_MAX)
		return NULL;
	for (size_t i = 0; table[i].name; i++) {
		size_t n;

		if (strlen(table[i].name) > WORD_MAX)
			continue;
		n = edits(word, table[i].name);
		if (n < best) {
			best = n;
			nearest = table[i].name;
		}
	}
	return nearest;
}

/* ---- files and filters ---- */

static bool exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 || errno != ENOENT;
}

/* pcap-filter(7): words that a filter begins with, and no sane file is called. */
static bool is_filter_word(const char *word)
{
	static const char *const words[] = {
	    "tcp",  "udp",       "ip",   "ip6",     "icmp",    "arp",   "ether",
	    "host", "net",       "port", "src",     "dst",     "vlan",  "mpls",
	    "not",  "portrange", "less", "greater", "gateway", "proto", "and",
	    "or",   "(",         "!",    "pppoes",  "geneve",  "vxlan", "icmp6",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(word, words[i]) == 0)
			return true;
	return strncmp(word, "tcp[", 4) == 0 || strncmp(word, "ip[", 3) == 0;
}

static bool is_capture_name(const char *word)
{
	static const char *const parts[] = {".pcap", ".cap", ".dmp"};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (strstr(word, parts[i]))
			return true;
	return false;
}

/* Words taken for files: from the first that is none, they may be a filter. */
static enum sl_err hint_at_filter(const struct options *o, struct errbuf *eb)
{
	char text[200] = "";
	size_t used = 0;
	size_t first = 0;

	while (first < o->input_count &&
	       !(is_filter_word(o->inputs[first]) && !exists(o->inputs[first])))
		first++;
	if (first == o->input_count)
		return SL_OK;
	for (size_t i = first; i < o->input_count && used < sizeof(text); i++) {
		int n = snprintf(text + used, sizeof(text) - used, "%s%s",
				 i > first ? " " : "", o->inputs[i]);

		used += n > 0 ? (size_t)n : 0;
	}
	return errbuf_set(eb, SL_E_USAGE,
			  "no file `%s`: for a filter use -r FILE %s, or -f '%s'",
			  o->inputs[first], text, text);
}

/* Words taken for a filter: is one a file? */
static enum sl_err hint_at_file(const struct options *o, struct errbuf *eb)
{
	for (size_t i = 0; i < o->word_count; i++) {
		const char *word = o->words[i];

		if (is_filter_word(word) || !(is_capture_name(word) || exists(word)))
			continue;
		if (o->live.interface_count > 0)
			return errbuf_set(eb, SL_E_USAGE,
					  "`%s` is no filter: after -i the words are a "
					  "filter; name files without -i",
					  word);
		return errbuf_set(eb, SL_E_USAGE,
				  "`%s` is no filter: after -r the words are a filter; "
				  "name files without -r, or each with its own -r",
				  word);
	}
	return SL_OK;
}

enum sl_err options_hint(const struct options *o, struct errbuf *eb)
{
	return o->word_count > 0 ? hint_at_file(o, eb) : hint_at_filter(o, eb);
}
