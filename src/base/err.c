#include "base/err.h"

#include <stdio.h>
#include <string.h>

#include "base/human.h"

const char *sl_err_text(enum sl_err e)
{
	switch (e) {
	case SL_OK:
		return "success";
	case SL_E_NOMEM:
		return "out of memory";
	case SL_E_IO:
		return "input or output failed";
	case SL_E_FORMAT:
		return "unknown format";
	case SL_E_DAMAGED:
		return "damaged input";
	case SL_E_USAGE:
		return "wrong usage";
	case SL_E_LIMIT:
		return "limit reached";
	case SL_E_SYSTEM:
		return "system service failed";
	}
	return "unknown error";
}

enum sl_err errbuf_set(struct errbuf *eb, enum sl_err e, const char *format, ...)
{
	char raw[ERRBUF_SIZE];
	va_list ap;

	if (!eb)
		return e;
	va_start(ap, format);
	(void)vsnprintf(raw, sizeof(raw), format, ap);
	va_end(ap);
	/* File names are text from strangers too. */
	(void)human_text(raw, strlen(raw), eb->text, sizeof(eb->text));
	return e;
}
