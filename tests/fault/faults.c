/*
 * Lets one call fail: linked into a copy of the program with the linker's --wrap, so
 * that a test can try each of them.
 *
 *     STATLINE_FAULT=alloc:17   the 17th allocation finds no memory
 *     STATLINE_FAULT=io:5       the 5th call to the file layer fails
 *     STATLINE_FAULT_COUNT=FILE how many calls of each kind there were is written there
 *
 * Also those that stdio, jansson and SQLite make on our behalf: streams on descriptors
 * are made here, jansson calls the malloc of base/json_read.c, and SQLite is given that
 * and our calls.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* By the linker; the names are its own. */
int __real_main(int argc, char **argv);
int __wrap_main(int argc, char **argv);
void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
char *__real_strdup(const char *text);
int __real_posix_memalign(void **out, size_t align, size_t size);
ssize_t __real_read(int fd, void *buffer, size_t size);
ssize_t __real_write(int fd, const void *bytes, size_t size);
int __real_open(const char *path, int flags, ...);
int __real_mkstemp(char *path);
int __real_fsync(int fd);
int __real_fchmod(int fd, mode_t mode);
int __real_fstat(int fd, struct stat *st);
int __real_rename(const char *from, const char *to);
int __real_pipe2(int ends[2], int flags);
pid_t __real_fork(void);
FILE *__real_fdopen(int fd, const char *mode);
FILE *__real_fopen(const char *path, const char *mode);
int __real_fileno(FILE *f);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);
char *__wrap_strdup(const char *text);
int __wrap_posix_memalign(void **out, size_t align, size_t size);
ssize_t __wrap_read(int fd, void *buffer, size_t size);
ssize_t __wrap_write(int fd, const void *bytes, size_t size);
int __wrap_open(const char *path, int flags, ...);
int __wrap_mkstemp(char *path);
int __wrap_fsync(int fd);
int __wrap_fchmod(int fd, mode_t mode);
int __wrap_fstat(int fd, struct stat *st);
int __wrap_rename(const char *from, const char *to);
int __wrap_pipe2(int ends[2], int flags);
pid_t __wrap_fork(void);
FILE *__wrap_fdopen(int fd, const char *mode);
FILE *__wrap_fopen(const char *path, const char *mode);
int __wrap_fileno(FILE *f);

enum { ALLOC, IO, KINDS };

/* Before main() there is nothing of ours to fail. */
static bool begun;
static unsigned long calls[KINDS];
static unsigned long fails_at[KINDS]; /* 0: none */

static bool fails(int kind, int error)
{
	if (!begun || ++calls[kind] != fails_at[kind])
		return false;
	errno = error;
	return true;
}

static void say_counts(void)
{
	const char *path = getenv("STATLINE_FAULT_COUNT");
	FILE *f = path ? __real_fopen(path, "w") : NULL;

	if (!f)
		return;
	(void)fprintf(f, "%lu %lu\n", calls[ALLOC], calls[IO]);
	(void)fclose(f);
}

/* ---- SQLite ---- */

static sqlite3_mem_methods sqlite_memory;

static void *sqlite_malloc(int size)
{
	return fails(ALLOC, ENOMEM) ? NULL : sqlite_memory.xMalloc(size);
}

static void *sqlite_realloc(void *p, int size)
{
	return fails(ALLOC, ENOMEM) ? NULL : sqlite_memory.xRealloc(p, size);
}

static ssize_t sqlite_pread(int fd, void *to, size_t n, off_t at)
{
	return fails(IO, EIO) ? -1 : pread(fd, to, n, at);
}

static ssize_t sqlite_pwrite(int fd, const void *from, size_t n, off_t at)
{
	return fails(IO, ENOSPC) ? -1 : pwrite(fd, from, n, at);
}

static int sqlite_ftruncate(int fd, off_t size)
{
	return fails(IO, EIO) ? -1 : ftruncate(fd, size);
}

static void begin_sqlite(void)
{
	static const struct {
		const char *name;
		sqlite3_syscall_ptr call;
	} calls_of[] = {
	    {"open", (sqlite3_syscall_ptr)__wrap_open},
	    {"read", (sqlite3_syscall_ptr)__wrap_read},
	    {"pread", (sqlite3_syscall_ptr)sqlite_pread},
	    {"pread64", (sqlite3_syscall_ptr)sqlite_pread},
	    {"write", (sqlite3_syscall_ptr)__wrap_write},
	    {"pwrite", (sqlite3_syscall_ptr)sqlite_pwrite},
	    {"pwrite64", (sqlite3_syscall_ptr)sqlite_pwrite},
	    {"ftruncate", (sqlite3_syscall_ptr)sqlite_ftruncate},
	};
	sqlite3_mem_methods failing;
	sqlite3_vfs *vfs;

	if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &sqlite_memory) != SQLITE_OK)
		return;
	failing = sqlite_memory;
	failing.xMalloc = sqlite_malloc;
	failing.xRealloc = sqlite_realloc;
	(void)sqlite3_config(SQLITE_CONFIG_MALLOC, &failing);
	vfs = sqlite3_vfs_find(NULL);
	for (size_t i = 0; vfs && i < sizeof(calls_of) / sizeof(calls_of[0]); i++)
		(void)vfs->xSetSystemCall(vfs, calls_of[i].name, calls_of[i].call);
}

static void begin(void)
{
	const char *fault = getenv("STATLINE_FAULT");

	if (fault && strncmp(fault, "alloc:", 6) == 0)
		fails_at[ALLOC] = strtoul(fault + 6, NULL, 10);
	if (fault && strncmp(fault, "io:", 3) == 0)
		fails_at[IO] = strtoul(fault + 3, NULL, 10);
	begin_sqlite();
	begun = true;
	(void)atexit(say_counts);
}

int __wrap_main(int argc, char **argv)
{
	begin();
	return __real_main(argc, argv);
}

/* ---- memory ---- */

void *__wrap_malloc(size_t size)
{
	return fails(ALLOC, ENOMEM) ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails(ALLOC, ENOMEM) ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
	return fails(ALLOC, ENOMEM) ? NULL : __real_realloc(p, size);
}

char *__wrap_strdup(const char *text)
{
	return fails(ALLOC, ENOMEM) ? NULL : __real_strdup(text);
}

int __wrap_posix_memalign(void **out, size_t align, size_t size)
{
	return fails(ALLOC, ENOMEM) ? ENOMEM : __real_posix_memalign(out, align, size);
}

/* ---- files ---- */

ssize_t __wrap_read(int fd, void *buffer, size_t size)
{
	return fails(IO, EIO) ? -1 : __real_read(fd, buffer, size);
}

ssize_t __wrap_write(int fd, const void *bytes, size_t size)
{
	return fails(IO, ENOSPC) ? -1 : __real_write(fd, bytes, size);
}

int __wrap_open(const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list ap;

	if (flags & O_CREAT) {
		va_start(ap, flags);
		mode = va_arg(ap, mode_t);
		va_end(ap);
	}
	return fails(IO, EMFILE) ? -1 : __real_open(path, flags, mode);
}

int __wrap_mkstemp(char *path)
{
	return fails(IO, EACCES) ? -1 : __real_mkstemp(path);
}

int __wrap_fsync(int fd)
{
	return fails(IO, EIO) ? -1 : __real_fsync(fd);
}

int __wrap_fchmod(int fd, mode_t mode)
{
	return fails(IO, EPERM) ? -1 : __real_fchmod(fd, mode);
}

int __wrap_fstat(int fd, struct stat *st)
{
	return fails(IO, EIO) ? -1 : __real_fstat(fd, st);
}

int __wrap_rename(const char *from, const char *to)
{
	return fails(IO, EXDEV) ? -1 : __real_rename(from, to);
}

int __wrap_pipe2(int ends[2], int flags)
{
	return fails(IO, EMFILE) ? -1 : __real_pipe2(ends, flags);
}

pid_t __wrap_fork(void)
{
	return fails(IO, EAGAIN) ? -1 : __real_fork();
}

/* ---- streams on descriptors: stdio's own writes cannot be wrapped ---- */

static int opened = -1; /* descriptor of the last stream: one is open at a time */

static ssize_t stream_write(void *cookie, const char *bytes, size_t size)
{
	return __wrap_write(*(int *)cookie, bytes, size);
}

static int stream_close(void *cookie)
{
	int fd = *(int *)cookie;

	free(cookie);
	if (close(fd) != 0)
		return -1;
	return fails(IO, EIO) ? -1 : 0;
}

FILE *__wrap_fdopen(int fd, const char *mode)
{
	static const cookie_io_functions_t functions = {.write = stream_write,
							.close = stream_close};
	int *cookie;
	FILE *f;

	if (!begun)
		return __real_fdopen(fd, mode);
	if (fails(IO, EMFILE))
		return NULL;
	cookie = __real_malloc(sizeof(*cookie));
	if (!cookie)
		return NULL;
	*cookie = fd;
	opened = fd;
	f = fopencookie(cookie, mode, functions);
	if (!f)
		free(cookie);
	return f;
}

static ssize_t stream_read(void *cookie, char *bytes, size_t size)
{
	return __wrap_read(*(int *)cookie, bytes, size);
}

/* Files that are read as a stream. */
FILE *__wrap_fopen(const char *path, const char *mode)
{
	static const cookie_io_functions_t functions = {.read = stream_read,
							.close = stream_close};
	int *cookie;
	FILE *f;

	if (!begun || mode[0] != 'r')
		return fails(IO, EMFILE) ? NULL : __real_fopen(path, mode);
	cookie = __real_malloc(sizeof(*cookie));
	if (!cookie)
		return NULL;
	*cookie = __wrap_open(path, O_RDONLY | O_CLOEXEC);
	f = *cookie >= 0 ? fopencookie(cookie, mode, functions) : NULL;
	if (!f)
		free(cookie);
	return f;
}

int __wrap_fileno(FILE *f)
{
	int fd = __real_fileno(f);

	return fd >= 0 ? fd : opened;
}
