#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/cli.h"

/** What is opened later must not become standard input, output or error. What stands
 *  there instead fails as a closed one does. */
static bool fill_closed(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		int flags = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;

		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", flags) != fd)
			return false;
	}
	return true;
}

int main(int argc, char **argv)
{
	if (!fill_closed()) {
		(void)fputs("statline: /dev/null cannot be opened in place of a closed "
			    "standard input, output or error\n",
			    stderr);
		return 1;
	}
	return cli_main(argc, argv);
}
