#include "report/changes.h"

const char *change_kind_name(enum change_kind k)
{
	switch (k) {
	case CHANGE_SHARE:
		return "share";
	case CHANGE_SILENCE:
		return "no_response";
	case CHANGE_P99:
		return "p99";
	case CHANGE_NEW_CODE:
		return "new_code";
	case CHANGE_NEW_HOST:
		return "new_host";
	case CHANGE_LOST_HOST:
		return "vanished_host";
	}
	return "share";
}
