#ifndef ENT_VTAB_SCAN_H
#define ENT_VTAB_SCAN_H

#include "vtab/entity.h"

/* Frees one that is closed; NULL is allowed. */
void ent_scan_free(struct ent_scan *scan);

/* The methods of a scan. */
int ent_scan_open(sqlite3_vtab *vtab, sqlite3_vtab_cursor **out);
int ent_scan_close(sqlite3_vtab_cursor *cursor);
int ent_scan_filter(sqlite3_vtab_cursor *cursor, int plan, const char *words,
                    int argc, sqlite3_value **argv);
int ent_scan_next(sqlite3_vtab_cursor *cursor);
int ent_scan_eof(sqlite3_vtab_cursor *cursor);
int ent_scan_column(sqlite3_vtab_cursor *cursor, sqlite3_context *context,
                    int column);
int ent_scan_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid);

/* Reads the open scans of a pool to their end: what is written from now on is
 * not to be seen by them, and they go on when the transaction ends.
 *
 *   table  of scans of this table on the server only; NULL: of all
 *
 * Costs nothing for a scan that sees none of it anyway.  Errors of a search;
 * the scan then fails when it is asked for more. */
ENT_CHECKED ent_status ent_scan_keep_all(ent_session *session,
                                         const ent_session_pool *pool,
                                         const char *table, ent_error *err);

/* What an open scan shows. */
typedef struct ent_scan_rows {
  uint64_t serial;            /* no other scan of the session has had it */
  const ent_row *const *rows; /* n, the current one first; those behind it will
                                 be shown next, or probably so */
  size_t n;
} ent_scan_rows;

/* Looks at an open scan; the next one of the session, or NULL. */
const struct ent_scan *ent_scan_look(const struct ent_scan *scan,
                                     ent_scan_rows *rows);

#endif
