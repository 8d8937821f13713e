/**
 * @file
 * @brief Tells the service manager how we are: the protocol of sd_notify(3).
 */
#ifndef STATLINE_BASE_NOTIFY_H
#define STATLINE_BASE_NOTIFY_H

#include <stdbool.h>

/** Send @p state ("READY=1") to the socket that $NOTIFY_SOCKET names.
 *  @return whether it was sent; false also when nobody asked to be told */
bool notify_send(const char *state);

#endif
