#ifndef ENT_BACKENDS_MYSQL_CONNECTION_H
#define ENT_BACKENDS_MYSQL_CONNECTION_H

#include "backends/mysql/client.h"
#include "backends/mysql/statement.h"

#include <stdbool.h>
#include <stddef.h>

/* A connection as entable uses it: whatever the server's defaults are, its
 * session has the settings that answers depend on, and it remembers the
 * statements it has prepared. */
typedef struct ent_mysql_connection ent_mysql_connection;

struct ent_mysql_pool;

/* Connects and sets up the session.  Log-in and three round trips.  Errors as
 * ent_mysql_client_open(); `address` must outlive the connection.
 *
 *   pool  whose connection it is; remembered only */
ENT_CHECKED ent_status ent_mysql_connection_open(
    struct ent_mysql_pool *pool, const ent_address *address,
    const ent_deadline *deadline, ent_mysql_connection **connection,
    ent_error *err);

struct ent_mysql_pool *
ent_mysql_connection_pool(const ent_mysql_connection *connection);

/* ent_now_ms() as it was opened. */
int64_t ent_mysql_connection_born_ms(const ent_mysql_connection *connection);

/* Closes; a connection that came through fork() without disturbing the
 * parent's.  NULL is allowed. */
void ent_mysql_connection_close(ent_mysql_connection *connection);

/* False in a child of the process that opened it. */
bool ent_mysql_connection_ours(const ent_mysql_connection *connection);

/* False once it was lost or given up; as far as is known here. */
bool ent_mysql_connection_usable(const ent_mysql_connection *connection);

/* Whether it can take another statement: of this process, alive and quiet.  No
 * round trip. */
bool ent_mysql_connection_idle(const ent_mysql_connection *connection);

/* Notes that a user's own statements are run there, which may leave anything
 * behind: variables, locks, temporary tables. */
void ent_mysql_connection_soil(ent_mysql_connection *connection);

/* Frees an idle connection of what a user's statements have left behind; false
 * where it must be closed instead.  A round trip where it was soiled. */
bool ent_mysql_connection_clean(ent_mysql_connection *connection);

/* Sets the session up again that was cleaned: as many round trips as for a new
 * one.  Where that fails the connection must be closed.
 *
 *   tracks  it is asked to tell positions, where it does not yet */
ENT_CHECKED ent_status
ent_mysql_connection_renew(ent_mysql_connection *connection, bool tracks,
                           const ent_deadline *deadline);

/* Where in the server's log its last change is, as ent_mysql_client_position();
 * NULL where that is not known: lost, or not told by the server. */
const char *
ent_mysql_connection_position(const ent_mysql_connection *connection);

/* Makes a connection unusable that is in a state nobody else may meet: the
 * pool will close it. */
void ent_mysql_connection_spoil(ent_mysql_connection *connection);

/* The same, if a statement has left rows unread there. */
void ent_mysql_connection_drop_rows(ent_mysql_connection *connection);

ent_mysql_client *ent_mysql_connection_client(ent_mysql_connection *connection);

/* A prepared statement for this text, remembered since an earlier call or made
 * now (one round trip).  It belongs to the connection and is valid until the
 * next call of this function; its result must be read to its end by then. */
ENT_CHECKED ent_status ent_mysql_connection_statement(
    ent_mysql_connection *connection, const char *sql, size_t size,
    const ent_deadline *deadline, ent_mysql_statement **statement,
    ent_error *err);

/* The same for who asks with one text again and again.
 *
 *   hash  ent_mysql_sql_hash() of it */
ENT_CHECKED ent_status ent_mysql_connection_statement_by_hash(
    ent_mysql_connection *connection, const char *sql, size_t size,
    uint64_t hash, const ent_deadline *deadline,
    ent_mysql_statement **statement, ent_error *err);

/* The hash of a text of SQL that prepared statements are remembered by. */
uint64_t ent_mysql_sql_hash(const char *sql, size_t size);

#endif
