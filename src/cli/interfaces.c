/*
 * statline -D
 */
#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <string.h>

#include "base/human.h"
#include "cli/commands.h"
#include "cli/say.h"

static const char *state_of(const pcap_if_t *i)
{
	if (!(i->flags & PCAP_IF_UP))
		return "down";
	if ((i->flags & PCAP_IF_CONNECTION_STATUS) ==
	    PCAP_IF_CONNECTION_STATUS_DISCONNECTED)
		return "no link";
	return i->flags & PCAP_IF_RUNNING ? "up" : "up, not running";
}

static const char *kind_of(const pcap_if_t *i)
{
	if (i->flags & PCAP_IF_LOOPBACK)
		return "loopback";
	return i->flags & PCAP_IF_WIRELESS ? "wireless" : "";
}

static bool address_text(const struct sockaddr *a, char *out, socklen_t size)
{
	if (a && a->sa_family == AF_INET)
		return inet_ntop(
			   AF_INET,
			   &((const struct sockaddr_in *)(const void *)a)->sin_addr,
			   out, size) != NULL;
	if (a && a->sa_family == AF_INET6)
		return inet_ntop(
			   AF_INET6,
			   &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr,
			   out, size) != NULL;
	return false;
}

static void put_interface(const pcap_if_t *i, FILE *out)
{
	char name[HUMAN_TEXT_SIZE(64)], address[INET6_ADDRSTRLEN];
	const char *separator = "  ";

	(void)fprintf(out, "%-15s %-15s %-9s",
		      human_text(i->name, strnlen(i->name, 64), name, sizeof(name)),
		      state_of(i), kind_of(i));
	for (const pcap_addr_t *a = i->addresses; a; a = a->next)
		if (address_text(a->addr, address, sizeof(address))) {
			(void)fprintf(out, "%s%s", separator, address);
			separator = ", ";
		}
	(void)fputc('\n', out);
}

/** Those that carry IP: not the pseudo interfaces of other buses. */
static bool is_wanted(const pcap_if_t *i)
{
	static const char *const others[] = {"bluetooth", "dbus", "nflog", "nfqueue",
					     "usbmon"};

	for (size_t n = 0; n < sizeof(others) / sizeof(others[0]); n++)
		if (strncmp(i->name, others[n], strlen(others[n])) == 0)
			return false;
	return strcmp(i->name, "any") != 0;
}

enum cli_status command_list(FILE *out)
{
	char error[PCAP_ERRBUF_SIZE] = "";
	pcap_if_t *all = NULL;

	if (pcap_findalldevs(&all, error) != 0) {
		say("the interfaces cannot be listed: %s", error);
		return CLI_FAILED;
	}
	(void)fprintf(out, "%-15s %-15s %-9s  %s\n", "INTERFACE", "STATE", "KIND",
		      "ADDRESSES");
	for (const pcap_if_t *i = all; i; i = i->next)
		if (is_wanted(i))
			put_interface(i, out);
	(void)fprintf(out, "%-15s %-15s %-9s  %s\n", "any", "", "", "all of them");
	pcap_freealldevs(all);
	return CLI_DONE;
}
