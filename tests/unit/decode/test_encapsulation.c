/* Every encapsulation around one TCP segment: whole, cut at each length by the snap
 * length, and cut at each length on the wire. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/linktype.h"
#include "decode/decoder.h"
#include "support/packet.h"
#include "support/run_suite.h"

#define TEXT     "HTTP/1.1 200 OK\r\n\r\n"
#define TEXT_LEN (sizeof(TEXT) - 1)
#define ETH      LINKTYPE_ETHERNET

/* Outermost first, by one word each: a hex string stands for itself, and
 *   ip4 ip6    the inner IP header with the TCP segment
 *   out4=N     an outer IPv4 header, protocol N; out6=N likewise
 *   udp=N      a UDP header to port N; udpfrom=N from it
 *   eth=H      an Ethernet header of type H (hex)
 *   pad=N      N zero bytes at the end of what follows */
struct encapsulation {
	const char *name;
	uint32_t link_type;
	const char *layers; /* separated by '|' */
	bool guessed;       /* cut short, it may pass for plain UDP */
};

static const struct encapsulation encapsulations[] = {
    {"Ethernet", ETH, "eth=0800|ip4", false},
    {"Ethernet, IPv6", ETH, "eth=86dd|ip6", false},
    {"Ethernet with padding", ETH, "pad=6|eth=0800|ip4", false},
    {"802.3, LLC and SNAP", ETH, "pad=2|eth=0043|aa aa 03 00 00 00 08 00|ip4", false},
    {"802.1Q", ETH, "eth=8100|00 0a 08 00|ip4", false},
    {"802.1ad", ETH, "eth=88a8|00 0a 81 00|00 14 86 dd|ip6", false},
    {"QinQ 9100, 9200", ETH, "eth=9100|00 0a 92 00|00 14 08 00|ip4", false},
    {"MPLS", ETH, "eth=8847|00 01 00 40|00 02 01 40|ip4", false},
    {"MPLS multicast, IPv6", ETH, "eth=8848|00 02 01 40|ip6", false},
    {"MPLS explicit null", ETH, "eth=8847|00 00 01 40|ip4", false},
    {"MPLS IPv6 explicit null", ETH, "eth=8847|00 00 21 40|ip6", false},
    {"MPLS pseudowire", ETH, "eth=8847|00 02 01 40|eth=0800|ip4", true},
    {"MPLS pseudowire, control word", ETH,
     "eth=8847|00 02 01 40|00 00 00 01|eth=8100|00 0a 08 00|ip4", true},
    {"PPPoE", ETH, "eth=8864|11 00 00 01 00 3d|00 21|ip4", false},
    {"PPPoE, IPv6", ETH, "eth=8864|11 00 00 01 00 51|00 57|ip6", false},
    {"PPPoE as link type", LINKTYPE_PPP_ETHER, "11 00 00 01 00 3d|00 21|ip4", false},
    {"raw", LINKTYPE_RAW, "ip4", false},
    {"raw, IPv6", LINKTYPE_RAW, "ip6", false},
    {"raw, 12", LINKTYPE_RAW_BSD, "ip4", false},
    {"raw, 14", LINKTYPE_RAW_OPENBSD, "ip6", false},
    {"raw, 228", LINKTYPE_IPV4, "ip4", false},
    {"raw, 229", LINKTYPE_IPV6, "ip6", false},
    {"null, little-endian", LINKTYPE_NULL, "02 00 00 00|ip4", false},
    {"null, big-endian", LINKTYPE_NULL, "00 00 00 02|ip4", false},
    {"null, Linux", LINKTYPE_NULL, "0a 00 00 00|ip6", false},
    {"null, Windows", LINKTYPE_NULL, "17 00 00 00|ip6", false},
    {"null, NetBSD", LINKTYPE_NULL, "00 00 00 18|ip6", false},
    {"null, FreeBSD", LINKTYPE_NULL, "1c 00 00 00|ip6", false},
    {"null, Darwin", LINKTYPE_NULL, "1e 00 00 00|ip6", false},
    {"null, EtherType", LINKTYPE_NULL, "00 08 00 00|ip4", false},
    {"loop", LINKTYPE_LOOP, "00 00 00 18|ip6", false},
    {"SLL", LINKTYPE_LINUX_SLL, "00 00 00 01 00 06 02 00 00 00 00 01 00 00 08 00|ip4",
     false},
    {"SLL, 802.1Q", LINKTYPE_LINUX_SLL,
     "00 00 00 01 00 06 02 00 00 00 00 01 00 00 81 00|00 0a 86 dd|ip6", false},
    {"SLL2", LINKTYPE_LINUX_SLL2,
     "86 dd 00 00 00 00 00 02 00 01 00 06 02 00 00 00 00 01 00 00|ip6", false},
    {"PPP", LINKTYPE_PPP, "00 21|ip4", false},
    {"PPP with address and control", LINKTYPE_PPP, "ff 03 00 57|ip6", false},
    {"PPP, protocol compressed", LINKTYPE_PPP, "21|ip4", false},
    {"PPP, all there, protocol compressed", LINKTYPE_PPP, "ff 03 57|ip6", false},
    {"PPP, MPLS", LINKTYPE_PPP, "02 81|00 02 01 40|ip4", false},
    {"PPP in HDLC", LINKTYPE_PPP_HDLC, "ff 03 00 21|ip4", false},
    {"PPP in HDLC, Cisco", LINKTYPE_PPP_HDLC, "0f 00 08 00|ip4", false},
    {"PPP with direction", LINKTYPE_PPP_WITH_DIR, "01|ff 03 00 21|ip4", false},
    {"PPP with direction, bare", LINKTYPE_PPP_WITH_DIR, "00|00 21|ip4", false},
    {"Cisco HDLC", LINKTYPE_C_HDLC, "0f 00 08 00|ip4", false},
    {"Cisco HDLC multicast", LINKTYPE_C_HDLC, "8f 00 86 dd|ip6", false},
    {"Frame Relay", LINKTYPE_FRELAY, "18 41|03 cc|ip4", false},
    {"Frame Relay, IPv6, 4-byte address", LINKTYPE_FRELAY, "18 40 40 41|03 8e|ip6",
     false},
    {"Frame Relay, SNAP", LINKTYPE_FRELAY, "18 41|03 00 80 00 00 00 08 00|ip4", false},
    {"Frame Relay, bridged", LINKTYPE_FRELAY,
     "18 41|03 00 80 00 80 c2 00 07|eth=0800|ip4", false},
    {"Frame Relay, PPP", LINKTYPE_FRELAY, "18 41|03 cf|00 21|ip4", false},
    {"Frame Relay, Cisco", LINKTYPE_FRELAY, "18 41|08 00|ip4", false},
    {"802.11 to the access point", LINKTYPE_IEEE802_11,
     "08 01 00 00 02 00 00 00 00 01 02 00 00 00 00 02 02 00 00 00 00 03 10 00"
     "|aa aa 03 00 00 00 08 00|ip4",
     false},
    {"802.11 QoS", LINKTYPE_IEEE802_11,
     "88 02 00 00 02 00 00 00 00 01 02 00 00 00 00 02 02 00 00 00 00 03 10 00|00 00"
     "|aa aa 03 00 00 00 86 dd|ip6",
     false},
    {"802.11, 4 addresses, QoS, HT Control", LINKTYPE_IEEE802_11,
     "88 83 00 00 02 00 00 00 00 01 02 00 00 00 00 02 02 00 00 00 00 03 10 00"
     "|02 00 00 00 00 04|00 00|00 00 00 00|aa aa 03 00 00 00 08 00|ip4",
     false},
    {"802.11 mesh", LINKTYPE_IEEE802_11,
     "88 03 00 00 02 00 00 00 00 01 02 00 00 00 00 02 02 00 00 00 00 03 10 00"
     "|02 00 00 00 00 04|00 01|00 1f 01 00 00 00|aa aa 03 00 00 00 08 00|ip4",
     false},
    {"radiotap", LINKTYPE_IEEE802_11_RADIOTAP,
     "00 00 08 00 00 00 00 00"
     "|08 02 00 00 02 00 00 00 00 01 02 00 00 00 00 02 02 00 00 00 00 03 10 00"
     "|aa aa 03 00 00 00 08 00|ip4",
     false},
    /* TSFT and flags: FCS at the end, header padded from 26 to 28 bytes. */
    {"radiotap, FCS and padding", LINKTYPE_IEEE802_11_RADIOTAP,
     "pad=4|00 00 11 00 03 00 00 00 01 02 03 04 05 06 07 08 30"
     "|88 02 00 00 02 00 00 00 00 01 02 00 00 00 00 02 02 00 00 00 00 03 10 00|00 00"
     "|00 00|aa aa 03 00 00 00 08 00|ip4",
     false},
    /* A second word of presence bits moves TSFT to offset 16. */
    {"radiotap, two words", LINKTYPE_IEEE802_11_RADIOTAP,
     "00 00 19 00 03 00 00 80 00 00 00 00 00 00 00 00 01 02 03 04 05 06 07 08 20"
     "|88 02 00 00 02 00 00 00 00 01 02 00 00 00 00 02 02 00 00 00 00 03 10 00|00 00"
     "|00 00|aa aa 03 00 00 00 08 00|ip4",
     false},
    {"AVS", LINKTYPE_IEEE802_11_AVS,
     "80 21 10 01 00 00 00 0c 00 00 00 00"
     "|08 02 00 00 02 00 00 00 00 01 02 00 00 00 00 02 02 00 00 00 00 03 10 00"
     "|aa aa 03 00 00 00 08 00|ip4",
     false},
    {"AVS as Prism", LINKTYPE_IEEE802_11_PRISM,
     "80 21 10 02 00 00 00 0c 00 00 00 00"
     "|08 02 00 00 02 00 00 00 00 01 02 00 00 00 00 02 02 00 00 00 00 03 10 00"
     "|aa aa 03 00 00 00 08 00|ip4",
     false},
    {"Prism", LINKTYPE_IEEE802_11_PRISM,
     "44 00 00 00 18 00 00 00 77 6c 61 6e 30 00 00 00 00 00 00 00 00 00 00 00"
     "|08 02 00 00 02 00 00 00 00 01 02 00 00 00 00 02 02 00 00 00 00 03 10 00"
     "|aa aa 03 00 00 00 08 00|ip4",
     false},
    {"NFLOG", LINKTYPE_NFLOG,
     "02 00 00 01|08 00 01 00 08 00 01 00|05 00 0a 00 00 00 00 00|3f 00 09 00|ip4",
     false},
    {"NFLOG, big-endian", LINKTYPE_NFLOG,
     "0a 00 00 01|00 08 00 01 86 dd 01 00|00 53 00 09|ip6", false},
    {"IPv6 extension headers", ETH,
     "eth=86dd|out6ext=0|3c 00 01 04 00 00 00 00|2b 00 01 04 00 00 00 00"
     "|33 00 00 00 00 00 00 00|06 04 00 00 00 00 00 01 00 00 00 01 00 00 00 00 00 00 "
     "00 00 00 00 00 00|tcp6",
     false},
    {"atomic fragment", ETH, "eth=86dd|out6ext=44|06 00 00 00 00 00 00 07|tcp6", false},
    {"authentication header", ETH,
     "eth=0800|out4=51|04 04 00 00 00 00 00 01 00 00 00 01 00 00 00 00 00 00 00 00 00 "
     "00 00 00|ip4",
     false},
    {"IP in IP", ETH, "eth=0800|out4=4|ip4", false},
    {"6in4", ETH, "eth=0800|out4=41|ip6", false},
    {"4in6", ETH, "eth=86dd|out6=4|ip4", false},
    {"6in6", ETH, "eth=86dd|out6=41|ip6", false},
    {"MPLS in IP", ETH, "eth=0800|out4=137|00 02 01 40|ip4", false},
    {"GRE", ETH, "eth=0800|out4=47|00 00 08 00|ip4", false},
    {"GRE over IPv6", ETH, "eth=86dd|out6=47|00 00 86 dd|ip6", false},
    {"GRE, checksum, key and sequence", ETH,
     "eth=0800|out4=47|b0 00 08 00 12 34 00 00 00 00 00 05 00 00 00 01|ip4", false},
    {"GRE with routing", ETH,
     "eth=0800|out4=47|40 00 08 00 00 00 00 00|08 00 00 04 0a 00 00 01|00 00 00 00|ip4",
     false},
    {"GRE, transparent Ethernet", ETH, "eth=0800|out4=47|00 00 65 58|eth=0800|ip4",
     false},
    {"NVGRE", ETH, "eth=0800|out4=47|20 00 65 58 00 00 07 01|eth=0800|ip4", false},
    {"PPTP", ETH,
     "eth=0800|out4=47|30 81 88 0b 00 3f 00 01 00 00 00 01 00 00 00 01|ff 03 00 21|ip4",
     false},
    {"ERSPAN I", ETH, "eth=0800|out4=47|00 00 88 be|eth=0800|ip4", false},
    {"ERSPAN II", ETH,
     "eth=0800|out4=47|10 00 88 be 00 00 00 01|10 0a 00 01 00 00 00 00|eth=8100"
     "|00 0a 08 00|ip4",
     false},
    {"ERSPAN III", ETH,
     "eth=0800|out4=47|10 00 22 eb 00 00 00 01|20 0a 00 01 00 00 00 00 00 00 00 00"
     "|eth=0800|ip4",
     false},
    {"ERSPAN III with platform header", ETH,
     "eth=0800|out4=47|10 00 22 eb 00 00 00 01|20 0a 00 01 00 00 00 00 00 00 00 01"
     "|00 00 00 00 00 00 00 00|eth=0800|ip4",
     false},
    {"ERSPAN III, IP", ETH,
     "eth=0800|out4=47|10 00 22 eb 00 00 00 01|20 0a 00 01 00 00 00 00 00 00 08 00|ip6",
     false},
    {"VXLAN", ETH, "eth=0800|out4=17|udp=4789|08 00 00 00 00 00 07 00|eth=0800|ip4",
     true},
    {"VXLAN, Linux port", ETH,
     "eth=86dd|out6=17|udp=8472|08 00 00 00 00 00 07 00|eth=86dd|ip6", true},
    {"VXLAN-GPE", ETH, "eth=0800|out4=17|udp=4790|0c 00 00 01 00 00 07 00|ip4", true},
    {"Geneve", ETH, "eth=0800|out4=17|udp=6081|00 00 65 58 00 00 07 00|eth=0800|ip4",
     true},
    {"Geneve with options", ETH,
     "eth=0800|out4=17|udp=6081|02 40 08 00 00 00 07 00|01 02 80 01 00 00 00 00|ip4",
     true},
    {"GTP-U", ETH, "eth=0800|out4=17|udp=2152|30 ff 00 3b 00 00 00 01|ip4", true},
    {"GTP-U over IPv6, sequence", ETH,
     "eth=86dd|out6=17|udp=2152|32 ff 00 3f 00 00 00 01|00 01 00 00|ip4", true},
    {"GTP-U with extension header", ETH,
     "eth=0800|out4=17|udpfrom=2152|34 ff 00 57 00 00 00 01|00 00 00 85|01 10 01 00"
     "|ip6",
     true},
    {"L2TP", ETH, "eth=0800|out4=17|udp=1701|40 02 00 47 00 01 00 01|ff 03 00 21|ip4",
     true},
    {"L2TP with sequence and offset", ETH,
     "eth=0800|out4=17|udpfrom=1701|0a 02 00 01 00 01 00 00 00 00 00 02 00 00|00 57"
     "|ip6",
     true},
    {"L2TPv3", ETH,
     "eth=0800|out4=115|00 00 00 07|12 34 56 78|00 00 00 00|eth=0800|ip4", true},
    {"L2TPv3 over UDP", ETH,
     "eth=0800|out4=17|udp=1701|00 03 00 00 00 00 00 07|eth=0800|ip4", true},
    {"AYIYA", ETH,
     "eth=0800|out4=17|udp=5072|42 52 11 29 00 00 00 01"
     "|20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 02"
     "|00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00|ip6",
     true},
    {"Teredo", ETH, "eth=0800|out4=17|udp=3544|ip6", true},
    {"Teredo with authentication and origin", ETH,
     "eth=0800|out4=17|udp=3544|00 01 00 00 00 00 00 00 00 00 00 00 00"
     "|00 00 ab cd 01 02 03 04|ip6",
     true},
    {"Teredo on another port", ETH, "eth=0800|out4=17|udp=40000|teredo", true},
    {"GRE in UDP", ETH, "eth=0800|out4=17|udp=4754|00 00 08 00|ip4", true},
    {"MPLS in UDP", ETH, "eth=0800|out4=17|udp=6635|00 02 01 40|ip4", true},
    {"token ring", LINKTYPE_IEEE802_5,
     "10 40 02 00 00 00 00 01 02 00 00 00 00 02|aa aa 03 00 00 00 08 00|ip4", false},
    {"token ring, source route", LINKTYPE_IEEE802_5,
     "10 40 02 00 00 00 00 01 82 00 00 00 00 02|c6 30 00 11 00 20|aa aa 03 00 00 00 08 "
     "00|ip4",
     false},
    {"FDDI", LINKTYPE_FDDI,
     "50 02 00 00 00 00 01 02 00 00 00 00 02|aa aa 03 00 00 00 08 00|ip4", false},
    {"ATM, LLC", LINKTYPE_ATM_RFC1483, "aa aa 03 00 00 00 08 00|ip4", false},
    {"enc", LINKTYPE_ENC, "02 00 00 00 00 00 00 01 00 00 00 03|ip4", false},
    {"pflog", LINKTYPE_PFLOG, "0d 02 00 00 65 6d 30 00 00 00 00 00 00 00 00 00|ip4",
     false},
    {"IP over Fibre Channel", LINKTYPE_IP_OVER_FC,
     "10 00 02 00 00 00 00 01 10 00 02 00 00 00 00 01|aa aa 03 00 00 00 08 00|ip4",
     false},
    {"IP over IEEE 1394", LINKTYPE_APPLE_IP_OVER_IEEE1394,
     "00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 02|86 dd|ip6", false},
    {"pppd", LINKTYPE_PPP_PPPD, "01 03 00 21|ip4", false},
    {"Juniper, extensions", LINKTYPE_JUNIPER_ETHER,
     "4d 47 43 81 00 06 01 01 02 02 01 03|eth=0800|ip4", false},
    {"Juniper, no link header", LINKTYPE_JUNIPER_ETHER, "4d 47 43 02 00 00 00 02|ip4",
     false},
    {"PPI, 802.11", LINKTYPE_PPI,
     "00 00 08 00 69 00 00 00|08 01 00 00 02 00 00 00 00 01 02 00 00 00 00 02 02 00 00 "
     "00 00 03 10 00|aa aa 03 00 00 00 08 00|ip4",
     false},
    {"PPI, Ethernet", LINKTYPE_PPI, "00 00 0c 00 01 00 00 00 63 00 00 00|eth=0800|ip4",
     false},
    {"PKTAP", LINKTYPE_PKTAP,
     "10 00 00 00 01 00 00 00 01 00 00 00 65 6e 30 00|eth=86dd|ip6", false},
    {"PKTAP, raw", LINKTYPE_PKTAP, "0c 00 00 00 01 00 00 00 0c 00 00 00|ip4", false},
    {"ERF", LINKTYPE_ERF,
     "00 00 00 00 00 00 00 00 02 04 00 59 00 00 00 47 00 00|eth=0800|ip4", false},
    {"ERF, extension headers, HDLC", LINKTYPE_ERF,
     "00 00 00 00 00 00 00 00 81 04 00 59 00 00 00 47|83 00 00 00 00 00 00 00|03 00 00 "
     "00 00 00 00 00|0f 00 08 00|ip4",
     false},
    {"Cisco HDLC with direction", LINKTYPE_C_HDLC_WITH_DIR, "01|0f 00 08 00|ip4",
     false},
    {"Frame Relay with direction", LINKTYPE_FRELAY_WITH_DIR, "01|18 41 03 cc|ip4",
     false},
    {"IPNET", LINKTYPE_IPNET,
     "01 02 00 00 00 00 00 3b 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00|ip4",
     false},
    {"netANALYZER", LINKTYPE_NETANALYZER, "00 00 00 00|eth=0800|ip4", false},
    {"EPON", LINKTYPE_EPON, "55 55 d5 55 55 00 00 00|eth=0800|ip4", false},
    {"Broadcom switch tag", LINKTYPE_DSA_TAG_BRCM,
     "02 00 00 00 00 01 02 00 00 00 00 02|20 00 00 01|08 00|ip4", false},
    {"Broadcom switch tag, in front", LINKTYPE_DSA_TAG_BRCM_PREPEND,
     "20 00 00 01|eth=0800|ip4", false},
    {"Marvell switch tag", LINKTYPE_DSA_TAG_DSA,
     "02 00 00 00 00 01 02 00 00 00 00 02|c0 08 00 00|08 00|ip4", false},
    {"Marvell switch tag with EtherType", LINKTYPE_DSA_TAG_EDSA,
     "02 00 00 00 00 01 02 00 00 00 00 02|da da 00 00 c0 08 00 00|08 00|ip4", false},
    {"SLL, Prism", LINKTYPE_LINUX_SLL,
     "00 00 03 22 00 06 00 00 00 00 00 00 00 00 00 04|44 00 00 00 18 00 00 00 77 6c 61 "
     "6e 30 00 00 00 00 00 00 00 00 00 00 00|08 01 00 00 02 00 00 00 00 01 02 00 00 00 "
     "00 02 02 00 00 00 00 03 10 00|aa aa 03 00 00 00 08 00|ip4",
     false},
    {"802.11, decrypted", LINKTYPE_IEEE802_11,
     "08 41 00 00 02 00 00 00 00 01 02 00 00 00 00 02 02 00 00 00 00 03 10 00|aa aa 03 "
     "00 00 00 08 00|ip4",
     true},
    {"802.11, decrypted, CCMP header", LINKTYPE_IEEE802_11,
     "08 41 00 00 02 00 00 00 00 01 02 00 00 00 00 02 02 00 00 00 00 03 10 00|01 00 00 "
     "20 00 00 00 00|aa aa 03 00 00 00 08 00|ip4",
     true},
    {"jumbo LLC", ETH, "eth=8870|aa aa 03 00 00 00 08 00|ip4", false},
    {"QinQ 9300", ETH, "eth=9300|00 0a 08 00|ip4", false},
    {"802.1ah", ETH, "eth=88a8|00 0a 88 e7|00 00 12 34|eth=8100|00 0a 08 00|ip4",
     false},
    {"FabricPath", ETH, "eth=8903|10 40|eth=0800|ip4", false},
    {"TRILL with options", ETH, "eth=22f3|00 7f 00 01 00 02 01 02 03 04|eth=0800|ip4",
     false},
    {"Cisco metadata", ETH, "eth=8909|01 01 00 01 00 07 08 00|ip4", false},
    {"VN-Tag", ETH, "eth=8926|00 00 00 00 08 00|ip4", false},
    {"802.1BR", ETH, "eth=893f|00 00 00 00 00 00 08 00|ip4", false},
    {"MACsec, integrity only", ETH, "pad=16|eth=88e5|00 00 00 00 00 07 08 00|ip4",
     false},
    {"MACsec, integrity only, SCI", ETH,
     "pad=16|eth=88e5|20 00 00 00 00 07 02 00 00 00 00 01 00 01 86 dd|ip6", false},
    {"NSH", ETH, "eth=894f|0f c2 02 01 00 00 01 ff|ip4", false},
    {"NSH, Ethernet", ETH,
     "eth=894f|0f c6 01 03 00 00 01 ff 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
     "00|eth=0800|ip4",
     false},
    {"MPLS pseudowire, PPPoE", ETH,
     "eth=8847|00 02 01 40|00 00 00 00|eth=8864|11 00 00 01 00 3d|00 21|ip4", true},
    {"PPP multilink, whole", ETH,
     "eth=8864|11 00 00 01 00 43|00 3d c0 00 00 01|00 21|ip4", true},
    {"PPP multilink, whole, short", ETH,
     "eth=8864|11 00 00 01 00 40|00 3d c0 01|21|ip4", true},
    {"EtherIP", ETH, "eth=0800|out4=97|30 00|eth=0800|ip4", false},
    {"WCCP", ETH, "eth=0800|out4=47|00 00 88 3e|ip4", true},
    {"WCCP 2", ETH, "eth=0800|out4=47|00 00 88 3e|00 00 00 00|ip4", true},
    {"VXLAN, reserved bits", ETH,
     "eth=0800|out4=17|udp=4789|88 00 01 23 00 00 07 01|eth=0800|ip4", true},
    {"VXLAN-GPE, NSH", ETH,
     "eth=0800|out4=17|udp=4790|0c 00 00 04 00 00 07 00|0f c2 02 01 00 00 01 ff|ip4",
     true},
    {"Geneve, reserved bits", ETH,
     "eth=0800|out4=17|udp=6081|00 01 65 58 00 00 07 01|eth=0800|ip4", true},
    {"LISP", ETH, "eth=0800|out4=17|udp=4341|80 00 00 01 00 00 00 01|ip4", true},
    {"TZSP", ETH, "eth=0800|out4=17|udp=37008|01 00 00 01 00 0a 01 c4 01|eth=0800|ip4",
     true},
    {"ISL", ETH,
     "pad=8|01 00 0c 00 00 00 02 00 00 00 00 01 00 59|aa aa 03 00 00 0c 00 14 00 "
     "02 00 00|eth=0800|ip4",
     false},
    {"ISL, the other group, 802.1Q inside", ETH,
     "pad=8|03 00 0c 00 00 00 02 00 00 00 00 01 00 71|aa aa 03 00 00 0c 00 14 00 "
     "02 00 00|eth=8100|00 0a 86 dd|ip6",
     false},
    {"CAPWAP, 802.3", ETH,
     "eth=0800|out4=17|udp=5247|00 10 02 00 00 00 00 00|eth=0800|ip4", true},
    {"CAPWAP, 802.11, radio's address", ETH,
     "eth=86dd|out6=17|udpfrom=5247|00 20 03 10 00 00 00 00|06 02 00 00 00 00 01 00"
     "|08 01 00 00 02 00 00 00 00 01 02 00 00 00 00 02 02 00 00 00 00 03 10 00"
     "|aa aa 03 00 00 00 08 00|ip4",
     true},
    {"CAPWAP, 802.11, number of the radio's kind left out, UDP-Lite", ETH,
     "eth=86dd|out6=136|c3 50 14 7f 00 08 00 00|00 10 01 00 00 00 00 00"
     "|08 01 00 00 02 00 00 00 00 01 02 00 00 00 00 02 02 00 00 00 00 03 10 00"
     "|aa aa 03 00 00 00 08 00|ip4",
     true},
    {"CAPWAP, one fragment that is all", ETH,
     "eth=0800|out4=17|udp=5247|00 10 02 c0 00 07 00 00|eth=0800|ip4", true},
    {"802.11 in TZSP in 802.11 in CAPWAP, its bytes swapped", ETH,
     "eth=0800|out4=17|udp=5247|00 10 03 00 00 00 00 00"
     "|02 08 00 00 02 00 00 00 00 01 02 00 00 00 00 02 02 00 00 00 00 03 10 00"
     "|aa aa 03 00 00 00 08 00|out4=17|udp=37008|01 00 00 12 01"
     "|08 01 00 00 02 00 00 00 00 01 02 00 00 00 00 02 02 00 00 00 00 03 10 00"
     "|aa aa 03 00 00 00 08 00|ip4",
     true},
    {"CAPWAP, 802.11, bytes swapped", ETH,
     "eth=0800|out4=17|udp=5247|00 10 03 00 00 00 00 00"
     "|02 88 00 00 02 00 00 00 00 01 02 00 00 00 00 02 02 00 00 00 00 03 10 00|00 00"
     "|aa aa 03 00 00 00 86 dd|ip6",
     true},
    {"TZSP, 802.11", ETH,
     "eth=0800|out4=17|udp=37008|01 00 00 12 01|08 01 00 00 02 00 00 00 00 01 02 00 00 "
     "00 00 02 02 00 00 00 00 03 10 00|aa aa 03 00 00 00 08 00|ip4",
     true},
    {"a tunnel in a tunnel in a tunnel", ETH,
     "eth=8100|00 0a 08 00|out4=47|10 00 88 be 00 00 00 01|10 0a 00 01 00 00 00 00"
     "|eth=0800|out4=17|udp=4789|08 00 00 00 00 00 07 00|eth=0800|out4=41|ip6",
     true},
};

#define ENCAPSULATIONS (sizeof(encapsulations) / sizeof(encapsulations[0]))

static const struct packet_tcp_header segment_header = {
    .source = 80,
    .destination = 40000,
    .seq = 0x01020304,
    .ack = 0x0a0b0c0d,
    .flags = TCP_ACK | TCP_PSH,
};

static struct packet_build build;

/* A number after '=' of @p word when it begins with @p name. */
static bool word_value(const char *word, const char *name, int base, unsigned long *out)
{
	size_t len = strlen(name);

	if (strncmp(word, name, len) != 0 || word[len] != '=')
		return false;
	*out = strtoul(word + len + 1, NULL, base);
	return true;
}

/* Checksums are not looked at here, so the order of building does not matter. */
static void prepend_word(const char *word)
{
	unsigned long n;

	if (strcmp(word, "ip4") == 0)
		packet_ipv4(&build, 6, "10.0.0.1", "10.0.0.2");
	else if (strcmp(word, "ip6") == 0)
		packet_ipv6(&build, 6, "2001:db8::1", "2001:db8::2");
	else if (strcmp(word, "teredo") == 0)
		packet_ipv6(&build, 6, "2001:0:1::1", "2001:db8::2");
	else if (strcmp(word, "tcp6") == 0)
		return;
	else if (word_value(word, "out4", 10, &n))
		packet_ipv4(&build, (uint8_t)n, "192.0.2.1", "192.0.2.2");
	else if (word_value(word, "out6ext", 10, &n))
		packet_ipv6(&build, (uint8_t)n, "2001:db8::1", "2001:db8::2");
	else if (word_value(word, "out6", 10, &n))
		packet_ipv6(&build, (uint8_t)n, "2001:db8:f::1", "2001:db8:f::2");
	else if (word_value(word, "udpfrom", 10, &n))
		packet_udp(&build, (uint16_t)n, 50000);
	else if (word_value(word, "udp", 10, &n))
		packet_udp(&build, 50000, (uint16_t)n);
	else if (word_value(word, "eth", 16, &n))
		packet_ethernet(&build, (uint16_t)n);
	else if (word_value(word, "pad", 10, &n))
		packet_pad(&build, n);
	else
		packet_prepend_hex(&build, word);
}

static void build_packet(const struct encapsulation *e)
{
	char layers[1024];
	char *bar;

	ck_assert_uint_lt(strlen(e->layers), sizeof(layers));
	(void)snprintf(layers, sizeof(layers), "%s", e->layers);
	packet_payload(&build, TEXT, TEXT_LEN);
	packet_tcp(&build, &segment_header);
	while ((bar = strrchr(layers, '|'))) {
		prepend_word(bar + 1);
		*bar = '\0';
	}
	prepend_word(layers);
}

static uint64_t counted(const struct coverage *c)
{
	uint64_t packets = 0;

	for (unsigned b = 0; b < COVERAGE_BUCKETS; b++)
		packets += c->bucket[b].packets;
	return packets;
}

START_TEST(test_whole)
{
	const struct encapsulation *e = &encapsulations[_i];
	struct coverage coverage = {0};
	struct decoder *d = decoder_new(&(struct decoder_options){0}, &coverage);
	struct segment s;

	ck_assert_ptr_nonnull(d);
	build_packet(e);
	struct packet p = packet_of(&build, e->link_type, 7);

	ck_assert_msg(decoder_feed(d, &p, &s) == DECODED_SEGMENT, "%s", e->name);
	ck_assert_msg(s.len == TEXT_LEN, "%s: %u bytes", e->name, s.len);
	ck_assert_msg(memcmp(s.payload, TEXT, TEXT_LEN) == 0, "%s", e->name);
	ck_assert_uint_eq(s.missing, 0);
	ck_assert_uint_eq(s.seq, 0x01020304);
	ck_assert_uint_eq(s.ack, 0x0a0b0c0d);
	ck_assert_uint_eq(s.flags, TCP_ACK | TCP_PSH);
	ck_assert_uint_eq(s.window, 8192);
	ck_assert_uint_eq(s.dir, 0);
	ck_assert_uint_eq(s.key.port[0], 80);
	ck_assert_uint_eq(s.key.port[1], 40000);
	ck_assert_uint_eq(s.key.addr[1].bytes[15], 2);
	ck_assert_uint_eq(s.key.vlan, 0);
	ck_assert_uint_eq(s.key.vni, 0);
	ck_assert_uint_eq(s.packets, 1);
	ck_assert_uint_eq(s.bytes, p.length);
	ck_assert_int_eq(s.time_ns, 7);
	ck_assert_uint_eq(counted(&coverage), 0);
	ck_assert(!decoder_more(d, &s));
	decoder_free(d);
}
END_TEST

/* A cut packet is a segment whose payload is accounted for to the byte, or undecoded
 * because it was cut: never malformed. */
static void check_cut(const struct encapsulation *e, struct packet *p, uint32_t cut)
{
	struct coverage coverage = {0};
	struct decoder *d = decoder_new(&(struct decoder_options){0}, &coverage);
	struct segment s;
	uint8_t *exact = malloc(cut ? cut : 1);
	enum decoded result;

	ck_assert_ptr_nonnull(d);
	ck_assert_ptr_nonnull(exact);
	memcpy(exact, packet_bytes(&build), cut);
	p->bytes = exact;
	p->captured = cut;
	result = decoder_feed(d, p, &s);
	if (result == DECODED_SEGMENT) {
		ck_assert_uint_eq(counted(&coverage), 0);
		ck_assert_msg(s.len + s.missing == TEXT_LEN, "%s at %u: %u + %u",
			      e->name, cut, s.len, s.missing);
		ck_assert(s.len == 0 || memcmp(s.payload, TEXT, s.len) == 0);
	} else {
		ck_assert_int_eq(result, DECODED_COUNTED);
		ck_assert_uint_eq(counted(&coverage), 1);
		ck_assert_msg(coverage.undecoded[UNDECODED_TRUNCATED] == 1 ||
				  (e->guessed &&
				   (coverage.bucket[COVERAGE_OTHER_IP].packets == 1 ||
				    coverage.bucket[COVERAGE_NOT_IP].packets == 1)),
			      "%s at %u", e->name, cut);
	}
	ck_assert_uint_eq(coverage.truncated_packets, cut < p->length);
	decoder_free(d);
	free(exact);
}

START_TEST(test_cut_by_snap_length)
{
	const struct encapsulation *e = &encapsulations[_i];

	build_packet(e);
	struct packet p = packet_of(&build, e->link_type, 0);

	for (uint32_t cut = 0; cut <= p.length; cut++)
		check_cut(e, &p, cut);
}
END_TEST

/* RFC 5415 section 4.3: the data in two fragments, in either order, of which one comes
 * twice. */
static enum decoded feed_part(struct decoder *d, const char *header,
			      const uint8_t *part, size_t len, struct segment *s)
{
	struct packet p;

	char words[64];
	char *bar;

	packet_payload(&build, (const char *)part, len);
	(void)snprintf(words, sizeof(words), "%s", header);
	while ((bar = strrchr(words, '|'))) {
		prepend_word(bar + 1);
		*bar = '\0';
	}
	prepend_word(words);
	prepend_word("udp=5247");
	prepend_word("out4=17");
	prepend_word("eth=0800");
	p = packet_of(&build, ETH, 7);
	return decoder_feed(d, &p, s);
}

START_TEST(test_capwap_fragments)
{
	static const char *const headers[] = {"00 10 02 80 12 34 00 00",
					      "00 10 02 c0 12 34 00 20"};
	static const struct encapsulation inner = {"inner", ETH, "eth=0800|ip4", false};
	struct coverage coverage = {0};
	struct decoder *d = decoder_new(&(struct decoder_options){0}, &coverage);
	uint8_t frame[256];
	struct segment s;
	size_t len, at[3];
	int first = _i;

	ck_assert_ptr_nonnull(d);
	build_packet(&inner);
	len = packet_size(&build);
	ck_assert_uint_le(len, sizeof(frame));
	memcpy(frame, packet_bytes(&build), len);
	at[0] = 0;
	at[1] = 32;
	at[2] = len;
	for (int twice = 0; twice < 2; twice++)
		ck_assert_int_eq(feed_part(d, headers[first], frame + at[first],
					   at[first + 1] - at[first], &s),
				 twice ? DECODED_COUNTED : DECODED_HELD);
	ck_assert_uint_eq(coverage.bucket[COVERAGE_DUPLICATE].packets, 1);
	ck_assert_int_eq(feed_part(d, headers[!first], frame + at[!first],
				   at[!first + 1] - at[!first], &s),
			 DECODED_SEGMENT);
	ck_assert_uint_eq(s.len, TEXT_LEN);
	ck_assert_mem_eq(s.payload, TEXT, TEXT_LEN);
	ck_assert_uint_eq(s.packets + counted(&coverage), 3);
	decoder_free(d);
}
END_TEST

/* What has the port of CAPWAP's data, and no data that can be read. */
START_TEST(test_capwap_without_data)
{
	static const struct {
		const char *header;
		bool encrypted;
	} cases[] = {
	    {"01 00 00 00 17 fe fd 00", true},  /* DTLS */
	    {"00 10 02 08 00 00 00 00", false}, /* keep-alive */
	    {"00 08 02 00 00 00 00 00", false}, /* a header of four bytes */
	    {"00 f8 02 00 00 00 00 00", false}, /* of more than there are */
	    {"00 10 07 00 00 00 00 00", false}, /* another kind of radio */
	    {"10 10 02 00 00 00 00 00", false}, /* another version */
	    {"01 ab 01 00 00 01 00 00", false}, /* DNS */
	    {"00 10 02 80 00 01 00 00", false}, /* a first fragment of 19 bytes */
	    {"00 10 03 00 00 00 00 00|40 08 00 00", false}, /* a probe, sent again */
	};
	struct coverage coverage = {0};
	struct decoder *d = decoder_new(&(struct decoder_options){0}, &coverage);
	struct segment s;

	ck_assert_ptr_nonnull(d);
	ck_assert_int_eq(
	    feed_part(d, cases[_i].header, (const uint8_t *)TEXT, TEXT_LEN, &s),
	    DECODED_COUNTED);
	ck_assert_uint_eq(coverage.undecoded[UNDECODED_ENCRYPTED], cases[_i].encrypted);
	ck_assert_uint_eq(coverage.bucket[COVERAGE_OTHER_IP].packets,
			  !cases[_i].encrypted);
	decoder_free(d);
}
END_TEST

START_TEST(test_cut_on_the_wire)
{
	const struct encapsulation *e = &encapsulations[_i];

	build_packet(e);
	for (uint32_t cut = 0; cut < packet_size(&build); cut++) {
		struct coverage coverage = {0};
		struct decoder *d =
		    decoder_new(&(struct decoder_options){0}, &coverage);
		struct packet p = packet_of(&build, e->link_type, 0);
		uint8_t *exact = malloc(cut ? cut : 1);
		struct segment s;

		memcpy(exact, p.bytes, cut);
		p.bytes = exact;
		p.captured = p.length = cut;
		if (decoder_feed(d, &p, &s) == DECODED_SEGMENT) {
			ck_assert_uint_eq(s.missing, 0);
			ck_assert_uint_le(s.len, TEXT_LEN);
			ck_assert_uint_eq(counted(&coverage), 0);
		} else {
			ck_assert_uint_eq(counted(&coverage), 1);
		}
		(void)decoder_peek_at(&p);
		decoder_free(d);
		free(exact);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("encapsulation");
	TCase *t = tcase_create("all");

	tcase_add_loop_test(t, test_whole, 0, ENCAPSULATIONS);
	tcase_add_loop_test(t, test_cut_by_snap_length, 0, ENCAPSULATIONS);
	tcase_add_loop_test(t, test_capwap_fragments, 0, 2);
	tcase_add_loop_test(t, test_capwap_without_data, 0, 9);
	tcase_add_loop_test(t, test_cut_on_the_wire, 0, ENCAPSULATIONS);
	suite_add_tcase(s, t);
	return run_suite(s);
}
