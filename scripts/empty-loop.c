/* The least that reading a capture costs with libpcap: every packet, nothing done.
 * scripts/measure builds and runs it beside statline. */
#include <pcap/pcap.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	char error[PCAP_ERRBUF_SIZE];
	struct pcap_pkthdr *header;
	const u_char *bytes;
	unsigned long long packets = 0, total = 0;

	if (argc != 2) {
		fputs("usage: empty-loop FILE\n", stderr);
		return 64;
	}
	pcap_t *file = pcap_open_offline(argv[1], error);
	if (!file) {
		fprintf(stderr, "empty-loop: %s\n", error);
		return 1;
	}
	while (pcap_next_ex(file, &header, &bytes) == 1) {
		packets++;
		total += header->len;
	}
	pcap_close(file);
	printf("%llu packets, %llu bytes\n", packets, total);
	return 0;
}
