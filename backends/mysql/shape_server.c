#include "backends/mysql/shape.h"

#include "backends/base/row.h"
#include "backends/mysql/shape_read.h"

#include <string.h>

enum { ENT_NO_SUCH_FUNCTION = 1305 };

/* What a server is asked.  MariaDB is known by telling which table a CHECK is
 * of: about as long as it does that, it has kept defaults as SQL and a json as
 * a text with a CHECK. */
#define SELECT_SETTINGS                                                        \
  "SELECT DATABASE(), VERSION(), @@lower_case_table_names,"                    \
  " @@explicit_defaults_for_timestamp,"                                        \
  " EXISTS(SELECT 1 FROM information_schema.columns"                           \
  " WHERE table_schema = 'information_schema'"                                 \
  " AND table_name = 'CHECK_CONSTRAINTS' AND column_name = 'TABLE_NAME')"
#define SELECT_CHARSETS                                                        \
  "SELECT character_set_name, default_collate_name, maxlen"                    \
  " FROM information_schema.character_sets"
#define SELECT_JSON "SELECT JSON_VALID('1')"

static ent_status take_settings(void *context, const ent_row *row,
                                ent_error *err) {
  ent_shape_reading *r = context;
  ent_server *server = r->context;
  ent_status status = ent_shape_take_text(r, row, 0, &server->database, err);

  if (!status) status = ent_shape_take_text(r, row, 1, &server->version, err);
  server->folds_names = ent_shape_number(row, 2) != 0;
  server->invents_timestamps = ent_shape_number(row, 3) == 0;
  server->quotes_defaults = ent_shape_number(row, 4) != 0;
  server->has_table_checks = server->quotes_defaults;
  return status;
}

static ent_status take_charset(void *context, const ent_row *row,
                               ent_error *err) {
  ent_shape_reading *r = context;
  ent_server *server = r->context;
  ent_server_charset *charset;
  ent_status status;

  server->charsets = ent_shape_grow(r->arena, server->charsets,
                                    server->n_charsets, sizeof(*charset));
  if (!server->charsets) return ent_fail_nomem(err);
  charset = &server->charsets[server->n_charsets];
  status = ent_shape_take_text(r, row, 0, &charset->name, err);
  if (!status)
    status = ent_shape_take_text(r, row, 1, &charset->collation, err);
  charset->max_bytes = (unsigned)ent_shape_number(row, 2);
  if (!status) server->n_charsets++;
  return status;
}

static ent_status take_nothing(void *context, const ent_row *row,
                               ent_error *err) {
  (void)context;
  (void)row;
  (void)err;
  return ENT_OK;
}

static ent_status ask_json(ent_shape_reading *r, ent_server *server,
                           ent_error *err) {
  ent_error refused = {.status = ENT_OK};
  ent_status status = ent_shape_query(r, SELECT_JSON, take_nothing, &refused);

  if (status && refused.native != ENT_NO_SUCH_FUNCTION) {
    if (err && err->status == ENT_OK) *err = refused;
    return status;
  }
  server->json = server->has_table_checks ? ENT_JSON_TEXT : ENT_JSON_TYPE;
  if (status) server->json = ENT_JSON_NONE;
  return ENT_OK;
}

static ent_status ask(ent_shape_reading *r, ent_error *err) {
  ent_server *server = r->context;
  ent_status status;

  *server = (ent_server){.json = ENT_JSON_NONE};
  status = ent_shape_query(r, SELECT_SETTINGS, take_settings, err);
  if (!status) status = ent_shape_query(r, SELECT_CHARSETS, take_charset, err);
  return status ? status : ask_json(r, server, err);
}

ent_status ent_server_ask(ent_mysql_session *session, ent_arena *arena,
                          const ent_deadline *deadline, ent_server *server,
                          ent_error *err) {
  ent_server asked = {.database = NULL};
  ent_shape_reading reading = {.arena = arena, .context = &asked};
  ent_status status = ent_shape_read_all(session, &reading, ask, deadline, err);

  if (status) {
    return ent_error_context(err, status, "mysql: ask what the server can");
  }
  if (!asked.database) {
    return ent_fail(err, ENT_REJECTED, "mysql: no database is selected");
  }
  *server = asked;
  return ENT_OK;
}
