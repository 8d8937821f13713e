/**
 * @file
 * @brief EtherTypes, which other headers number what they carry by as well.
 *
 * Source: https://standards-oui.ieee.org/ethertype/eth.txt
 */
#ifndef STATLINE_DECODE_ETHERTYPE_H
#define STATLINE_DECODE_ETHERTYPE_H

enum ethertype {
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_TRILL = 0x22f3,    /**< RFC 6325 */
	ETHERTYPE_BRIDGING = 0x6558, /**< transparent Ethernet bridging (RFC 1701) */
	ETHERTYPE_VLAN = 0x8100,     /**< IEEE 802.1Q C-tag */
	ETHERTYPE_IPV6 = 0x86dd,
	ETHERTYPE_PPP = 0x880b,
	ETHERTYPE_MPLS = 0x8847,
	ETHERTYPE_MPLS_UP = 0x8848, /**< upstream-assigned label (RFC 5332) */
	ETHERTYPE_PPPOE = 0x8864,   /**< session stage */
	ETHERTYPE_JUMBO = 0x8870,   /**< LLC in more than 1500 bytes */
	ETHERTYPE_QINQ = 0x88a8,    /**< IEEE 802.1ad S-tag */
	ETHERTYPE_MACSEC = 0x88e5,  /**< IEEE 802.1AE */
	ETHERTYPE_I_TAG = 0x88e7,   /**< IEEE 802.1ah */
	ETHERTYPE_FABRICPATH = 0x8903,
	ETHERTYPE_CISCO_META = 0x8909,
	ETHERTYPE_VN_TAG = 0x8926,
	ETHERTYPE_E_TAG = 0x893f,     /**< IEEE 802.1BR */
	ETHERTYPE_NSH = 0x894f,       /**< RFC 8300 */
	ETHERTYPE_QINQ_9100 = 0x9100, /**< before 802.1ad was there, as the next two */
	ETHERTYPE_QINQ_9200 = 0x9200,
	ETHERTYPE_QINQ_9300 = 0x9300,
};

#endif
