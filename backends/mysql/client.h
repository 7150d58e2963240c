#ifndef ENT_BACKENDS_MYSQL_CLIENT_H
#define ENT_BACKENDS_MYSQL_CLIENT_H

#include "backends/base/address.h"
#include "backends/base/deadline.h"
#include "backends/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One connection over libmariadb, whose calls never wait out of our sight.
 *
 * Every call takes a deadline and can be interrupted.  A call that was given up
 * has been ended on the server too (KILL QUERY over a second connection).  Where
 * the server says so at once the connection goes on, and the transaction it has;
 * else it is lost: a late answer must not meet another question.
 * client.c, call.c and wire.c are the only files that use what other MySQL client
 * libraries lack. */
typedef struct ent_mysql_client ent_mysql_client;

struct st_mysql;
struct st_mysql_field;
struct st_mysql_stmt; /* MYSQL_STMT; mysql.h stays out of our headers */

/* Connects; the text protocol's charset is utf8mb4 afterwards.
 *
 *   address  must live as long as the client
 *
 * One connection and log-in: two or three round trips, within the deadline and
 * the address's own time-out.  UNAVAILABLE with the server's or the system's
 * words, also when the log-in is refused.  Looking up a host name cannot be
 * interrupted. */
ENT_CHECKED ent_status ent_mysql_client_open(const ent_address *address,
                                             const ent_deadline *deadline,
                                             ent_mysql_client **client,
                                             ent_error *err);

/* Closes politely where the connection is usable; never waits for an answer.
 * NULL is allowed. */
void ent_mysql_client_close(ent_mysql_client *client);

/* Closes only this process's copy of the socket: for a client that came
 * through fork() and belongs to the parent. */
void ent_mysql_client_abandon(ent_mysql_client *client);

/* Shuts the socket at once: for a connection with rows unread, or in a state
 * that nobody else may meet.  It is lost then. */
void ent_mysql_client_cut(ent_mysql_client *client);

/* The same, if there are rows unread: after a statement that has failed on the
 * server there are none. */
void ent_mysql_client_drop_rows(ent_mysql_client *client);

/* False once the connection was lost or given up, and while an execution is
 * begun. */
bool ent_mysql_client_usable(const ent_mysql_client *client);

/* Whether nothing that was asked of it is still to come, as far as is known
 * here. */
bool ent_mysql_client_is_quiet(const ent_mysql_client *client);

/* Whether a connection between two calls is alive and quiet: one that the
 * server has closed meanwhile has something to read.  No round trip. */
bool ent_mysql_client_idle(const ent_mysql_client *client);

/* The server's version text; lives as long as the client. */
const char *ent_mysql_client_version(const ent_mysql_client *client);

/* Ends whatever the session has of its own: variables, locks, temporary tables,
 * prepared statements.  One round trip; REJECTED by servers that cannot. */
ENT_CHECKED ent_status ent_mysql_client_reset(ent_mysql_client *client,
                                              const ent_deadline *deadline,
                                              ent_error *err);

/* Back to the charset and the database that it was opened with.  Two round
 * trips. */
ENT_CHECKED ent_status ent_mysql_client_return_home(
    ent_mysql_client *client, const ent_deadline *deadline, ent_error *err);

/* Runs a statement that returns no rows.  One round trip. */
ENT_CHECKED ent_status ent_mysql_client_exec(ent_mysql_client *client,
                                             const char *sql,
                                             const ent_deadline *deadline,
                                             ent_error *err);

/* Runs a statement by the text protocol, for those that cannot be prepared, and
 * reads all its rows: for few small ones.  `take` is called for each with its
 * values, NULL for NULL, which live until it returns; what it returns ends the
 * reading, unless it is OK.  One round trip. */
ENT_CHECKED ent_status ent_mysql_client_read(
    ent_mysql_client *client, const char *sql, const ent_deadline *deadline,
    ent_status (*take)(void *context, const char *const *values,
                       const unsigned long *sizes, unsigned n, ent_error *err),
    void *context, ent_error *err);

/* A statement handle of this connection; NULL if there is no memory. */
struct st_mysql_stmt *ent_mysql_client_new_stmt(ent_mysql_client *client);

/* mysql_stmt_prepare(): one round trip. */
ENT_CHECKED ent_status ent_mysql_client_prepare(ent_mysql_client *client,
                                                struct st_mysql_stmt *stmt,
                                                const char *sql, size_t size,
                                                const ent_deadline *deadline,
                                                ent_error *err);

/* mysql_stmt_execute() in two halves: the first sends the request and returns,
 * the second waits for the head of the result.  Between them the connection
 * can do nothing else.  Together one round trip; what the first half met is
 * told by the second. */
void ent_mysql_client_execute_begin(ent_mysql_client *client,
                                    struct st_mysql_stmt *stmt);
ENT_CHECKED ent_status ent_mysql_client_execute_end(
    ent_mysql_client *client, const ent_deadline *deadline, ent_error *err);

/* Both halves at once, in less time. */
ENT_CHECKED ent_status ent_mysql_client_execute(ent_mysql_client *client,
                                                struct st_mysql_stmt *stmt,
                                                const ent_deadline *deadline,
                                                ent_error *err);

/* mysql_stmt_fetch(): ENT_DONE behind the last row.  No round trip while rows
 * are on their way.  A bound buffer that is too short is no error: the length
 * tells. */
ENT_CHECKED ent_status ent_mysql_client_fetch(ent_mysql_client *client,
                                              struct st_mysql_stmt *stmt,
                                              const ent_deadline *deadline,
                                              ent_error *err);

/* Moves on to the next result of a statement that gives several; ENT_DONE
 * behind the last one.  The present one must have been read to its end. */
ENT_CHECKED ent_status ent_mysql_client_next_result(
    ent_mysql_client *client, struct st_mysql_stmt *stmt,
    const ent_deadline *deadline, ent_error *err);

/* Rows changed by the last ent_mysql_client_exec(). */
uint64_t ent_mysql_client_affected(const ent_mysql_client *client);

/* From now on the server tells with its answer at which position of its log (a
 * GTID of MariaDB) a change ended.  One round trip; REJECTED by servers that
 * keep no log or cannot. */
ENT_CHECKED ent_status ent_mysql_client_track(ent_mysql_client *client,
                                              const ent_deadline *deadline,
                                              ent_error *err);

/* The position of the last change, empty before there was one; lives until the
 * client changes anything. */
const char *ent_mysql_client_position(const ent_mysql_client *client);

/* Whether the server says that a transaction is open, as of its last answer. */
bool ent_mysql_client_in_transaction(const ent_mysql_client *client);

/* Whether that may be otherwise by now.  An error does not tell it; and a node
 * of Galera that ends the transaction while it prepares a query may have sent
 * its answer before, and forgets the error. */
bool ent_mysql_client_is_unsure(const ent_mysql_client *client);

/* Whether the server takes many rows of values for one execution. */
bool ent_mysql_client_has_arrays(const ent_mysql_client *client);

/* From the next execution on a statement's binds are arrays of n_rows values;
 * 0: they are single values again. */
void ent_mysql_client_set_rows(struct st_mysql_stmt *stmt, unsigned n_rows);

/* Gives a parameter that is bound already other bytes of the same type, which
 * the server is not told again then: mysql_stmt_bind_param() for a single one.
 *
 *   bytes  stay where they are until the execution has been sent */
void ent_mysql_client_point_param(struct st_mysql_stmt *stmt, size_t i,
                                  const char *bytes, size_t size);

/* From the next fetch on, `take` is called for every column of a row, where its
 * value stands in the packet, and moves `*at` behind it; NULL for NULL.  Nothing
 * else keeps the row then. */
void ent_mysql_client_on_column(struct st_mysql_stmt *stmt,
                                void (*take)(void *context, unsigned column,
                                             unsigned char **at),
                                void *context);

/* The columns of the present result; they live until the next execution. */
const struct st_mysql_field *
ent_mysql_client_fields(struct st_mysql_stmt *stmt);

/* The server's number of a prepared statement. */
uint32_t ent_mysql_client_stmt_id(const struct st_mysql_stmt *stmt);

/* Frees a handle whose result was read to its end or has a cursor. */
void ent_mysql_client_close_stmt(struct st_mysql_stmt *stmt);

#endif
