/**
 * @file
 * @brief Link types that statline knows, by their numbers in files.
 *
 * Source: https://www.tcpdump.org/linktypes.html
 */
#ifndef STATLINE_CAPTURE_LINKTYPE_H
#define STATLINE_CAPTURE_LINKTYPE_H

/** Each with its number; X(NAME, NUMBER). */
#define LINKTYPES(X)                                                       \
	X(NULL, 0)                                                         \
	X(ETHERNET, 1)                                                     \
	X(IEEE802_5, 6) /* token ring */                                   \
	X(PPP, 9)                                                          \
	X(FDDI, 10)                                                        \
	X(RAW_BSD, 12)     /* DLT_RAW of most systems, as some write it */ \
	X(RAW_OPENBSD, 14) /* DLT_RAW of OpenBSD */                        \
	X(PPP_HDLC, 50)                                                    \
	X(PPP_ETHER, 51)                                                   \
	X(ATM_RFC1483, 100)                                                \
	X(RAW, 101)                                                        \
	X(C_HDLC, 104)                                                     \
	X(IEEE802_11, 105)                                                 \
	X(FRELAY, 107)                                                     \
	X(LOOP, 108)                                                       \
	X(ENC, 109) /* IPsec of OpenBSD, after it was decrypted */         \
	X(LINUX_SLL, 113)                                                  \
	X(PFLOG, 117)                                                      \
	X(IEEE802_11_PRISM, 119)                                           \
	X(IP_OVER_FC, 122)                                                 \
	X(IEEE802_11_RADIOTAP, 127)                                        \
	X(APPLE_IP_OVER_IEEE1394, 138)                                     \
	X(IEEE802_11_AVS, 163)                                             \
	X(PPP_PPPD, 166)                                                   \
	X(JUNIPER_ETHER, 178)                                              \
	X(PPI, 192)                                                        \
	X(ERF, 197)                                                        \
	X(PPP_WITH_DIR, 204)                                               \
	X(C_HDLC_WITH_DIR, 205)                                            \
	X(FRELAY_WITH_DIR, 206)                                            \
	X(IPNET, 226)                                                      \
	X(IPV4, 228)                                                       \
	X(IPV6, 229)                                                       \
	X(NFLOG, 239)                                                      \
	X(NETANALYZER, 240)                                                \
	X(PKTAP, 258) /* Apple's */                                        \
	X(EPON, 259)                                                       \
	X(LINUX_SLL2, 276)                                                 \
	X(DSA_TAG_BRCM, 281)                                               \
	X(DSA_TAG_BRCM_PREPEND, 282)                                       \
	X(DSA_TAG_DSA, 283)                                                \
	X(DSA_TAG_EDSA, 284)

enum linktype {
#define LINKTYPE_OF(name, number) LINKTYPE_##name = (number),
	LINKTYPES(LINKTYPE_OF)
#undef LINKTYPE_OF
	    LINKTYPE_MAX = LINKTYPE_DSA_TAG_EDSA,
};

#endif
