#include "config.h"

#include "base/privileges.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/** The user without any right of its own, everywhere. */
#define NOBODY "nobody"

static bool parse_number(const char *name, uid_t *out)
{
	char *end;
	unsigned long n;

	if (name[0] < '0' || name[0] > '9')
		return false;
	n = strtoul(name, &end, 10);
	*out = (uid_t)n;
	return *end == '\0' && n > 0 && n < (uid_t)-1;
}

enum sl_err privileges_find(const char *name, struct privileges_user *out,
			    struct errbuf *eb)
{
	const struct passwd *entry;

	*out = (struct privileges_user){.change = false};
	if (geteuid() != 0)
		return SL_OK;
	out->change = true;
	if (name && parse_number(name, &out->uid)) {
		entry = getpwuid(out->uid);
		out->gid = entry ? entry->pw_gid : out->uid;
		return SL_OK;
	}
	entry = getpwnam(name ? name : NOBODY);
	if (!entry)
		return errbuf_set(eb, SL_E_USAGE,
				  "-Z: there is no user `%s` to become: name one that "
				  "is there, or use --no-sandbox",
				  name ? name : NOBODY);
	out->uid = entry->pw_uid;
	out->gid = entry->pw_gid;
	return SL_OK;
}

static int clear_capabilities(void)
{
	struct __user_cap_header_struct header = {.version =
						      _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3];

	memset(none, 0, sizeof(none));
	return (int)syscall(SYS_capset, &header, none);
}

static enum sl_err failed(struct errbuf *eb, const char *what)
{
	return errbuf_set(eb, SL_E_SYSTEM, "rights cannot be given up: %s: %s", what,
			  strerror(errno));
}

enum sl_err privileges_drop(const struct privileges_user *user, struct errbuf *eb)
{
	if (user->change) {
		if (setgroups(0, NULL) != 0)
			return failed(eb, "setgroups");
		if (setresgid(user->gid, user->gid, user->gid) != 0)
			return failed(eb, "setresgid");
		if (setresuid(user->uid, user->uid, user->uid) != 0)
			return failed(eb, "setresuid");
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return failed(eb, "no_new_privs");
	/* Ambient ones go with the permitted. */
	if (clear_capabilities() != 0)
		return failed(eb, "capset");
	errno = EPERM;
	if (user->change && user->uid != 0 &&
	    (setresuid(0, 0, 0) == 0 || geteuid() != user->uid))
		return failed(eb, "the way back is open");
	return SL_OK;
}
