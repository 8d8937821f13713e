/*
 * The half of tap.h that needs rights.
 */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "capture/linktype.h"
#include "capture/tap.h"

/** Bytes kept free before each packet: a cooked header is the longest we write. */
#define HEADROOM 32
/** Kinds of interfaces that linux/if_arp.h names and older headers do not. */
#ifndef ARPHRD_IEEE80211_RADIOTAP
#define ARPHRD_IEEE80211_RADIOTAP 803
#endif

/** An interface, while it is opened. */
struct opening {
	const struct tap_options *options;
	struct errbuf *eb;
	int index; /* 0: all */
	unsigned flags;
	uint32_t link_type;
	bool cooked;
	struct bpf_program program;
	bool compiled;
};

void tap_grant_close(struct tap_grant *grant)
{
	if (grant->socket >= 0)
		(void)close(grant->socket);
	if (grant->missed >= 0)
		(void)close(grant->missed);
	grant->socket = grant->missed = -1;
}

static bool is_any(const struct opening *o)
{
	return strcmp(o->options->interface, TAP_ANY) == 0;
}

static enum sl_err failed(const struct opening *o, const char *what, int error)
{
	if (error == EPERM || error == EACCES)
		return errbuf_set(
		    o->eb, SL_E_LIMIT,
		    "%s: not permitted to capture: run it with sudo, or once `sudo "
		    "setcap cap_net_raw+ep` on the program",
		    o->options->interface);
	return errbuf_set(o->eb, error == ENETDOWN ? SL_E_IO : SL_E_SYSTEM,
			  "%s: %s: %s", o->options->interface, what, strerror(error));
}

/* ---- what it is ---- */

/** The link type of raw packets of an interface of kind @p hatype. @return whether
 *  there is one; else only cooked packets make sense */
static bool raw_link_type(unsigned hatype, uint32_t *out)
{
	switch (hatype) {
	case ARPHRD_ETHER:
	case ARPHRD_LOOPBACK:
		*out = LINKTYPE_ETHERNET;
		return true;
	case ARPHRD_IEEE80211:
		*out = LINKTYPE_IEEE802_11;
		return true;
	case ARPHRD_IEEE80211_PRISM:
		*out = LINKTYPE_IEEE802_11_PRISM;
		return true;
	case ARPHRD_IEEE80211_RADIOTAP:
		*out = LINKTYPE_IEEE802_11_RADIOTAP;
		return true;
	default:
		return false;
	}
}

static enum sl_err choose_link_type(struct opening *o, bool has_raw, uint32_t raw)
{
	const char *wanted = o->options->link_type;
	const char *native = has_raw ? pcap_datalink_val_to_name((int)raw) : NULL;

	o->cooked = !has_raw;
	if (wanted && strcasecmp(wanted, "LINUX_SLL2") == 0)
		o->cooked = true;
	else if (wanted && !(native && strcasecmp(wanted, native) == 0))
		return errbuf_set(o->eb, SL_E_USAGE,
				  "%s: -y: `%s` is no link type of it: %s%sLINUX_SLL2",
				  o->options->interface, wanted, native ? native : "",
				  native ? " or " : "");
	o->link_type = o->cooked ? LINKTYPE_LINUX_SLL2 : raw;
	return SL_OK;
}

/** Find the interface. @p fd is any socket. */
static enum sl_err look_at(struct opening *o, int fd)
{
	const char *name = o->options->interface;
	struct ifreq r = {0};
	uint32_t raw = 0;
	bool has_raw;

	if (is_any(o)) {
		o->flags = IFF_UP;
		return choose_link_type(o, false, 0);
	}
	if (strlen(name) >= sizeof(r.ifr_name))
		return errbuf_set(o->eb, SL_E_USAGE,
				  "%s: there is no such interface: see statline -D",
				  name);
	memcpy(r.ifr_name, name, strlen(name) + 1);
	if (ioctl(fd, SIOCGIFINDEX, &r) != 0)
		return errbuf_set(o->eb, SL_E_USAGE,
				  "%s: there is no such interface: see statline -D",
				  name);
	o->index = r.ifr_ifindex;
	if (ioctl(fd, SIOCGIFFLAGS, &r) != 0)
		return failed(o, "its state is unknown", errno);
	o->flags = (unsigned)(unsigned short)r.ifr_flags;
	if (ioctl(fd, SIOCGIFHWADDR, &r) != 0)
		return failed(o, "its kind is unknown", errno);
	has_raw = raw_link_type(r.ifr_hwaddr.sa_family, &raw);
	return choose_link_type(o, has_raw, raw);
}

/* ---- the filter ---- */

static enum sl_err compile_with(struct opening *o, pcap_t *handle)
{
	const char *expression = o->options->filter ? o->options->filter : "";

	if (pcap_compile(handle, &o->program, expression, 1, PCAP_NETMASK_UNKNOWN) != 0)
		return errbuf_set(o->eb, SL_E_USAGE, "filter expression \"%.200s\": %s",
				  expression, pcap_geterr(handle));
	o->compiled = true;
	return SL_OK;
}

/**
 * @brief Compile the filter for what the kernel will look at.
 *
 * Raw packets have lost their VLAN tag by then: only a live handle of libpcap makes
 * code that knows of that. Cooked packets begin with their IP header.
 */
static enum sl_err compile(struct opening *o)
{
	uint32_t snap =
	    o->options->snap_length ? o->options->snap_length : LIMIT_PACKET;
	char error[PCAP_ERRBUF_SIZE] = "";
	pcap_t *handle;
	enum sl_err e;

	if (o->cooked) {
		handle = pcap_open_dead(DLT_RAW, (int)snap);
	} else {
		handle = pcap_create(o->options->interface, error);
		if (handle) {
			(void)pcap_set_snaplen(handle, (int)snap);
			(void)pcap_set_buffer_size(handle, (int)(2 * LIMIT_PACKET));
			(void)pcap_set_timeout(handle, 1);
			if (pcap_activate(handle) < 0) {
				e = errbuf_set(o->eb, SL_E_SYSTEM, "%s: %s",
					       o->options->interface,
					       pcap_geterr(handle));
				pcap_close(handle);
				return e;
			}
		}
	}
	if (!handle)
		return errbuf_set(o->eb, SL_E_SYSTEM, "%s: %s", o->options->interface,
				  error);
	e = compile_with(o, handle);
	pcap_close(handle);
	return e;
}

static int attach_filter(int fd, const struct bpf_program *program)
{
	struct sock_fprog code = {
	    .len = (unsigned short)program->bf_len,
	    .filter = (struct sock_filter *)(void *)program->bf_insns,
	};

	_Static_assert(sizeof(struct bpf_insn) == sizeof(struct sock_filter),
		       "the same instructions");
	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &code, sizeof(code));
}

static int attach_nothing(int fd)
{
	struct bpf_insn none = {.code = BPF_RET | BPF_K, .k = 0};
	struct bpf_program program = {.bf_len = 1, .bf_insns = &none};

	return attach_filter(fd, &program);
}

/* ---- the ring ---- */

static enum sl_err set_up_ring(const struct opening *o, struct tap_grant *g)
{
	size_t buffer = o->options->buffer ? o->options->buffer : LIMIT_RING;
	struct tpacket_req3 ring = {
	    .tp_block_size = LIMIT_RING_BLOCK,
	    .tp_frame_size = TPACKET_ALIGNMENT << 7,
	    .tp_retire_blk_tov = TAP_BLOCK_MS,
	};
	int version = TPACKET_V3, reserve = HEADROOM;

	ring.tp_block_nr = (unsigned)(buffer / LIMIT_RING_BLOCK);
	if (ring.tp_block_nr < LIMIT_RING_BLOCKS_MIN)
		ring.tp_block_nr = LIMIT_RING_BLOCKS_MIN;
	ring.tp_frame_nr = ring.tp_block_nr * (ring.tp_block_size / ring.tp_frame_size);
	if (setsockopt(g->socket, SOL_PACKET, PACKET_VERSION, &version,
		       sizeof(version)) != 0 ||
	    setsockopt(g->socket, SOL_PACKET, PACKET_RESERVE, &reserve,
		       sizeof(reserve)) != 0)
		return failed(o, "no ring of packets", errno);
	if (setsockopt(g->socket, SOL_PACKET, PACKET_RX_RING, &ring, sizeof(ring)) != 0)
		return failed(o, "no memory for the ring: try a smaller -B", errno);
	g->block_size = ring.tp_block_size;
	g->block_count = ring.tp_block_nr;
	return SL_OK;
}

/** File that says how many packets the interface has missed; -1 where there is none. */
static int open_missed(const struct opening *o)
{
	char path[128];

	if (is_any(o) || strchr(o->options->interface, '/'))
		return -1;
	(void)snprintf(path, sizeof(path),
		       "/sys/class/net/%s/statistics/rx_missed_errors",
		       o->options->interface);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static enum sl_err open_one(struct opening *o, struct tap_grant *g)
{
	struct packet_mreq promiscuous = {.mr_ifindex = o->index,
					  .mr_type = PACKET_MR_PROMISC};
	struct sockaddr_ll address = {.sll_family = AF_PACKET,
				      .sll_protocol = htons(ETH_P_ALL),
				      .sll_ifindex = o->index};
	enum sl_err e;

	/* Without a protocol: nothing comes before bind(). */
	g->socket =
	    socket(AF_PACKET, (o->cooked ? SOCK_DGRAM : SOCK_RAW) | SOCK_CLOEXEC, 0);
	if (g->socket < 0)
		return failed(o, "cannot be opened", errno);
	g->link_type = o->link_type;
	g->cooked = o->cooked;
	g->loopback = (o->flags & IFF_LOOPBACK) != 0;
	e = set_up_ring(o, g);
	if (e)
		return e;
	if (attach_nothing(g->socket) != 0)
		return failed(o, "the kernel takes no filter", errno);
	if (o->options->promiscuous && o->index != 0 &&
	    setsockopt(g->socket, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &promiscuous,
		       sizeof(promiscuous)) != 0)
		return failed(o, "no promiscuous mode: try -p", errno);
	if (bind(g->socket, (struct sockaddr *)&address, sizeof(address)) != 0)
		return failed(o, "cannot be listened to", errno);
	g->missed = open_missed(o);
	return SL_OK;
}

/* ---- fanout ---- */

/** @param first  make a group, and give its @p id back: any number, 0 too */
static enum sl_err join(const struct opening *o, int fd, bool first, unsigned *id)
{
	unsigned mode = PACKET_FANOUT_HASH | PACKET_FANOUT_FLAG_DEFRAG;
	unsigned argument, got = 0;
	socklen_t size = sizeof(got);

	if (first)
		mode |= PACKET_FANOUT_FLAG_UNIQUEID;
	argument = *id | mode << 16;
	if (setsockopt(fd, SOL_PACKET, PACKET_FANOUT, &argument, sizeof(argument)) !=
		0 ||
	    getsockopt(fd, SOL_PACKET, PACKET_FANOUT, &got, &size) != 0)
		return failed(o, "no fanout group: try -j 1", errno);
	*id = got & 0xffff;
	return SL_OK;
}

static enum sl_err open_all(struct opening *o, struct tap_grant *grants, size_t count)
{
	unsigned group = 0;
	enum sl_err e = SL_OK;

	for (size_t i = 0; e == SL_OK && i < count; i++) {
		e = open_one(o, &grants[i]);
		if (e == SL_OK && count > 1)
			e = join(o, grants[i].socket, i == 0, &group);
	}
	/* Now that all have joined, a flow stays where it is. */
	for (size_t i = 0; e == SL_OK && i < count; i++)
		if (attach_filter(grants[i].socket, &o->program) != 0)
			e = failed(o, "the kernel refuses the filter", errno);
	return e;
}

enum sl_err tap_open(const struct tap_options *options, struct tap_grant *grants,
		     size_t count, struct errbuf *eb)
{
	struct opening o = {.options = options, .eb = eb};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	enum sl_err e;

	for (size_t i = 0; i < count; i++)
		grants[i] = (struct tap_grant){.socket = -1, .missed = -1};
	if (fd < 0)
		return failed(&o, "cannot be looked at", errno);
	e = look_at(&o, fd);
	(void)close(fd);
	if (e)
		return e;
	/* Asked first, so that a stranger to the machine is told the one thing. */
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return failed(&o, "cannot be opened", errno);
	(void)close(fd);
	if (!(o.flags & IFF_UP))
		return errbuf_set(eb, SL_E_IO, "%s: is down", options->interface);
	e = compile(&o);
	if (e == SL_OK)
		e = open_all(&o, grants, count);
	if (o.compiled)
		pcap_freecode(&o.program);
	for (size_t i = 0; e != SL_OK && i < count; i++)
		tap_grant_close(&grants[i]);
	return e;
}
