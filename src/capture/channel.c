#include "config.h" /* memfd_create() */

#include "capture/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/** Slots for output of a file that is not large: one is filled while another one is
 *  emptied, and none of the two waits for the other at each. */
#define SLOTS_FEW 4U

struct channel_set {
	struct channel_memory *spare; /* large ones first */
	unsigned large;               /* that may still be made */
	uint32_t large_slots;         /* of each */
};

/** Where the slot for input begins: the text has a page. */
#define INPUT_AT 4096

#define SEALS (F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL)

/** Where slot @p slot for output begins. */
static off_t offset_of(uint32_t slot)
{
	return (off_t)(INPUT_AT + (slot + (size_t)1) * CHANNEL_SLOT);
}

uint32_t channel_slots(int fd)
{
	struct stat st;
	uint32_t slots;

	if (fcntl(fd, F_GET_SEALS) != SEALS || fstat(fd, &st) != 0 ||
	    st.st_size > offset_of(LIMIT_AHEAD / CHANNEL_SLOT))
		return 0;
	slots = (uint32_t)((size_t)st.st_size / CHANNEL_SLOT);
	return slots > 1 && st.st_size == offset_of(slots - 1) ? slots - 1 : 0;
}

/* ---- what lies before the slots for output ---- */

bool channel_put_input(int memory, const void *bytes, size_t n)
{
	return n <= CHANNEL_SLOT && pwrite(memory, bytes, n, INPUT_AT) == (ssize_t)n;
}

bool channel_take_input(int memory, void *bytes, size_t n)
{
	return n <= CHANNEL_SLOT && pread(memory, bytes, n, INPUT_AT) == (ssize_t)n;
}

/** All of its bytes, so that nothing is left of a longer one. */
static bool write_text(int memory, const char *text)
{
	char all[CHANNEL_TEXT] = {0};
	size_t len = strlen(text);

	memcpy(all, text, len < sizeof(all) ? len : sizeof(all) - 1);
	return pwrite(memory, all, sizeof(all), 0) == (ssize_t)sizeof(all);
}

void channel_put_text(int memory, const char *text)
{
	(void)write_text(memory, text); /* the exit status says that it went wrong */
}

size_t channel_text(int memory, char *text)
{
	if (pread(memory, text, CHANNEL_TEXT, 0) != (ssize_t)CHANNEL_TEXT)
		text[0] = '\0';
	text[CHANNEL_TEXT - 1] = '\0';
	return strlen(text);
}

/* ---- the set ---- */

static void memory_free(struct channel_memory *m)
{
	if (m->fd >= 0)
		(void)close(m->fd);
	free(m);
}

/** Give @p m its length: of @p slots, or of fewer where a file may not be so long
 *  (RLIMIT_FSIZE; SIGXFSZ is ignored). */
static bool set_length(struct channel_memory *m, uint32_t slots)
{
	for (m->slots = slots; m->slots > 0; m->slots /= 2) {
		if (ftruncate(m->fd, offset_of(m->slots)) == 0)
			return true;
		if (errno != EFBIG)
			return false;
	}
	return false;
}

static struct channel_memory *memory_new(uint32_t slots)
{
	struct channel_memory *m = calloc(1, sizeof(*m));
	int error;

	if (!m)
		return NULL;
	m->fd = memfd_create("channel", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (m->fd >= 0 && set_length(m, slots) && fcntl(m->fd, F_ADD_SEALS, SEALS) == 0)
		return m;
	error = errno;
	memory_free(m);
	errno = error;
	return NULL;
}

struct channel_set *channel_set_new(unsigned ahead)
{
	struct channel_set *set = calloc(1, sizeof(*set));

	if (!set)
		return NULL;
	set->large = ahead;
	if (ahead > 0)
		set->large_slots = (uint32_t)(LIMIT_AHEAD / CHANNEL_SLOT / ahead);
	return set;
}

struct channel_memory *channel_take(struct channel_set *set)
{
	struct channel_memory *m = set->spare;

	if (m && (m->slots > SLOTS_FEW || set->large == 0)) {
		set->spare = m->next;
		if (write_text(m->fd, ""))
			return m;
		memory_free(m);
		return NULL;
	}
	if (set->large == 0)
		return memory_new(SLOTS_FEW);
	m = memory_new(set->large_slots);
	if (m)
		set->large--;
	return m;
}

void channel_give_back(struct channel_set *set, struct channel_memory *m)
{
	struct channel_memory **at = &set->spare;

	if (!m)
		return;
	while (m->slots <= SLOTS_FEW && *at && (*at)->slots > SLOTS_FEW)
		at = &(*at)->next;
	m->next = *at;
	*at = m;
}

void channel_set_free(struct channel_set *set)
{
	if (!set)
		return;
	while (set->spare) {
		struct channel_memory *m = set->spare;

		set->spare = m->next;
		memory_free(m);
	}
	free(set);
}

/* ---- the ends ---- */

static void next_slot(struct channel *c)
{
	c->slot = c->slot + 1 < c->slots ? c->slot + 1 : 0;
	c->at = 0;
	c->len = 0;
}

/** @return @p n: done; 0: the other end is gone; -1 with errno */
static ssize_t receive(int fd, void *value, size_t n)
{
	ssize_t got;

	do
		got = read(fd, value, n);
	while (got < 0 && errno == EINTR);
	if (got <= 0 || (size_t)got == n)
		return got;
	errno = EBADMSG;
	return -1;
}

/** Wait until the child has filled a slot. @return as channel_read() */
static ssize_t await_filled(struct channel *c)
{
	uint32_t len = 0;
	ssize_t got = receive(c->filled, &len, sizeof(len));

	c->ended = got == 0;
	if (got <= 0)
		return got;
	if (len == 0 || len > CHANNEL_SLOT) {
		errno = EBADMSG;
		return -1;
	}
	c->len = len;
	return got;
}

ssize_t channel_read(void *channel, void *bytes, size_t n)
{
	static const uint64_t one = 1;
	struct channel *c = channel;
	size_t left;
	ssize_t got;

	if (c->len == 0) {
		got = await_filled(c);
		if (got <= 0)
			return got;
	}
	left = c->len - c->at;
	got = pread(c->memory, bytes, n < left ? n : left,
		    offset_of(c->slot) + (off_t)c->at);
	if (got <= 0)
		return got;
	c->at += (size_t)got;
	if (c->at == c->len) {
		if (write(c->emptied, &one, sizeof(one)) < 0)
			return -1;
		next_slot(c);
	}
	return got;
}

static bool fill(const struct channel *c, const uint8_t *bytes, size_t n)
{
	off_t at = offset_of(c->slot);

	while (n > 0) {
		ssize_t put = pwrite(c->memory, bytes, n, at);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		bytes += put;
		at += put;
		n -= (size_t)put;
	}
	return true;
}

bool channel_write(struct channel *c, const void *bytes, size_t n)
{
	uint32_t len = (uint32_t)n;
	uint64_t one;

	if (n == 0)
		return true;
	if (receive(c->emptied, &one, sizeof(one)) <= 0 || !fill(c, bytes, n) ||
	    write(c->filled, &len, sizeof(len)) < 0)
		return false;
	next_slot(c);
	return true;
}
