/**
 * @file
 * @brief Whether freed blocks may be kept for their next use.
 *
 * Not where AddressSanitizer is to see what is used after it was freed: gcc says so by
 * a macro, clang by a feature.
 */
#ifndef STATLINE_BASE_SANITIZE_H
#define STATLINE_BASE_SANITIZE_H

#if defined(__SANITIZE_ADDRESS__)
#define KEEP_FREED 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define KEEP_FREED 0
#endif
#endif
#ifndef KEEP_FREED
#define KEEP_FREED 1
#endif

#endif
