#include "cli/say.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/human.h"

void say(const char *format, ...)
{
	char message[2 * ERRBUF_SIZE];
	char shown[8 * ERRBUF_SIZE];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(message, sizeof(message), format, ap);
	va_end(ap);
	human_text(message, strlen(message), shown, sizeof(shown));
	(void)fprintf(stderr, "statline: %s\n", shown);
}
