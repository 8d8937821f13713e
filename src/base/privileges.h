/**
 * @file
 * @brief Gives rights up, for good.
 */
#ifndef STATLINE_BASE_PRIVILEGES_H
#define STATLINE_BASE_PRIVILEGES_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

/** Whom to become. */
struct privileges_user {
	uid_t uid;
	gid_t gid;
	bool change; /**< false: stay who we are */
};

/**
 * @brief Look a user up, while that is possible still.
 * @param name  of the user, or its number; NULL: "nobody"
 * @param out   `change` is false unless we are root
 * @retval SL_OK
 * @retval SL_E_USAGE  there is no such user; @p eb says so
 */
enum sl_err privileges_find(const char *name, struct privileges_user *out,
			    struct errbuf *eb);

/**
 * @brief Become that user, with no other group, no capability, and no way to get one
 *        (no_new_privs).
 * @retval SL_OK        and it has been tried that the way back is closed
 * @retval SL_E_SYSTEM  @p eb says what failed: do not go on
 */
enum sl_err privileges_drop(const struct privileges_user *user, struct errbuf *eb);

#endif
