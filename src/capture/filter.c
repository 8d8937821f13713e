#include "config.h"

#include "capture/filter.h"

#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "capture/linktype.h"

struct program {
	uint32_t link_type;
	bool fits;
	struct bpf_program code; /**< only if it fits */
	struct errbuf why;       /**< only if not */
};

struct filter {
	char *expression;
	struct program *last; /**< used: nearly always the next one, too */
	struct program *programs[LIMIT_FILTER_LINK_TYPES];
	size_t count;
};

/**
 * @brief A handle of libpcap for @p link_type.
 *
 * Numbers in files differ from libpcap's own on some systems, and only libpcap knows
 * how: so it is given a file that consists of a header.
 */
static pcap_t *handle_for(uint32_t link_type, char error[PCAP_ERRBUF_SIZE])
{
	struct pcap_file_header header = {.magic = 0xa1b2c3d4U,
					  .version_major = PCAP_VERSION_MAJOR,
					  .version_minor = PCAP_VERSION_MINOR,
					  .snaplen = LIMIT_PACKET,
					  .linktype = link_type};
	FILE *f = fmemopen(&header, sizeof(header), "r");
	pcap_t *handle;

	if (!f) {
		(void)snprintf(error, PCAP_ERRBUF_SIZE, "out of memory");
		return NULL;
	}
	handle = pcap_fopen_offline(f, error);
	if (!handle)
		(void)fclose(f);
	return handle;
}

static void compile(struct program *p, const char *expression)
{
	char error[PCAP_ERRBUF_SIZE] = "";
	pcap_t *handle = handle_for(p->link_type, error);

	if (!handle) {
		(void)errbuf_set(&p->why, SL_E_SYSTEM, "%s", error);
		return;
	}
	p->fits =
	    pcap_compile(handle, &p->code, expression, 1, PCAP_NETMASK_UNKNOWN) == 0;
	if (!p->fits)
		(void)errbuf_set(&p->why, SL_E_USAGE, "%s", pcap_geterr(handle));
	pcap_close(handle);
}

/** @return the program for @p link_type, or NULL where there is no room for one */
static struct program *program_for(struct filter *f, uint32_t link_type)
{
	struct program *p;

	for (size_t i = 0; i < f->count; i++)
		if (f->programs[i]->link_type == link_type)
			return f->programs[i];
	if (f->count == LIMIT_FILTER_LINK_TYPES)
		return NULL;
	p = calloc(1, sizeof(*p));
	if (!p)
		return NULL;
	p->link_type = link_type;
	compile(p, f->expression);
	f->programs[f->count++] = p;
	return p;
}

void filter_prepare(struct filter *f)
{
#define LINKTYPE_OF(name, number) LINKTYPE_##name,
	static const uint32_t known[] = {LINKTYPES(LINKTYPE_OF)};
#undef LINKTYPE_OF

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		(void)program_for(f, known[i]);
}

bool filter_fits(struct filter *f, uint32_t link_type, struct errbuf *eb)
{
	const struct program *p = program_for(f, link_type);

	if (!p) {
		(void)errbuf_set(eb, SL_E_LIMIT, "over %u link types",
				 LIMIT_FILTER_LINK_TYPES);
		return false;
	}
	if (!p->fits && eb)
		*eb = p->why;
	return p->fits;
}

bool filter_accepts(struct filter *f, const struct packet *packet)
{
	struct pcap_pkthdr header = {.caplen = packet->captured, .len = packet->length};

	if (!f->last || f->last->link_type != packet->link_type)
		f->last = program_for(f, packet->link_type);
	return f->last && f->last->fits &&
	       pcap_offline_filter(&f->last->code, &header, packet->bytes) != 0;
}

enum sl_err filter_new(struct filter **out, const char *expression, struct errbuf *eb)
{
	/* What is valid for any of these is not wrong; Ethernet's words are the best.
	 */
	static const uint32_t trial[] = {
	    LINKTYPE_ETHERNET, LINKTYPE_IEEE802_11_RADIOTAP, LINKTYPE_LINUX_SLL2,
	    LINKTYPE_PPP, LINKTYPE_RAW};
	struct filter *f = calloc(1, sizeof(*f));

	if (f)
		f->expression = strdup(expression);
	if (!f || !f->expression) {
		free(f);
		return errbuf_set(eb, SL_E_NOMEM, "out of memory");
	}
	for (size_t i = 0; i < sizeof(trial) / sizeof(*trial); i++) {
		if (filter_fits(f, trial[i], NULL)) {
			*out = f;
			return SL_OK;
		}
	}
	(void)errbuf_set(eb, SL_E_USAGE, "filter expression \"%.200s\": %s", expression,
			 f->count > 0 ? f->programs[0]->why.text : "out of memory");
	filter_free(f);
	return SL_E_USAGE;
}

void filter_free(struct filter *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->count; i++) {
		if (f->programs[i]->fits)
			pcap_freecode(&f->programs[i]->code);
		free(f->programs[i]);
	}
	free(f->expression);
	free(f);
}
