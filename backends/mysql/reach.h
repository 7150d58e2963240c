#ifndef ENT_BACKENDS_MYSQL_REACH_H
#define ENT_BACKENDS_MYSQL_REACH_H

#include "backends/mysql/session.h"
#include "backends/reach.h"

/* Reads what the server does by itself, once a minute, and where it was
 * forgotten, for all sessions of the process that are in one database: four
 * round trips.
 *
 *   reach  lives until the session asks again, or ends
 *
 * Errors of ent_mysql_session_read(), with what was read in front. */
ENT_CHECKED ent_status ent_mysql_reach_read(ent_mysql_session *session,
                                            const ent_deadline *deadline,
                                            const ent_reach **reach,
                                            ent_error *err);

/* The number of what the session has, or 0 where it has none that it would not
 * read anew.  Asks nobody.
 *
 *   now_ms  of the clock of ent_now_ms(), as finely as you like */
uint64_t ent_mysql_reach_known(const ent_mysql_session *session,
                               int64_t now_ms);

/* All sessions of the process read it anew, whatever their database: this one
 * has run something that may have changed it. */
void ent_mysql_reach_forget(void);

/* How often that was: what was read of the server when it was less may be other
 * by now. */
uint64_t ent_mysql_reach_forgotten(void);

/* The same where a statement has called a routine that may have; of what the
 * routines do their texts tell, as far as they were read. */
void ent_mysql_reach_called(const ent_mysql_session *session, const char *sql);

/* Gives up what a session has of it. */
void ent_mysql_reach_done(ent_mysql_session *session);

#endif
