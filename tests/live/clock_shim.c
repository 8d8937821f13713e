/*
 * Preloaded into a program: what it takes for the time of day differs from the
 * machine's by the seconds that stand, as a long, in the file named by
 * STATLINE_TEST_CLOCK. The file is mapped, so that whoever wrote it may change its
 * mind.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const volatile long *offset;

__attribute__((constructor)) static void map_offset(void)
{
	const char *path = getenv("STATLINE_TEST_CLOCK");
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	void *at;

	if (fd < 0)
		return;
	at = mmap(NULL, sizeof(*offset), PROT_READ, MAP_SHARED, fd, 0);
	(void)close(fd);
	if (at != MAP_FAILED)
		offset = at;
}

// NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): theirs, __*
int clock_gettime(clockid_t which, struct timespec *ts)
{
	long status = syscall(SYS_clock_gettime, which, ts);

	if (status == 0 && which == CLOCK_REALTIME && offset)
		ts->tv_sec += *offset;
	return (int)status;
}
