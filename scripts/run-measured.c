/* Runs a program and says what it took. A process of its own, and a small one: the
 * largest resident set of a child begins with that of whoever forked it. */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

int main(int argc, char **argv)
{
	struct rusage usage;
	int status;
	pid_t pid;

	if (argc < 2) {
		fputs("usage: run-measured PROGRAM [ARGUMENT]...\n", stderr);
		return 64;
	}
	pid = fork();
	if (pid == 0) {
		execv(argv[1], argv + 1);
		perror(argv[1]);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &usage) != pid) {
		perror("run-measured");
		return 1;
	}
	/* CPU seconds of it and of its children, KiB, exit status */
	fprintf(stderr, "%.6f %ld %d\n",
		seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_maxrss,
		WIFEXITED(status) ? WEXITSTATUS(status) : -1);
	return 0;
}
