#include "vtab/open.h"

#include "vtab/entity.h"
#include "vtab/report.h"
#include "vtab/tables.h"
#include "vtab/wanted.h"

#include <stdlib.h>
#include <string.h>

/* What SQLite needs in bytes to make tables, a table and a column of it: about
 * twice what was measured. */
enum {
  ENT_SQLITE_NEEDS = 192 << 10,
  ENT_SQLITE_TABLE = 2 << 10,
  ENT_SQLITE_COLUMN = 128,
};

static ent_status run(ent_session *session, const char *sql, ent_error *err) {
  int rc =
      sql ? sqlite3_exec(session->db, sql, NULL, NULL, NULL) : SQLITE_NOMEM;

  if (rc == SQLITE_OK) return ENT_OK;
  if (rc == SQLITE_NOMEM) return ent_fail_nomem(err);
  return ent_fail(err, rc == SQLITE_LOCKED ? ENT_BUSY : ENT_CONFIG, "%s",
                  sqlite3_errmsg(session->db));
}

/* Forgets what was opened inside a transaction that was rolled back: SQLite
 * has taken its tables back without a word. */
static ent_status notice_rollbacks(ent_session *session, ent_error *err) {
  ent_opened *next;

  for (ent_opened *opened = session->opened; opened; opened = next) {
    bool exists;
    ent_status status;

    next = opened->next;
    if (!opened->in_transaction || opened->n_tables == 0) continue;
    status = ent_table_exists(session, opened->schema, opened->tables[0],
                              &exists, err);
    if (status) return status;
    if (!exists) {
      ent_session_remove(session, opened);
    } else if (sqlite3_get_autocommit(session->db)) {
      opened->in_transaction = false;
    }
  }
  return ENT_OK;
}

/* A change of the schema under way: what an earlier opening made and what
 * this one makes.  Undone as long as it has not come to its end.  Undoing needs
 * memory, and so does SQLite: all of ours is taken before the first table is
 * dropped or made, so that whoever lacks memory has changed nothing yet. */
typedef struct opening {
  ent_session *session;
  ent_opened *old; /* detached while its successor is made; or NULL */
  ent_opened *opened;
  ent_target target;
  ent_wanted_list wanted;
  size_t n_dropped; /* of old->tables, from the first */
  size_t n_made;    /* of wanted.items, from the first; kept ones too */
  char *summary;
} opening;

static bool is_kept(const opening *o, const char *name) {
  if (sqlite3_stricmp(o->old->schema, o->target.schema) != 0) return false;
  for (size_t i = 0; i < o->wanted.n; i++) {
    if (sqlite3_stricmp(o->wanted.items[i].name, name) == 0) {
      return o->wanted.items[i].is_kept;
    }
  }
  return false;
}

/* The text that drops a table of an earlier opening; NULL for one that stays or
 * is gone. */
static ent_status drop_text(const opening *o, const char *name, char **text,
                            ent_error *err) {
  bool exists;
  ent_status status;

  if (is_kept(o, name)) return ENT_OK;
  status = ent_table_exists(o->session, o->old->schema, name, &exists, err);
  if (status || !exists) return status;
  *text = sqlite3_mprintf("DROP TABLE \"%w\".\"%w\"", o->old->schema, name);
  return *text ? ENT_OK : ent_fail_nomem(err);
}

static ent_status drop_by_texts(opening *o, char **texts, ent_error *err) {
  ent_status status = ENT_OK;

  for (size_t i = 0; !status && i < o->old->n_tables; i++) {
    status = drop_text(o, o->old->tables[i], &texts[i], err);
  }
  for (size_t i = 0; !status && i < o->old->n_tables; i++) {
    o->n_dropped = i + 1;
    if (!texts[i]) continue;
    status = run(o->session, texts[i], err);
    if (status) {
      ent_error_context(err, status, "drop %s.%s", o->old->schema,
                        o->old->tables[i]);
    }
  }
  return status;
}

/* Drops the tables of an earlier opening, but for those that stay. */
static ent_status drop_old(opening *o, ent_error *err) {
  size_t n = o->old ? o->old->n_tables : 0;
  char **texts;
  ent_status status;

  if (n == 0) return ENT_OK;
  texts = sqlite3_malloc64(n * sizeof(*texts));
  if (!texts) return ent_fail_nomem(err);
  for (size_t i = 0; i < n; i++)
    texts[i] = NULL;
  status = drop_by_texts(o, texts, err);
  for (size_t i = 0; i < n; i++)
    sqlite3_free(texts[i]);
  sqlite3_free(texts);
  return status;
}

static ent_status make_new(opening *o, ent_error *err) {
  ent_status status = ENT_OK;

  for (size_t i = 0; !status && i < o->wanted.n; i++) {
    o->n_made = i + 1;
    if (o->wanted.items[i].is_kept) continue;
    status = run(o->session, o->wanted.items[i].sql, err);
  }
  return status;
}

/* Makes the tables again that drop_old() has dropped. */
static void remake_old(opening *o) {
  for (size_t i = 0; o->old && i < o->n_dropped; i++) {
    bool exists;

    /* One that is there after all is not made twice: SQLite refuses. */
    if (!ent_table_exists(o->session, o->old->schema, o->old->tables[i],
                          &exists, NULL) &&
        exists) {
      continue;
    }
    if (run(o->session, o->old->statements[i], NULL)) {
      /* Nothing more can be done; the table is reported missing on use. */
    }
  }
}

/* Whether all that was made is gone again. */
static bool drop_new(const opening *o) {
  bool is_gone = true;

  for (size_t i = 0; i < o->n_made; i++) {
    const ent_wanted *made = &o->wanted.items[i];

    if (!made->is_kept && run(o->session, made->drop_sql, NULL)) {
      is_gone = false;
    }
  }
  return is_gone;
}

static void undo(opening *o) {
  /* What cannot be dropped, as where the program forbids it or SQLite itself
   * has lacked memory, stays the configuration's: the next opening takes it, or
   * entable_close() drops it. */
  if (!drop_new(o)) {
    ent_opened_free(o->old);
    return;
  }
  if (o->opened) ent_session_remove(o->session, o->opened);
  if (!o->old) return;
  ent_session_attach(o->session, o->old);
  remake_old(o);
}

/* What the tables shall say of their origin: those in a file name the
 * configuration, which must not hold a password then. */
static ent_status choose_config(opening *o, ent_error *err) {
  const char *schema = o->target.schema;
  const char *file = sqlite3_db_filename(o->session->db, schema);
  const ent_config *config = o->opened->config;

  if (!file || !file[0] || sqlite3_stricmp(schema, "temp") == 0) return ENT_OK;
  if (ent_address_is_mysql(o->opened->what) &&
      config->pools[0].address.password) {
    return ent_fail(err, ENT_CONFIG,
                    "an address with a password cannot be kept in a file; "
                    "write it into a configuration file, or open it in the "
                    "schema temp");
  }
  o->target.config = o->opened->what;
  return ENT_OK;
}

static ent_status read_catalogs(opening *o, ent_error *err) {
  for (ent_session_pool *p = o->opened->pools; p; p = p->next) {
    ent_status status;

    if (!p->config->import) continue;
    status = ent_session_read_catalog(o->session, p, NULL, p->config->is_wide,
                                      &p->catalog, err);
    if (status) return ent_error_context(err, status, "pool %s", p->name);
  }
  return ENT_OK;
}

/* Notes in the configuration what is made of it. */
static ent_status note_made(opening *o, ent_error *err) {
  ent_opened *opened = o->opened;

  opened->schema = sqlite3_mprintf("%s", o->target.schema);
  opened->prefix = sqlite3_mprintf("%s", o->target.prefix);
  opened->tables = sqlite3_malloc64((o->wanted.n + 1) * sizeof(char *));
  opened->statements = sqlite3_malloc64((o->wanted.n + 1) * sizeof(char *));
  if (!opened->schema || !opened->prefix || !opened->tables ||
      !opened->statements) {
    return ent_fail_nomem(err);
  }
  for (size_t i = 0; i < o->wanted.n; i++) {
    opened->tables[i] = sqlite3_mprintf("%s", o->wanted.items[i].name);
    opened->statements[i] = sqlite3_mprintf("%s", o->wanted.items[i].sql);
    opened->n_tables = i + 1;
    if (!opened->tables[i] || !opened->statements[i])
      return ent_fail_nomem(err);
  }
  opened->in_transaction = !sqlite3_get_autocommit(o->session->db);
  return ENT_OK;
}

static ent_status make_summary(opening *o, ent_error *err) {
  const ent_buf *left_out = &o->wanted.left_out;

  o->summary = sqlite3_mprintf(
      "%s: %llu table%s in %s%s%.*s", o->opened->config->path,
      (sqlite3_uint64)o->wanted.n, o->wanted.n == 1 ? "" : "s",
      o->target.schema, left_out->size ? "; left out: " : "",
      (int)left_out->size, left_out->size ? left_out->data : "");
  return o->summary ? ENT_OK : ent_fail_nomem(err);
}

/* What tables there shall be. */
static ent_status plan_tables(opening *o, const char *what, ent_error *err) {
  ent_status status = ent_session_add(o->session, what, &o->opened, err);

  if (!status) status = choose_config(o, err);
  if (!status) status = read_catalogs(o, err);
  if (!status) {
    status =
        ent_wanted_make(o->session, o->opened, &o->target, &o->wanted, err);
  }
  if (!status) {
    status = ent_wanted_check(o->session, &o->target, o->old, &o->wanted, err);
  }
  return status;
}

/* Whether SQLite will have the memory that it needs itself. */
static ent_status try_memory(const opening *o, ent_error *err) {
  sqlite3_uint64 size = 0;
  void *memory;

  for (size_t i = 0; i < o->wanted.n; i++) {
    if (o->wanted.items[i].is_kept) continue;
    size += ENT_SQLITE_TABLE +
            o->wanted.items[i].entity->n_columns * ENT_SQLITE_COLUMN;
  }
  if (size == 0) return ENT_OK;
  memory = sqlite3_malloc64(ENT_SQLITE_NEEDS + size);
  if (!memory) return ent_fail_nomem(err);
  sqlite3_free(memory);
  return ENT_OK;
}

/* Takes all the memory that the rest of the opening needs. */
static ent_status make_ready(opening *o, ent_error *err) {
  ent_status status = note_made(o, err);

  if (!status) status = make_summary(o, err);
  if (!status) status = try_memory(o, err);
  /* The last first: it is the first one made that is looked for first. */
  for (size_t i = o->wanted.n; !status && i-- > 0;) {
    const ent_wanted *wanted = &o->wanted.items[i];
    const ent_entity_words words = ent_wanted_words(wanted, &o->target);

    if (!wanted->is_kept && !wanted->query) {
      status = ent_entity_ready(o->session, &words, err);
    }
  }
  return status;
}

static ent_status carry_out(opening *o, const char *what, ent_error *err) {
  ent_status status = plan_tables(o, what, err);

  if (!status) status = make_ready(o, err);
  if (!status) status = drop_old(o, err);
  if (!status) status = make_new(o, err);
  ent_entity_drop_ready(o->session);
  return status;
}

static ent_status check_schema(ent_session *session, const char *schema,
                               ent_error *err) {
  if (sqlite3_stricmp(schema, "temp") == 0) return ENT_OK;
  if (sqlite3_db_filename(session->db, schema)) return ENT_OK;
  return ent_fail(err, ENT_CONFIG,
                  "there is no schema '%s'; temp, main or an attached "
                  "database can be used",
                  schema);
}

/* Has SQLite connect the tables of an earlier opening, as it must to drop them:
 * that needs their configuration, and memory. */
static ent_status connect_tables(ent_session *session, const ent_opened *opened,
                                 ent_error *err) {
  for (size_t i = 0; i < opened->n_tables; i++) {
    char *sql = sqlite3_mprintf("PRAGMA \"%w\".table_info(\"%w\")",
                                opened->schema, opened->tables[i]);
    sqlite3_stmt *stmt = NULL;
    int rc = sql ? sqlite3_prepare_v2(session->db, sql, -1, &stmt, NULL)
                 : SQLITE_NOMEM;

    sqlite3_finalize(stmt);
    sqlite3_free(sql);
    if (rc == SQLITE_NOMEM) return ent_fail_nomem(err);
    /* What else is wrong with it is told by DROP TABLE. */
  }
  return ENT_OK;
}

/* Finds what an earlier opening of the same made; NULL if there was none. */
static ent_status find_old(ent_session *session, const char *what,
                           ent_opened **old, ent_error *err) {
  char *canonical = ent_session_canonical(what);
  ent_status status =
      canonical ? notice_rollbacks(session, err) : ent_fail_nomem(err);

  if (!status) *old = ent_session_find(session, canonical);
  sqlite3_free(canonical);
  if (status || !*old) return status;
  return connect_tables(session, *old, err);
}

ent_status ent_open(ent_session *session, const char *what, const char *schema,
                    const char *prefix, char **summary, ent_error *err) {
  opening o = {.session = session, .target = {schema, prefix, NULL}};
  ent_status status = check_schema(session, schema, err);

  if (!status) status = find_old(session, what, &o.old, err);
  if (status) return status;
  if (o.old) ent_session_detach(session, o.old);
  status = carry_out(&o, what, err);
  if (status) {
    undo(&o);
    sqlite3_free(o.summary);
  } else {
    ent_opened_free(o.old);
    ent_error_clear(&session->bad_start);
    *summary = o.summary;
  }
  ent_wanted_done(&o.wanted);
  return status;
}

void ent_open_named(ent_session *session) {
  const char *what = getenv("ENTABLE_CONFIG");
  ent_status status;
  char *summary;

  if (!what || !what[0]) return;
  status = ent_open(session, what, "temp", "", &summary, &session->bad_start);
  ent_error_context(&session->bad_start, status, "ENTABLE_CONFIG");
  if (!status) sqlite3_free(summary);
}

/* The text of an argument, where it is given; a text that SQLite has no memory
 * for is none that was left out. */
static ent_status text_argument(int argc, sqlite3_value **argv, int i,
                                const char **text, ent_error *err) {
  const char *given;

  if (i >= argc || sqlite3_value_type(argv[i]) == SQLITE_NULL) return ENT_OK;
  given = (const char *)sqlite3_value_text(argv[i]);
  if (!given) return ent_fail_nomem(err);
  *text = given;
  return ENT_OK;
}

void ent_open_function(sqlite3_context *context, int argc,
                       sqlite3_value **argv) {
  ent_session *session = sqlite3_user_data(context);
  const char *what = NULL;
  const char *schema = "temp";
  const char *prefix = "";
  ent_error err = {.status = ENT_OK};
  char *summary = NULL;
  ent_status status = text_argument(argc, argv, 0, &what, &err);

  if (!status) status = text_argument(argc, argv, 1, &schema, &err);
  if (!status) status = text_argument(argc, argv, 2, &prefix, &err);
  if (!status && (argc > 3 || !what)) {
    status = ent_fail(&err, ENT_CONFIG,
                      "it takes a file or an address, then a schema and a "
                      "prefix if wanted");
  }
  if (!status) status = ent_open(session, what, schema, prefix, &summary, &err);
  if (!status) {
    sqlite3_result_text(context, summary, -1, sqlite3_free);
    return;
  }
  ent_error_context(&err, status, "entable_open()");
  ent_report_function(context, ENT_PHASE_READ, &err);
}

/* Tables that a file keeps stay there: they work again when their
 * configuration is opened again. */
static bool is_in_file(ent_session *session, const ent_opened *opened) {
  const char *file = opened->schema && sqlite3_stricmp(opened->schema, "temp")
                         ? sqlite3_db_filename(session->db, opened->schema)
                         : NULL;

  return file && file[0];
}

static ent_status close_one(ent_session *session, ent_opened *opened,
                            ent_error *err) {
  opening o = {.session = session, .old = opened};
  ent_status status = ENT_OK;

  o.target.schema = opened->schema;
  if (opened->schema && !is_in_file(session, opened)) {
    status = connect_tables(session, opened, err);
    if (!status) status = drop_old(&o, err);
  }
  if (status) {
    remake_old(&o);
    return status;
  }
  ent_session_remove(session, opened);
  return ENT_OK;
}

void ent_close_function(sqlite3_context *context, int argc,
                        sqlite3_value **argv) {
  ent_session *session = sqlite3_user_data(context);
  ent_error err = {.status = ENT_OK};
  ent_status status = notice_rollbacks(session, &err);
  int n = 0;

  (void)argc, (void)argv;
  while (!status && session->opened) {
    status = close_one(session, session->opened, &err);
    n += !status;
  }
  if (status) {
    ent_error_context(&err, status, "entable_close()");
    ent_report_function(context, ENT_PHASE_READ, &err);
    return;
  }
  sqlite3_result_int(context, n);
}
