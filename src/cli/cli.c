#include "cli/cli.h"

#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/say.h"
#include "cli/screen.h"

/* Standard output is written to the end, or that is said: a full disk must not look
 * like success. */
enum cli_status cli_flushed(enum cli_status status)
{
	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	if (errno != EPIPE && status != CLI_FAILED)
		say("standard output: cannot be written: %s",
		    errno ? strerror(errno) : "unknown cause");
	return CLI_FAILED;
}

static enum cli_status run_command(const struct options *o)
{
	switch (o->command) {
	case COMMAND_REPORT:
		return command_report(o);
	case COMMAND_LIVE:
		return command_live(o);
	case COMMAND_LIST:
		return command_list(stdout);
	case COMMAND_EXPLAIN:
		return command_explain(o->words, o->word_count,
				       screen_of(STDOUT_FILENO).width, stdout);
	case COMMAND_HELP:
		if (o->night.dated_outputs)
			help_print_night(stdout);
		else
			help_print(stdout);
		return CLI_DONE;
	case COMMAND_HELP_MORE:
		help_print_more(stdout);
		return CLI_DONE;
	case COMMAND_VERSION:
		help_print_version(stdout);
		return CLI_DONE;
	case COMMAND_SHORT_USAGE:
		help_print_short(stderr);
		return CLI_USAGE;
	}
	return CLI_USAGE;
}

/* Commands with options of their own, which the others know nothing of. */
static bool run_own_options(int argc, char **argv, enum cli_status *status)
{
	static const struct {
		const char *name;
		enum cli_status (*run)(int argc, char **argv);
	} commands[] = {
	    {"history", command_history},
	    {"merge", command_merge},
	    {"diff", command_diff},
	};

	for (size_t i = 0; argc > 1 && i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(argv[1], commands[i].name) == 0) {
			*status = commands[i].run(argc - 1, argv + 1);
			return true;
		}
	return false;
}

int cli_main(int argc, char **argv)
{
	struct options o;
	struct errbuf eb = {""};
	enum cli_status status;
	enum sl_err e;

	/* How wide a character is, and nothing else, is the locale's: figures are
	 * written alike everywhere. */
	(void)setlocale(LC_CTYPE, "");
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN); /* errors enough: EPIPE, EFBIG */
	if (run_own_options(argc, argv, &status))
		return (int)cli_flushed(status);
	e = options_parse(argc, argv, &o, &eb);
	if (e) {
		say("%s", eb.text);
		status = e == SL_E_USAGE ? CLI_USAGE : CLI_FAILED;
	} else {
		status = run_command(&o);
	}
	options_free(&o);
	return (int)cli_flushed(status);
}
