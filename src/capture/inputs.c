#include "config.h"

#include "capture/inputs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/limits.h"

struct file_key {
	dev_t device;
	ino_t inode;
	size_t source; /**< the first of that file */
};

/** What was found in a directory. */
struct findings {
	size_t files;
	size_t foreign;
	size_t sources;
};

/** Make room for one more in an array that doubles. @return false without memory */
static bool grow(void **array, size_t count, size_t *room, size_t item)
{
	size_t larger = *room ? 2 * *room : 8;
	void *p;

	if (count < *room)
		return true;
	p = realloc(*array, larger * item);
	if (!p)
		return false;
	*array = p;
	*room = larger;
	return true;
}

static enum sl_err no_memory(struct errbuf *eb)
{
	return errbuf_set(eb, SL_E_NOMEM, "out of memory");
}

enum sl_err inputs_note(struct inputs *in, const struct errbuf *note)
{
	struct errbuf *more =
	    realloc(in->notes, (in->note_count + 1) * sizeof(*in->notes));

	if (!more)
		return SL_E_NOMEM;
	in->notes = more;
	in->notes[in->note_count++] = *note;
	return SL_OK;
}

/** A source at the end of the list. @return NULL with @p e set */
static struct source *append(struct inputs *in, const char *name, enum sl_err *e,
			     struct errbuf *eb)
{
	struct source *s;

	if (in->count == LIMIT_INPUTS) {
		*e = errbuf_set(eb, SL_E_LIMIT, "more than %u input files",
				LIMIT_INPUTS);
		return NULL;
	}
	s = source_new(in->access, in->channels, name, in->count);
	if (!s || !grow((void **)&in->sources, in->count, &in->room,
			sizeof(struct source *))) {
		source_free(s);
		*e = no_memory(eb);
		return NULL;
	}
	in->sources[in->count++] = s;
	return s;
}

static void drop_last(struct inputs *in)
{
	source_free(in->sources[--in->count]);
}

/** Remember a regular file.
 *  @param first  receives the source that is the same file, or NULL
 *  @retval SL_OK, SL_E_NOMEM */
static enum sl_err remember(struct inputs *in, const struct stat *st,
			    const struct source **first)
{
	*first = NULL;
	for (size_t i = 0; i < in->key_count; i++) {
		const struct file_key *k = &in->keys[i];

		if (k->inode == st->st_ino && k->device == st->st_dev) {
			*first = in->sources[k->source];
			return SL_OK;
		}
	}
	if (!grow((void **)&in->keys, in->key_count, &in->key_room, sizeof(*in->keys)))
		return SL_E_NOMEM;
	in->keys[in->key_count++] = (struct file_key){
	    .device = st->st_dev, .inode = st->st_ino, .source = in->count - 1};
	return SL_OK;
}

/** Look at the first packet. @retval SL_OK also for what cannot be read */
static enum sl_err peek(struct source *s, bool only)
{
	enum sl_err e =
	    source_open(s, only ? LIMIT_READ_BLOCK : LIMIT_READ_BLOCK_SMALL);
	int got;

	if (e == SL_E_NOMEM)
		return e;
	if (e != SL_OK)
		return SL_OK;
	got = source_next(s);
	if (got < 0)
		return (enum sl_err)got;
	if (got == 0)
		return SL_OK;
	s->starts = s->next.time_ns;
	if (s->regular && !only)
		source_close(s);
	return SL_OK;
}

static enum sl_err add_file(struct inputs *in, const char *name, const struct stat *st,
			    bool only, struct errbuf *eb)
{
	enum sl_err e = SL_OK;
	struct source *s = append(in, name, &e, eb);
	const struct source *first = NULL;

	if (!s)
		return e;
	if (S_ISREG(st->st_mode) && remember(in, st, &first) != SL_OK)
		return no_memory(eb);
	if (first) {
		(void)source_say(s, SOURCE_UNREADABLE, SL_E_USAGE,
				 "is the same file as %.200s, which is read once",
				 first->name);
		s->done = true;
		return SL_OK;
	}
	return peek(s, only) == SL_OK ? SL_OK : no_memory(eb);
}

/** One file of a directory; what is not a capture leaves no source. */
static enum sl_err add_entry(struct inputs *in, const char *directory, const char *file,
			     struct findings *found, struct errbuf *eb)
{
	size_t len = strlen(directory);
	const char *slash = len > 0 && directory[len - 1] == '/' ? "" : "/";
	struct stat st;
	char *path;
	enum sl_err e = SL_OK;

	if (asprintf(&path, "%s%s%s", directory, slash, file) < 0)
		return no_memory(eb);
	/* Opening a fifo or a device would wait for somebody. */
	if (in->access->stat(in->access->ctx, path, &st) == 0 && S_ISREG(st.st_mode)) {
		found->files++;
		e = add_file(in, path, &st, false, eb);
		if (e == SL_OK && in->sources[in->count - 1]->foreign) {
			found->foreign++;
			if (in->key_count > 0 &&
			    in->keys[in->key_count - 1].source == in->count - 1)
				in->key_count--;
			drop_last(in);
		} else if (e == SL_OK) {
			found->sources++;
		}
	}
	free(path);
	return e;
}

/** Say what of a directory was not used. */
static enum sl_err conclude(struct inputs *in, const char *name,
			    const struct findings *found, struct errbuf *eb)
{
	enum sl_err e = SL_OK;
	struct errbuf note;
	struct source *s;

	if (found->sources == 0) {
		s = append(in, name, &e, eb);
		if (!s)
			return e;
		(void)source_say(s, SOURCE_UNREADABLE, SL_E_FORMAT,
				 "is a directory without captures (%zu other file%s; "
				 "sub-directories are not entered)",
				 found->files, found->files == 1 ? "" : "s");
		s->done = true;
		return SL_OK;
	}
	if (found->foreign == 0)
		return SL_OK;
	(void)errbuf_set(&note, SL_OK, "%.200s: %zu file%s in it %s and %s left out",
			 name, found->foreign, found->foreign == 1 ? "" : "s",
			 found->foreign == 1 ? "is not a capture" : "are not captures",
			 found->foreign == 1 ? "was" : "were");
	return inputs_note(in, &note) == SL_OK ? SL_OK : no_memory(eb);
}

/** Its files by name, so that a run can be repeated. */
static enum sl_err add_directory(struct inputs *in, const char *name, struct errbuf *eb)
{
	struct findings found = {0};
	char *names = NULL;
	const char *at;
	size_t count = 0;
	int error = in->access->list(in->access->ctx, name, &names, &count);
	enum sl_err e = SL_OK;

	if (error == -ENOMEM)
		return no_memory(eb);
	if (error != 0) {
		struct source *s = append(in, name, &e, eb);

		if (!s)
			return e;
		(void)source_say(s, SOURCE_UNREADABLE, SL_E_IO,
				 "is a directory that cannot be read: %s",
				 strerror(-error));
		s->done = true;
		return SL_OK;
	}
	at = names;
	for (size_t i = 0; i < count && e == SL_OK; i++) {
		e = add_entry(in, name, at, &found, eb);
		at += strlen(at) + 1;
	}
	free(names);
	return e == SL_OK ? conclude(in, name, &found, eb) : e;
}

enum sl_err inputs_add(struct inputs *in, const char *name, bool only,
		       struct errbuf *eb)
{
	struct stat st = {0};
	bool standard_input = strcmp(name, "-") == 0;

	if (!standard_input && in->access->stat(in->access->ctx, name, &st) == 0 &&
	    S_ISDIR(st.st_mode))
		return add_directory(in, name, eb);
	/* Standard input twice would share its bytes out at random. */
	for (size_t i = 0; standard_input && i < in->count; i++) {
		if (strcmp(in->sources[i]->name, "-") == 0) {
			enum sl_err e = SL_OK;
			struct source *s = append(in, name, &e, eb);

			if (!s)
				return e;
			(void)source_say(s, SOURCE_UNREADABLE, SL_E_USAGE,
					 "is named twice, and is read once");
			s->done = true;
			return SL_OK;
		}
	}
	/* A name that stat() knows nothing of fails in open(), with the same words. */
	return add_file(in, name, &st, only, eb);
}

void inputs_free(struct inputs *in)
{
	for (size_t i = 0; i < in->count; i++)
		source_free(in->sources[i]);
	free(in->sources);
	free(in->keys);
	free(in->notes);
	*in = (struct inputs){.access = in->access, .channels = in->channels};
}
