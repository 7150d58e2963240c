#ifndef ENT_BACKENDS_MYSQL_KEYSCAN_H
#define ENT_BACKENDS_MYSQL_KEYSCAN_H

#include "backends/mysql/rowlist.h"
#include "backends/mysql/snapshot.h"
#include "backends/mysql/sqltext.h"

/* A search read by its integer key in a consistent snapshot:
 *
 *     SELECT … WHERE … AND id > ? ORDER BY id LIMIT ?
 *
 * The next page is asked for as soon as one has been read, so that the server
 * works while the caller looks at its rows.  Pages are small enough for the
 * sockets between the two to hold one, and grow where a page had to be waited
 * for: on a long way a few large ones cost less. */
typedef struct ent_key_scan ent_key_scan;

enum { ENT_PAGE_BYTES = 4 << 20, ENT_PAGE_ROWS = 65536 };

/* Begins a scan at the first key.
 *
 *   key_slot  where the key stands among the query's columns
 *
 * `query` and `where` must outlive it.  Errors of ent_mysql_snapshot_join(). */
ENT_CHECKED ent_status ent_key_scan_open(ent_mysql_session *session,
                                         const ent_query *query,
                                         const ent_sql_where *where,
                                         unsigned key_slot,
                                         const ent_deadline *deadline,
                                         ent_key_scan **scan, ent_error *err);

/* Reads the next page into `page`; `is_last` tells that none follows.  One
 * round trip, begun during the page before. */
ENT_CHECKED ent_status ent_key_scan_next(ent_key_scan *scan,
                                         const ent_deadline *deadline,
                                         ent_row_list *page, bool *is_last,
                                         ent_error *err);

/* Whether its snapshot is not a transaction's. */
bool ent_key_scan_is_apart(const ent_key_scan *scan);

/* Ends the scan, read to its end or not.  A page that is on its way is read
 * and dropped, or, where it does not come at once, stopped on the server.  NULL
 * is allowed. */
void ent_key_scan_close(ent_key_scan *scan);

#endif
