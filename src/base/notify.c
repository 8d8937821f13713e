#include "config.h"

#include "base/notify.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

bool notify_send(const char *state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const char *path = getenv("NOTIFY_SOCKET");
	size_t len = path ? strlen(path) : 0;
	socklen_t size;
	bool sent;
	int fd;

	if (len == 0 || len >= sizeof(address.sun_path) ||
	    (path[0] != '/' && path[0] != '@'))
		return false;
	memcpy(address.sun_path, path, len + 1);
	size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
	/* A name in the abstract space is written with an @, and begins with a zero. */
	if (path[0] == '@')
		address.sun_path[0] = '\0';
	else
		size++;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return false;
	sent = sendto(fd, state, strlen(state), MSG_NOSIGNAL,
		      (const struct sockaddr *)&address, size) >= 0;
	(void)close(fd);
	return sent;
}
