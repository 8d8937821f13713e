#include "cli/screen.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/** Columns of a terminal that does not say. */
#define WIDTH_DEFAULT 80U
#define WIDTH_MAX     10000U

static unsigned columns_variable(void)
{
	const char *value = getenv("COLUMNS");
	unsigned long n;
	char *end;

	if (!value || value[0] < '0' || value[0] > '9')
		return 0;
	n = strtoul(value, &end, 10);
	return *end == '\0' && n <= WIDTH_MAX ? (unsigned)n : 0;
}

struct screen screen_of(int fd)
{
	struct screen s = {.width = columns_variable()};
	const char *term = getenv("TERM");
	const char *no_color = getenv("NO_COLOR");
	struct winsize size;

	s.terminal = isatty(fd) == 1;
	if (!s.terminal)
		return s;
	/* https://no-color.org: set and not empty */
	s.color = !(no_color && *no_color) && !(term && strcmp(term, "dumb") == 0);
	if (s.width == 0 && ioctl(fd, TIOCGWINSZ, &size) == 0)
		s.width = size.ws_col;
	if (s.width == 0)
		s.width = WIDTH_DEFAULT;
	return s;
}
