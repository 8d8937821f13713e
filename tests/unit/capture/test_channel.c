#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "capture/channel.h"
#include "support/run_suite.h"

/** Both ends in one process: the child's writes, ours reads. */
struct both {
	struct channel_set *set;
	struct channel_memory *memory;
	int pipe[2];
	struct channel ours;
	struct channel childs;
};

static void set_up(struct both *b, unsigned ahead)
{
	b->set = channel_set_new(ahead);
	ck_assert_ptr_nonnull(b->set);
	b->memory = channel_take(b->set);
	ck_assert_ptr_nonnull(b->memory);
	ck_assert_int_eq(pipe(b->pipe), 0);
	b->ours = (struct channel){
	    .memory = b->memory->fd,
	    .slots = b->memory->slots,
	    .filled = b->pipe[0],
	    .emptied = eventfd(b->memory->slots, EFD_SEMAPHORE | EFD_NONBLOCK)};
	ck_assert_int_ge(b->ours.emptied, 0);
	b->childs = b->ours;
	b->childs.filled = b->pipe[1];
}

static void tear_down(struct both *b)
{
	(void)close(b->pipe[0]);
	(void)close(b->pipe[1]);
	(void)close(b->ours.emptied);
	channel_give_back(b->set, b->memory);
	channel_set_free(b->set);
}

/** Byte @p at of what goes through. */
static uint8_t pattern(size_t at)
{
	return (uint8_t)(at * 31 + at / 251);
}

static void write_pattern(struct channel *c, size_t from, size_t n)
{
	static uint8_t bytes[CHANNEL_SLOT];

	for (size_t i = 0; i < n; i++)
		bytes[i] = pattern(from + i);
	ck_assert(channel_write(c, bytes, n));
}

/** @return bytes read, in pieces of at most @p piece, which are those of the pattern */
static size_t read_pattern(struct channel *c, size_t from, size_t n, size_t piece)
{
	static uint8_t bytes[CHANNEL_SLOT];
	size_t done = 0;

	while (done < n) {
		ssize_t got =
		    channel_read(c, bytes, piece < n - done ? piece : n - done);

		ck_assert_int_gt(got, 0);
		for (ssize_t i = 0; i < got; i++)
			if (bytes[i] != pattern(from + done + (size_t)i))
				ck_abort_msg("byte %zu", from + done + (size_t)i);
		done += (size_t)got;
	}
	return done;
}

/** Many times around, in lengths that fit nothing. */
START_TEST(goes_around)
{
	struct both b;
	size_t at = 0;

	set_up(&b, 0);
	for (size_t n = 1; n <= CHANNEL_SLOT; n = n * 3 + 1) {
		write_pattern(&b.childs, at, n);
		write_pattern(&b.childs, at + n, CHANNEL_SLOT);
		at += read_pattern(&b.ours, at, n + CHANNEL_SLOT, 99991);
	}
	ck_assert_uint_gt(at, 8 * CHANNEL_SLOT);
	tear_down(&b);
}
END_TEST

/** A slot that was not emptied is not written again: that would be said at once here,
 *  where the eventfd does not wait. */
START_TEST(waits_when_full)
{
	struct both b;
	uint8_t byte = 1;

	set_up(&b, 0);
	for (uint32_t i = 0; i < b.memory->slots; i++)
		write_pattern(&b.childs, i, 1);
	ck_assert(!channel_write(&b.childs, &byte, 1));
	ck_assert_int_eq(errno, EAGAIN);
	(void)read_pattern(&b.ours, 0, 1, 1);
	write_pattern(&b.childs, b.memory->slots, 1);
	ck_assert(!channel_write(&b.childs, &byte, 1));
	(void)read_pattern(&b.ours, 1, b.memory->slots, 1);
	tear_down(&b);
}
END_TEST

/** What a child that is no longer ours may say. */
START_TEST(lengths_are_not_believed)
{
	static const struct {
		uint32_t length;
		size_t bytes;
	} lies[] = {{0, 4}, {CHANNEL_SLOT + 1, 4}, {UINT32_MAX, 4}, {1, 3}};
	struct both b;
	uint8_t byte;

	set_up(&b, 0);
	ck_assert_int_eq(write(b.pipe[1], &lies[_i].length, lies[_i].bytes),
			 (ssize_t)lies[_i].bytes);
	ck_assert_int_eq(channel_read(&b.ours, &byte, 1), -1);
	ck_assert_int_eq(errno, EBADMSG);
	ck_assert(!b.ours.ended);
	tear_down(&b);
}
END_TEST

START_TEST(ends_with_the_pipe)
{
	struct both b;
	uint8_t byte;

	set_up(&b, 0);
	write_pattern(&b.childs, 0, 5);
	(void)close(b.pipe[1]);
	b.pipe[1] = -1;
	(void)read_pattern(&b.ours, 0, 5, 2);
	ck_assert(!b.ours.ended);
	ck_assert_int_eq(channel_read(&b.ours, &byte, 1), 0);
	ck_assert(b.ours.ended);
	tear_down(&b);
}
END_TEST

/** The child has the file, too: it must not make it take more memory, nor less. */
START_TEST(its_length_is_fixed)
{
	struct both b;
	off_t end;

	set_up(&b, 0);
	end = lseek(b.memory->fd, 0, SEEK_END);
	ck_assert_int_ge(end, (off_t)((b.memory->slots + 1) * CHANNEL_SLOT));
	ck_assert_int_eq(ftruncate(b.memory->fd, end + 1), -1);
	ck_assert_int_eq(ftruncate(b.memory->fd, 0), -1);
	ck_assert_int_eq(pwrite(b.memory->fd, "x", 1, end), -1);
	ck_assert_uint_eq(channel_slots(b.memory->fd), b.memory->slots);
	tear_down(&b);
}
END_TEST

/** Whoever asks for a child is not believed: as large, but not sealed; sealed, but of
 *  another length. */
START_TEST(other_files_have_no_slots)
{
	struct both b;
	off_t end;
	int plain = memfd_create("plain", MFD_ALLOW_SEALING);
	int longer = memfd_create("longer", MFD_ALLOW_SEALING);

	set_up(&b, 0);
	end = lseek(b.memory->fd, 0, SEEK_END);
	ck_assert_int_eq(ftruncate(plain, end), 0);
	ck_assert_int_eq(ftruncate(longer, end + 1), 0);
	ck_assert_int_eq(
	    fcntl(longer, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL), 0);
	ck_assert_uint_eq(channel_slots(plain), 0);
	ck_assert_uint_eq(channel_slots(longer), 0);
	ck_assert_uint_eq(channel_slots(STDIN_FILENO), 0);
	ck_assert_uint_eq(channel_slots(-1), 0);
	(void)close(plain);
	(void)close(longer);
	tear_down(&b);
}
END_TEST

/** A shell's `ulimit -f`: fewer slots, and one is enough. */
START_TEST(files_may_be_short)
{
	const struct rlimit limits = {.rlim_cur =
					  (rlim_t)(3 - _i) * CHANNEL_SLOT + 4096,
				      .rlim_max = RLIM_INFINITY};
	struct both b;

	(void)signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limits), 0);
	set_up(&b, 1);
	ck_assert_uint_le(b.memory->slots, 2U - (unsigned)_i);
	for (size_t at = 0; at < 5 * CHANNEL_SLOT; at += CHANNEL_SLOT) {
		write_pattern(&b.childs, at, CHANNEL_SLOT);
		(void)read_pattern(&b.ours, at, CHANNEL_SLOT, CHANNEL_SLOT);
	}
	tear_down(&b);
}
END_TEST

/** What a child leaves is bounded, and does not stay for the next one. */
START_TEST(text_and_input)
{
	struct both b;
	char text[CHANNEL_TEXT], longest[2 * CHANNEL_TEXT];
	uint8_t input[3] = {0};

	set_up(&b, 0);
	ck_assert_uint_eq(channel_text(b.memory->fd, text), 0);
	ck_assert(channel_put_input(b.memory->fd, "abc", 3));
	channel_put_text(b.memory->fd, "short");
	ck_assert_uint_eq(channel_text(b.memory->fd, text), 5);
	ck_assert_str_eq(text, "short");
	ck_assert(channel_take_input(b.memory->fd, input, 3));
	ck_assert_mem_eq(input, "abc", 3);
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	channel_put_text(b.memory->fd, longest);
	ck_assert_uint_eq(channel_text(b.memory->fd, text), CHANNEL_TEXT - 1);
	ck_assert(!channel_put_input(b.memory->fd, longest, CHANNEL_SLOT + 1));
	channel_give_back(b.set, b.memory);
	b.memory = channel_take(b.set);
	ck_assert_uint_eq(channel_text(b.memory->fd, text), 0);
	tear_down(&b);
}
END_TEST

/** As many large ones as were asked for, together no more than the limit; and large
 *  ones again once they come back. */
START_TEST(large_ones_are_bounded)
{
	enum { COUNT = 5, LARGE = 2 };
	struct channel_set *set = channel_set_new(LARGE);
	struct channel_memory *taken[COUNT], *again;
	size_t large = 0;

	ck_assert_ptr_nonnull(set);
	for (int i = 0; i < COUNT; i++) {
		taken[i] = channel_take(set);
		ck_assert_ptr_nonnull(taken[i]);
		if (i < LARGE)
			large += taken[i]->slots * CHANNEL_SLOT;
		else
			ck_assert_uint_lt(taken[i]->slots, 8);
	}
	ck_assert_uint_eq(large, LIMIT_AHEAD);
	channel_give_back(set, taken[4]);
	channel_give_back(set, taken[1]);
	channel_give_back(set, taken[3]);
	again = channel_take(set);
	ck_assert_ptr_eq(again, taken[1]);
	channel_give_back(set, again);
	channel_give_back(set, taken[0]);
	channel_give_back(set, taken[2]);
	channel_give_back(set, NULL);
	channel_set_free(set);
	channel_set_free(NULL);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("channel");
	TCase *tc = tcase_create("channel");

	tcase_add_test(tc, goes_around);
	tcase_add_test(tc, waits_when_full);
	tcase_add_loop_test(tc, lengths_are_not_believed, 0, 4);
	tcase_add_test(tc, ends_with_the_pipe);
	tcase_add_test(tc, its_length_is_fixed);
	tcase_add_test(tc, other_files_have_no_slots);
	tcase_add_loop_test(tc, files_may_be_short, 0, 2);
	tcase_add_test(tc, text_and_input);
	tcase_add_test(tc, large_ones_are_bounded);
	suite_add_tcase(suite, tc);
	return run_suite(suite);
}
