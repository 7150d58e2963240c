#ifndef ENT_BACKENDS_MYSQL_CALL_H
#define ENT_BACKENDS_MYSQL_CALL_H

#include "backends/mysql/client.h"
#include "backends/mysql/wire.h"

/* How a call of libmariadb is waited for and given up: for client.c and wire.c
 * only.
 *
 * The library offers two ways to wait under our own eyes.  Calls come in halves,
 * ..._start and ..._cont, each on a stack of its own (ent_mysql_call_finish()).
 * And a whole call asks a function of ours to wait (ent_mysql_call_enter()),
 * which spares those stacks: a scanned row gains a twelfth of its time.  It does so
 * only without TLS, whose reads would not ask. */

/* A call under way: the library's pairs of ..._start and ..._cont, made one. */
typedef struct ent_mysql_call {
  int result;
  bool failed; /* as its own result says; set by `resume` */
  struct st_mysql *mysql;
  struct st_mysql_stmt *stmt;
  int (*resume)(struct ent_mysql_call *call, int events);
} ent_mysql_call;

enum {
  ENT_POSITION_SIZE = 128, /* bytes of a GTID, with its end */
  ENT_KILL_MS = 2000,      /* what ending a statement on the server may take */
};

struct ent_mysql_client {
  struct st_mysql *mysql;
  const ent_address *address;
  int socket; /* once connected */
  bool connected;
  bool lost;
  bool has_rows;  /* of a result, that are on their way here */
  bool gives_up;  /* a call under way: once is enough */
  bool is_unsure; /* a transaction may have ended since an answer told of it */
  bool asks_us;   /* whole calls wait by ent_mysql_call_wait() */
  char position[ENT_POSITION_SIZE]; /* of the last change */
  ent_mysql_call begun; /* an execution; its stmt is NULL if there is none */
  int begun_waits_for;
  ent_mysql_wire wire;
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

/* What a whole call of the library, in this thread, waits with. */
typedef struct ent_mysql_waiting {
  ent_mysql_client *client;
  const ent_deadline *deadline;
  struct ent_mysql_waiting *outer; /* that another connection waits with */
  ent_deadline soon; /* instead of `deadline`, once the call was given up */
  ent_status status; /* why it was; OK while it was not */
  ent_error why;
} ent_mysql_waiting;

/* The library's MARIADB_OPT_IO_WAIT: positive when the socket is ready, else the
 * call fails. */
int ent_mysql_call_wait(int socket, char is_read, int timeout);

/* Around a whole call of a client that asks_us.  ent_mysql_call_leave() answers
 * as ent_mysql_call_finish() does. */
void ent_mysql_call_enter(ent_mysql_waiting *waiting, ent_mysql_client *client,
                          const ent_deadline *deadline);
ENT_CHECKED ent_status ent_mysql_call_leave(ent_mysql_waiting *waiting,
                                            ent_mysql_call *call,
                                            ent_error *err);

/* The `resume` of a fetch, which is told from others. */
int ent_mysql_call_fetch(ent_mysql_call *call, int events);

/* Waits until the socket can be read or written: once, within the deadline and
 * the time that the address allows a silent server.  TIMEOUT, INTERRUPTED. */
ENT_CHECKED ent_status ent_mysql_call_await(ent_mysql_client *client,
                                            bool is_read,
                                            const ent_deadline *deadline,
                                            ent_error *err);

/* Tells the server by a second connection to end what it does for this one:
 * once a call.  False where that was done before or could not be done. */
bool ent_mysql_call_tell_to_end(ent_mysql_client *client);

/* Behind a call that was told to end and has ended: a KILL that came too late
 * would end the next statement, which is this one.  One round trip. */
bool ent_mysql_call_absorb_kill(ent_mysql_client *client);

/* What an error with this number means for the connection, and for the caller. */
ent_status ent_mysql_call_fail_with(ent_mysql_client *client, unsigned code,
                                    const char *text, ent_error *err);

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
