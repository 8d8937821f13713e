#include "config.h"

#include "base/cage.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <termios.h>
#include <unistd.h>

#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))

/** System calls of CAGE_PIPE without conditions. No open, no socket, no fork, no exec.
 */
static const int pipe_calls[] = {
    SCMP_SYS(read),       SCMP_SYS(munmap),        SCMP_SYS(mremap),
    SCMP_SYS(brk),        SCMP_SYS(madvise),       SCMP_SYS(futex),
    SCMP_SYS(getrandom),  SCMP_SYS(clock_gettime), SCMP_SYS(exit),
    SCMP_SYS(exit_group), SCMP_SYS(rt_sigreturn),  SCMP_SYS(sched_yield),
    SCMP_SYS(gettid),     SCMP_SYS(getpid),        SCMP_SYS(restart_syscall),
};

/** System calls of CAGE_WORKER besides those of CAGE_PIPE. Nothing that takes a path.
 */
static const int worker_calls[] = {
    SCMP_SYS(write),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(select),
    SCMP_SYS(pselect6),
    SCMP_SYS(recvmsg),
    SCMP_SYS(sendmsg),
    SCMP_SYS(getsockopt),
    SCMP_SYS(close),
    SCMP_SYS(fstat),
    SCMP_SYS(lseek),
    SCMP_SYS(readv),
    SCMP_SYS(writev),
    SCMP_SYS(pread64),
    SCMP_SYS(pwrite64),
    SCMP_SYS(fsync),
    SCMP_SYS(fadvise64),
    SCMP_SYS(dup),
    SCMP_SYS(ftruncate),
    SCMP_SYS(memfd_create),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(time),
    SCMP_SYS(rseq),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(tgkill),
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getegid),
    SCMP_SYS(uname),
    SCMP_SYS(sysinfo),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(getppid),
    SCMP_SYS(getrusage),
    SCMP_SYS(clock_getres),
#ifdef STATLINE_SANITIZED
    /* What the runtimes do when a thread ends, or when they report. */
    SCMP_SYS(prctl),
    SCMP_SYS(prlimit64),
    SCMP_SYS(sched_setaffinity),
    SCMP_SYS(readlink),
    SCMP_SYS(openat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(membarrier),
    SCMP_SYS(personality),
    SCMP_SYS(getdents64),
#endif
};

/** Calls of an attacker, which end the process at once. */
static const int attacks[] = {
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(ptrace),
    SCMP_SYS(socket),
    SCMP_SYS(connect),
    SCMP_SYS(bind),
    SCMP_SYS(listen),
    SCMP_SYS(accept),
    SCMP_SYS(accept4),
    SCMP_SYS(kill),
    SCMP_SYS(tkill),
    SCMP_SYS(mount),
    SCMP_SYS(unlink),
    SCMP_SYS(unlinkat),
    SCMP_SYS(rename),
    SCMP_SYS(renameat),
    SCMP_SYS(chmod),
    SCMP_SYS(fchmod),
    SCMP_SYS(fchmodat),
    SCMP_SYS(chown),
    SCMP_SYS(fchown),
    SCMP_SYS(setuid),
    SCMP_SYS(setgid),
    SCMP_SYS(setresuid),
    SCMP_SYS(setresgid),
    SCMP_SYS(setns),
    SCMP_SYS(unshare),
    SCMP_SYS(bpf),
    SCMP_SYS(keyctl),
    SCMP_SYS(init_module),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(userfaultfd),
#ifndef STATLINE_SANITIZED
    SCMP_SYS(fork),
    SCMP_SYS(vfork),
    SCMP_SYS(clone),
    SCMP_SYS(clone3),
#endif
};

/** What ioctl(2) is for: the terminal. Its second argument. */
static const unsigned long requests[] = {TCGETS,     TCSETS,   TCSETSW,  TCSETSF,
					 TIOCGWINSZ, FIONREAD, TIOCGPGRP};
/** The same for fcntl(2). */
static const unsigned long commands[] = {F_GETFD, F_SETFD,         F_GETFL,
					 F_DUPFD, F_DUPFD_CLOEXEC, F_ADD_SEALS};

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
	if (memory > 0 && setrlimit(RLIMIT_AS, &space) != 0)
		return -errno;
#endif
	return setrlimit(RLIMIT_CORE, &none) == 0 ? 0 : -errno;
}

/** A rule without conditions for each of @p calls. @return 0 or a negative errno */
static int add_rules(scmp_filter_ctx ctx, uint32_t action, const int *calls,
		     size_t count)
{
	int e = 0;

	for (size_t i = 0; e == 0 && i < count; i++)
		e = seccomp_rule_add(ctx, action, calls[i], 0);
	return e;
}

/** Allow @p call when its second argument is one of @p values. */
static int allow_second(scmp_filter_ctx ctx, int call, const unsigned long *values,
			size_t count)
{
	int e = 0;

	for (size_t i = 0; e == 0 && i < count; i++)
		e = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, call, 1,
				     SCMP_A1_64(SCMP_CMP_EQ, values[i], 0));
	return e;
}

/** Allow @p call, whose third argument is a protection, for what is not executable. */
static int allow_unexecutable(scmp_filter_ctx ctx, int call)
{
	return seccomp_rule_add(ctx, SCMP_ACT_ALLOW, call, 1,
				SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
}

/** Allow @p call on descriptor @p fd. */
static int allow_on(scmp_filter_ctx ctx, int call, int fd)
{
	return seccomp_rule_add(ctx, SCMP_ACT_ALLOW, call, 1,
				SCMP_A0_64(SCMP_CMP_EQ, (scmp_datum_t)fd, 0));
}

/** Fill @p ctx in for CAGE_PIPE. @return 0 or a negative errno */
static int allow_pipe(scmp_filter_ctx ctx)
{
	int e = add_rules(ctx, SCMP_ACT_ALLOW, pipe_calls, COUNT_OF(pipe_calls));

	if (e == 0)
		e = allow_unexecutable(ctx, SCMP_SYS(mprotect));
	/* No file: writing there would be writing to it. */
	if (e == 0)
		e = seccomp_rule_add(
		    ctx, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
		    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
		    SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS));
	if (e == 0)
		e = allow_on(ctx, SCMP_SYS(write), STDOUT_FILENO);
	if (e == 0)
		e = allow_on(ctx, SCMP_SYS(pwrite64), CAGE_FILE);
#ifdef STATLINE_SANITIZED
	/* What AddressSanitizer does while a process ends or reports. */
	if (e == 0)
		e = allow_on(ctx, SCMP_SYS(write), STDERR_FILENO);
	if (e == 0)
		e = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(sigaltstack), 0);
#endif
	return e;
}

static int allow_worker(scmp_filter_ctx ctx)
{
	int e = allow_pipe(ctx);

	if (e == 0)
		e = add_rules(ctx, SCMP_ACT_ALLOW, worker_calls,
			      COUNT_OF(worker_calls));
	if (e == 0)
		e = add_rules(ctx, SCMP_ACT_KILL_PROCESS, attacks, COUNT_OF(attacks));
	if (e == 0)
		e = allow_unexecutable(ctx, SCMP_SYS(mmap));
	if (e == 0)
		e = allow_second(ctx, SCMP_SYS(ioctl), requests, COUNT_OF(requests));
	if (e == 0)
		e = allow_second(ctx, SCMP_SYS(fcntl), commands, COUNT_OF(commands));
#ifndef STATLINE_SANITIZED
	/* fstat() of glibc: a descriptor, and an empty path. */
	if (e == 0)
		e = seccomp_rule_add(
		    ctx, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), 1,
		    SCMP_A3(SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, AT_EMPTY_PATH));
#endif
	/* The threads that run already are caged, too. */
	if (e == 0)
		e = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_TSYNC, 1);
	return e;
}

/** Make and load the filter. @return 0 or a negative errno */
static int load(enum cage_profile profile)
{
	bool worker = profile == CAGE_WORKER;
	scmp_filter_ctx ctx =
	    seccomp_init(worker ? SCMP_ACT_ERRNO(EPERM) : SCMP_ACT_KILL_PROCESS);
	int e;

	if (!ctx)
		return -ENOMEM;
	e = worker ? allow_worker(ctx) : allow_pipe(ctx);
	if (e == 0)
		e = seccomp_load(ctx);
	seccomp_release(ctx);
	return e;
}

enum sl_err cage_enter(enum cage_profile profile, size_t memory, struct errbuf *eb)
{
	int e = bound_memory(memory);

	if (e != 0)
		return errbuf_set(eb, SL_E_SYSTEM, "memory cannot be bounded: %s",
				  strerror(-e));
	e = load(profile);
	if (e != 0)
		return errbuf_set(eb, SL_E_SYSTEM, "seccomp refuses: %s", strerror(-e));
	return SL_OK;
}
