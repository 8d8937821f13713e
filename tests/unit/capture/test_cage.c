#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cage.h"
#include "support/run_suite.h"

#define MEMORY ((size_t)64 << 20)

/** Run @p deed in a child in the worker's cage. @return its wait status */
static int worker(int (*deed)(void))
{
	int status;
	pid_t child = fork();

	if (child == 0)
		_exit(cage_enter(CAGE_WORKER, 0, NULL) == SL_OK ? deed() : 99);
	ck_assert_int_gt(child, 0);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	return status;
}

/** Run @p deed in a caged child. @return its wait status */
static int caged(int (*deed)(void))
{
	int status;
	pid_t child = fork();

	if (child == 0)
		_exit(cage_enter(CAGE_PIPE, MEMORY, NULL) == SL_OK ? deed() : 99);
	ck_assert_int_gt(child, 0);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	return status;
}

/** What decompression needs: memory, more of it, and a pipe. */
static int compute(void)
{
	char *p = malloc(1000), *more;

	if (!p)
		return 1;
	memset(p, 1, 1000);
	more = realloc(p, (size_t)8 << 20);
	if (!more) {
		free(p);
		return 2;
	}
	more[(8 << 20) - 1] = 1;
	free(more);
	return write(STDOUT_FILENO, "", 0) == 0 ? 0 : 3;
}

static int open_a_file(void)
{
	return open("/dev/null", O_RDONLY);
}

static int open_a_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0);
}

static int start_a_process(void)
{
	return fork() == 0;
}

static int run_a_program(void)
{
	return execl("/bin/true", "true", (char *)NULL);
}

static int map_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		    0) == MAP_FAILED;
}

static int kill_the_parent(void)
{
	return kill(getppid(), 0);
}

/** A descriptor that stands for the input may be open for writing. */
static int write_the_input(void)
{
	return write(STDIN_FILENO, "", 0) == 0;
}

static int write_into_the_input(void)
{
	return pwrite(STDIN_FILENO, "", 0, 0) == 0;
}

static int map_the_input(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, STDIN_FILENO, 0) !=
	       MAP_FAILED;
}

static int write_elsewhere(void)
{
	return write(CAGE_FILE, "", 0) == 0;
}

START_TEST(may_compute)
{
	int status = caged(compute);

	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
}
END_TEST

START_TEST(may_do_nothing_else)
{
	static int (*const deeds[])(void) = {
	    open_a_file,     open_a_socket,   start_a_process,
	    run_a_program,   map_code,        kill_the_parent,
	    write_elsewhere, write_the_input, write_into_the_input,
	    map_the_input};
	int status = caged(deeds[_i]);

	ck_assert(WIFSIGNALED(status));
	ck_assert_int_eq(WTERMSIG(status), SIGSYS);
}
END_TEST

/** What the loop of a live capture needs. */
static int wait_and_write(void)
{
	struct timespec nap = {.tv_nsec = 1000};
	struct pollfd none = {.fd = STDIN_FILENO, .events = POLLIN};

	if (poll(&none, 1, 0) < 0 || clock_nanosleep(CLOCK_MONOTONIC, 0, &nap, NULL))
		return 1;
	if (fcntl(STDERR_FILENO, F_GETFL) < 0)
		return 2;
	return compute();
}

#ifndef STATLINE_SANITIZED
/* Refused, and no attack: whoever asks is told so. */
static int open_and_be_told(void)
{
	return open("/dev/null", O_RDONLY) < 0 && errno == EPERM ? 0 : 1;
}

static int make_a_folder(void)
{
	return mkdir("/tmp/statline-caged", 0700) < 0 && errno == EPERM ? 0 : 1;
}

static int send_a_line_to_a_terminal(void)
{
	char c = 'x';

	return ioctl(STDIN_FILENO, TIOCSTI, &c) < 0 && errno == EPERM ? 0 : 1;
}

static int execute_memory(void)
{
	return map_code() && errno == EPERM ? 0 : 1;
}

START_TEST(worker_is_refused)
{
	static int (*const deeds[])(void) = {open_and_be_told, make_a_folder,
					     send_a_line_to_a_terminal, execute_memory};
	int status = worker(deeds[_i]);

	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
}
END_TEST
#endif

static int remove_a_file(void)
{
	return unlink("/tmp/statline-no-such-file");
}

static int become_root(void)
{
	return setuid(0);
}

START_TEST(worker_may_work)
{
	int status = worker(wait_and_write);

	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
}
END_TEST

START_TEST(worker_that_attacks_ends)
{
	static int (*const deeds[])(void) = {
	    open_a_socket,   run_a_program, kill_the_parent, remove_a_file, become_root,
#ifndef STATLINE_SANITIZED
	    start_a_process,
#endif
	};
	int status;

	if ((size_t)_i >= sizeof(deeds) / sizeof(deeds[0]))
		return;
	status = worker(deeds[_i]);
	ck_assert(WIFSIGNALED(status));
	ck_assert_int_eq(WTERMSIG(status), SIGSYS);
}
END_TEST

#ifndef STATLINE_SANITIZED
static int hoard(void)
{
	/* volatile: else the compiler knows that nobody looks. */
	void *volatile p = malloc(2 * MEMORY);

	if (p == NULL)
		return 42;
	free(p);
	return 0;
}

START_TEST(memory_is_bounded)
{
	int status = caged(hoard);

	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 42);
}
END_TEST
#endif

int main(void)
{
	Suite *suite = suite_create("cage");
	TCase *tc = tcase_create("cage");

	tcase_add_test(tc, may_compute);
	tcase_add_loop_test(tc, may_do_nothing_else, 0, 10);
	tcase_add_test(tc, worker_may_work);
	tcase_add_loop_test(tc, worker_that_attacks_ends, 0, 6);
#ifndef STATLINE_SANITIZED
	tcase_add_loop_test(tc, worker_is_refused, 0, 4);
	tcase_add_test(tc, memory_is_bounded);
#endif
	suite_add_tcase(suite, tc);
	return run_suite(suite);
}
