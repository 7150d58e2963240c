#ifndef ENT_BACKENDS_BASE_ERROR_H
#define ENT_BACKENDS_BASE_ERROR_H

#include <stddef.h>

/* What went wrong, as one value that every fallible function can fill.
 *
 * A function that can fail returns an ent_status and takes an ent_error as its
 * last parameter.  On ENT_OK and ENT_DONE the error is untouched.  On anything
 * else it says what failed in one line, and it needs no freeing: the text
 * lives inside the struct, so reporting a failure cannot itself fail.
 */

/* Every way to end, and what a person is told when there is nothing better. */
#define ENT_STATUS_MAP(XX)                                                     \
  XX(OK, "no error")                                                           \
  XX(DONE, "no more rows")                                                     \
  XX(NOMEM, "out of memory")                                                   \
  XX(CONFIG, "bad configuration")                                              \
  XX(UNAVAILABLE, "server unreachable")                                        \
  XX(ABORTED, "the transaction is gone")                                       \
  XX(INTERRUPTED, "interrupted")                                               \
  XX(TIMEOUT, "deadline passed")                                               \
  XX(BUSY, "locked by another transaction")                                    \
  XX(DUPLICATE, "unique constraint failed")                                    \
  XX(DUPLICATE_KEY, "primary key exists")                                      \
  XX(FOREIGN_KEY, "foreign key constraint failed")                             \
  XX(NOT_NULL, "value required")                                               \
  XX(CHECK, "check constraint failed")                                         \
  XX(MISMATCH, "value of the wrong type")                                      \
  XX(TOO_BIG, "value too large")                                               \
  XX(READ_ONLY, "cannot be written")                                           \
  XX(REJECTED, "refused by the server")                                        \
  XX(PROTOCOL, "reply not understood")                                         \
  XX(UNSUPPORTED, "not supported")

typedef enum ent_status {
#define XX(name, text) ENT_##name,
  ENT_STATUS_MAP(XX)
#undef XX
} ent_status;

enum { ENT_ERROR_TEXT = 512 };

/* In front of a prototype whose status no caller may drop. */
#define ENT_CHECKED __attribute__((warn_unused_result))

/* Before a function that is seldom called from one that always is: it stays
 * apart, and what it would make the caller save and check with it. */
#define ENT_COLD __attribute__((cold, noinline))

/* The number of elements of an array (not of a pointer). */
#define ENT_COUNT(array) (sizeof(array) / sizeof((array)[0]))

typedef struct ent_error {
  ent_status status;
  int native; /* the server's own code: MySQL errno, HTTP status; 0 if none */
  char text[ENT_ERROR_TEXT]; /* one line of UTF-8, cut with "..." if longer */
} ent_error;

/* Starts an error over.  A zeroed ent_error is already a cleared one. */
void ent_error_clear(ent_error *err);

/* Records a failure and returns `status`, so that a caller can write
 *
 *     return ent_fail(err, ENT_CONFIG, "columns: '%s' is no number", text);
 *
 * The first failure stays: a later one, met while cleaning up, is dropped.
 * `err` may be NULL when the caller does not want the words.
 */
ent_status ent_fail(ent_error *err, ent_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Records ENT_NOMEM with its usual words and returns it. */
ent_status ent_fail_nomem(ent_error *err);

/* Puts what was being done in front of a recorded failure, "context: text",
 * and returns `status`, that of the failure.  ENT_OK and ENT_DONE are none, and
 * leave the error alone.  `err` may be NULL.
 */
ent_status ent_error_context(ent_error *err, ent_status status,
                             const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#ifdef __clang_analyzer__
/* What the static analyzer cannot see from here: the status is returned. */
/* NOLINTBEGIN(readability-identifier-naming) */
#  define ent_fail(err, status, ...)                                           \
    (ent_fail(err, status, __VA_ARGS__), (status))
#  define ent_fail_nomem(err) (ent_fail_nomem(err), ENT_NOMEM)
#  define ent_error_context(err, status, ...)                                  \
    (ent_error_context(err, status, __VA_ARGS__), (status))
/* NOLINTEND(readability-identifier-naming) */
#endif

/* The name of a status ("CONFIG"), for traces and tests. */
const char *ent_status_name(ent_status status);

/* The words of ENT_STATUS_MAP for a status. */
const char *ent_status_text(ent_status status);

#endif
