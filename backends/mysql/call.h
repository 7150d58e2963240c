#ifndef ENT_BACKENDS_MYSQL_CALL_H
#define ENT_BACKENDS_MYSQL_CALL_H

#include "backends/mysql/client.h"

/* How a call of libmariadb is waited for and given up: for client.c only. */

/* A call under way: the library's pairs of ..._start and ..._cont, made one. */
typedef struct ent_mysql_call {
  int result;
  bool failed; /* as its own result says; set by `resume` */
  struct st_mysql *mysql;
  struct st_mysql_stmt *stmt;
  int (*resume)(struct ent_mysql_call *call, int events);
} ent_mysql_call;

enum { ENT_POSITION_SIZE = 128 }; /* bytes of a GTID, with its end */

struct ent_mysql_client {
  struct st_mysql *mysql;
  const ent_address *address;
  bool connected;
  bool lost;
  bool has_rows;  /* of a result, that are on their way here */
  bool gives_up;  /* a call under way: once is enough */
  bool is_unsure; /* a transaction may have ended since an answer told of it */
  char position[ENT_POSITION_SIZE]; /* of the last change */
  ent_mysql_call begun; /* an execution; its stmt is NULL if there is none */
  int begun_waits_for;
};

/* Waits for the end of a call, the one place where a MySQL server is waited
 * for.
 *
 *   wait_for  what the library's ..._start has returned
 *
 * OK also for a call that the server refused: its result says so.  TIMEOUT and
 * INTERRUPTED for one that was given up. */
ENT_CHECKED ent_status ent_mysql_call_finish(ent_mysql_client *client,
                                             ent_mysql_call *call, int wait_for,
                                             const ent_deadline *deadline,
                                             ent_error *err);

/* The `resume` of a fetch, which is told from others. */
int ent_mysql_call_fetch(ent_mysql_call *call, int events);

/* The error that the library has noted on the connection. */
ent_status ent_mysql_call_fail(ent_mysql_client *client, ent_error *err);

/* The same on a statement.  A connection that breaks between two rows leaves
 * none there, only on the connection, and at times on neither: still never an
 * end. */
ent_status ent_mysql_call_fail_stmt(ent_mysql_client *client,
                                    struct st_mysql_stmt *stmt, ent_error *err);

/* SERVER_STATUS_... of the last answer. */
unsigned ent_mysql_call_status(const ent_mysql_client *client);

#endif
