#ifndef ENT_BACKENDS_MYSQL_KEYSCAN_H
#define ENT_BACKENDS_MYSQL_KEYSCAN_H

#include "backends/mysql/keyorder.h"
#include "backends/mysql/rowlist.h"
#include "backends/mysql/snapshot.h"
#include "backends/mysql/sqltext.h"

/* A search read by its table's key in a consistent snapshot:
 *
 *     SELECT … WHERE … AND id > ? ORDER BY id LIMIT ?
 *
 * The rows of a request are given out in small pages as they come, so that the
 * server makes the next ones while the caller looks at these; the next request
 * is sent with the last rows of the one before, unless the query only counts.
 * Requests grow to 1 MiB of rows, on a long way to 4 MiB. */
typedef struct ent_key_scan ent_key_scan;

enum { ENT_PAGE_BYTES = 4 << 20, ENT_PAGE_ROWS = 65536 };

/* Begins a scan at the first key.
 *
 * `query` and `where` must outlive it; `order` is copied.  Errors of ent_mysql_snapshot_join(). */
ENT_CHECKED ent_status ent_key_scan_open(ent_mysql_session *session,
                                         const ent_query *query,
                                         const ent_sql_where *where,
                                         const ent_key_order *order,
                                         const ent_deadline *deadline,
                                         ent_key_scan **scan, ent_error *err);

/* Reads the next rows into `page`; `is_last` tells that none follow.  Behind the
 * last row of a request there may be an empty page. */
ENT_CHECKED ent_status ent_key_scan_next(ent_key_scan *scan,
                                         const ent_deadline *deadline,
                                         ent_row_list *page, bool *is_last,
                                         ent_error *err);

/* How many rows the search has in all, read or not.  One round trip. */
ENT_CHECKED ent_status ent_key_scan_count(ent_key_scan *scan,
                                          const ent_deadline *deadline,
                                          uint64_t *n, ent_error *err);

/* Whether its snapshot is not a transaction's. */
bool ent_key_scan_is_apart(const ent_key_scan *scan);

/* Ends the scan, read to its end or not.  What is on its way is read and
 * dropped, or, where it does not come at once, stopped on the server.  NULL
 * is allowed. */
void ent_key_scan_close(ent_key_scan *scan);

#endif
