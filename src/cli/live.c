#include "cli/commands.h"
enum cli_status command_live(const struct options *o)
{
	(void)o;
	return CLI_FAILED;
}
