#include "config.h"

#include "base/cage.h"

#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

/** System calls of CAGE_PIPE without conditions. No open, no socket, no fork, no exec.
 */
static const int pipe_calls[] = {
    SCMP_SYS(read),          SCMP_SYS(write),
    SCMP_SYS(munmap),        SCMP_SYS(mremap),
    SCMP_SYS(brk),           SCMP_SYS(madvise),
    SCMP_SYS(futex),         SCMP_SYS(getrandom),
    SCMP_SYS(clock_gettime), SCMP_SYS(exit),
    SCMP_SYS(exit_group),    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sched_yield),   SCMP_SYS(gettid),
    SCMP_SYS(getpid),        SCMP_SYS(restart_syscall),
};

/** Calls that map memory: never executable. Their third argument is the protection. */
static const int mapping_calls[] = {SCMP_SYS(mmap), SCMP_SYS(mprotect)};

#ifndef STATLINE_SANITIZED
/** @return bytes mapped now; a guess where /proc is not mounted */
static size_t mapped_now(void)
{
	size_t pages = 0;
	char line[128];
	FILE *f = fopen("/proc/self/statm", "re");

	if (f && fgets(line, sizeof(line), f))
		pages = strtoul(line, NULL, 10);
	if (pages == 0)
		pages = (size_t)1 << 18;
	if (f)
		(void)fclose(f);
	return pages * (size_t)sysconf(_SC_PAGESIZE);
}
#endif

static int bound_memory(size_t memory)
{
	struct rlimit none = {.rlim_cur = 0, .rlim_max = 0};
#ifdef STATLINE_SANITIZED
	(void)memory;
#else
	struct rlimit space;

	space.rlim_cur = space.rlim_max = mapped_now() + memory;
	if (setrlimit(RLIMIT_AS, &space) != 0)
		return -errno;
#endif
	return setrlimit(RLIMIT_CORE, &none) == 0 ? 0 : -errno;
}

/** Fill @p ctx in for CAGE_PIPE. @return 0 or a negative errno */
static int allow_pipe(scmp_filter_ctx ctx)
{
	int e = 0;

	for (size_t i = 0; e == 0 && i < sizeof(pipe_calls) / sizeof(*pipe_calls); i++)
		e = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, pipe_calls[i], 0);
	for (size_t i = 0; e == 0 && i < sizeof(mapping_calls) / sizeof(*mapping_calls);
	     i++)
		e = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, mapping_calls[i], 1,
				     SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
#ifdef STATLINE_SANITIZED
	/* What AddressSanitizer does while a process ends or reports. */
	if (e == 0)
		e = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(sigaltstack), 0);
#endif
	return e;
}

enum sl_err cage_enter(enum cage_profile profile, size_t memory, struct errbuf *eb)
{
	scmp_filter_ctx ctx;
	int e = bound_memory(memory);

	if (e != 0)
		return errbuf_set(eb, SL_E_SYSTEM, "memory cannot be bounded: %s",
				  strerror(-e));
	ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
	if (!ctx)
		return errbuf_set(eb, SL_E_SYSTEM, "seccomp cannot be set up");
	switch (profile) {
	case CAGE_PIPE:
		e = allow_pipe(ctx);
		break;
	}
	if (e == 0)
		e = seccomp_load(ctx);
	seccomp_release(ctx);
	if (e != 0)
		return errbuf_set(eb, SL_E_SYSTEM, "seccomp refuses: %s", strerror(-e));
	return SL_OK;
}
