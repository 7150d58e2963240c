#include "vtab/using.h"

#include <stdlib.h>
#include <string.h>

static bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_quote(char c) {
  return c == '\'' || c == '"' || c == '`';
}

bool ent_using_is_text(const char *argument) {
  while (is_space(*argument))
    argument++;
  return is_quote(*argument);
}

char *ent_using_unquote(const char *from, const char *end) {
  char quote = 0;
  char *text;
  char *to;

  while (from < end && is_space(*from))
    from++;
  while (end > from && is_space(end[-1]))
    end--;
  if (end - from >= 2 && from[0] == end[-1] && is_quote(from[0])) {
    quote = *from++;
    end--;
  }
  text = to = sqlite3_malloc64((sqlite3_uint64)(end - from) + 1);
  if (!text) return NULL;
  for (; from < end; from++) {
    *to++ = *from;
    if (quote && *from == quote && from[1] == quote) from++;
  }
  *to = '\0';
  return text;
}

/* `value` is taken over. */
static ent_status set_option(const char *name, char *value,
                             const ent_using_slot *slots, size_t n_slots,
                             const char *else_words, ent_error *err) {
  for (size_t i = 0; i < n_slots; i++) {
    if (strcmp(name, slots[i].name) != 0) continue;
    if (!*slots[i].value) {
      *slots[i].value = value;
      return ENT_OK;
    }
    sqlite3_free(value);
    return ent_fail(err, ENT_CONFIG, "'%s' is given twice", name);
  }
  sqlite3_free(value);
  return ent_fail(err, ENT_UNSUPPORTED, "'%s' %s", name, else_words);
}

ent_status ent_using_option(const char *argument, const ent_using_slot *slots,
                            size_t n_slots, const char *else_words,
                            ent_error *err) {
  const char *equals = strchr(argument, '=');
  char *name;
  char *value;
  ent_status status;

  if (!equals) {
    return ent_fail(err, ENT_CONFIG, "'%s' is neither a text nor name=value",
                    argument);
  }
  name = ent_using_unquote(argument, equals);
  value = ent_using_unquote(equals + 1, equals + strlen(equals));
  if (!name || !value) {
    sqlite3_free(name);
    sqlite3_free(value);
    return ent_fail_nomem(err);
  }
  status = set_option(name, value, slots, n_slots, else_words, err);
  sqlite3_free(name);
  return status;
}

/* A file may come from a stranger: the configuration it names is opened only
 * where the user has named it too. */
static ent_status open_named(ent_session *session, const char *config,
                             ent_error *err) {
  const char *named = getenv("ENTABLE_CONFIG");
  char *canonical = named ? ent_session_canonical(named) : NULL;
  bool is_named = canonical && strcmp(canonical, config) == 0;
  ent_opened *opened;

  sqlite3_free(canonical);
  if (ent_session_find(session, config)) return ENT_OK;
  if (is_named) return ent_session_add(session, config, &opened, err);
  return ent_fail(err, ENT_CONFIG,
                  "its configuration %s is not opened: SELECT "
                  "entable_open('%s') first, or name it in ENTABLE_CONFIG",
                  config, config);
}

ent_status ent_using_pool(ent_session *session, const char *config,
                          const char *name, ent_session_pool **pool,
                          ent_error *err) {
  ent_status status = config ? open_named(session, config, err) : ENT_OK;

  return status ? status
                : ent_session_find_pool(session, config, name, pool, err);
}

ent_status ent_using_declare(sqlite3 *db, char *sql, ent_error *err) {
  int rc = sql ? sqlite3_declare_vtab(db, sql) : SQLITE_NOMEM;

  sqlite3_free(sql);
  if (rc == SQLITE_NOMEM) return ent_fail_nomem(err);
  if (rc) return ent_fail(err, ENT_CONFIG, "%s", sqlite3_errmsg(db));
  return ENT_OK;
}
