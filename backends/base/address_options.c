#include "backends/base/address_words.h"

#include <limits.h>
#include <stddef.h>

enum { ENT_OPTION_MAX = 40 };

static const char known_options[] =
    "limit_connections, connect_timeout_ms, read_timeout_ms, "
    "write_timeout_ms, idle_timeout_ms, max_lifetime_ms, tls, tls_ca, "
    "tls_cert, tls_key, option_file, option_group, pool, socket";

/* What an address may say behind its '?'. */
typedef struct address_option {
  const char *name;
  ent_status (*take)(ent_address_reader *r, const struct address_option *which,
                     ent_span value);
  size_t at; /* of the member it sets */
  int low;   /* of a number */
  int high;  /* the same */
} address_option;

static ent_status take_number(ent_address_reader *r,
                              const address_option *which, ent_span value) {
  int *number = (int *)((char *)&r->address + which->at);

  if (ent_address_number(value, which->low, which->high, number)) {
    return ENT_OK;
  }
  return ent_fail(r->err, ENT_CONFIG,
                  "option '%s' must be a number%s from %d to %d", which->name,
                  which->high == INT_MAX ? " of milliseconds" : "", which->low,
                  which->high);
}

static ent_status take_path(ent_address_reader *r, const address_option *which,
                            ent_span value) {
  const char **path = (const char **)(void *)((char *)&r->address + which->at);

  return ent_address_path(r, value, which->name, path);
}

/* The words of this and of the driver whose addresses are taken as well. */
static ent_status take_tls(ent_address_reader *r, const address_option *which,
                           ent_span value) {
  static const struct {
    const char *word;
    ent_tls tls;
  } words[] = {
      {"off", ENT_TLS_OFF},         {"false", ENT_TLS_OFF},
      {"required", ENT_TLS_ANYONE}, {"skip-verify", ENT_TLS_ANYONE},
      {"verify", ENT_TLS_VERIFIED}, {"true", ENT_TLS_VERIFIED},
  };

  for (size_t i = 0; i < ENT_COUNT(words); i++) {
    if (!ent_span_is(value, words[i].word)) continue;
    r->address.tls = words[i].tls;
    r->address.tls_is_given = true;
    return ENT_OK;
  }
  return ent_fail(r->err, ENT_CONFIG,
                  "option '%s' must be off, required (encrypted, whoever "
                  "answers) or verify (the server's certificate is checked)",
                  which->name);
}

static ent_status take_pool(ent_address_reader *r, const address_option *which,
                            ent_span value) {
  ent_status status = ent_address_decode(r, value, &r->address.pool);

  if (status) return status;
  if (!ent_address_is_pool_name(r->address.pool)) {
    return ent_fail(r->err, ENT_CONFIG,
                    "option '%s' must be a name of letters, digits and '_'",
                    which->name);
  }
  return ENT_OK;
}

static ent_status take_socket(ent_address_reader *r,
                              const address_option *which, ent_span value) {
  if (!r->is_url) {
    return ent_fail(r->err, ENT_CONFIG,
                    "option '%s' belongs to the form mysql://...; here write "
                    "user@unix(/path)/database",
                    which->name);
  }
  return ent_address_path(r, value, which->name, &r->address.socket);
}

static ent_status take_group(ent_address_reader *r, const address_option *which,
                             ent_span value) {
  return ent_address_shown(r, value, which->name, &r->address.option_group);
}

#define ENT_AT(member) offsetof(ent_address, member)

static const address_option options[] = {
    {"limit_connections", take_number, ENT_AT(limit_connections), 0,
     UINT16_MAX},
    {"connect_timeout_ms", take_number, ENT_AT(connect_timeout_ms), 1, INT_MAX},
    {"read_timeout_ms", take_number, ENT_AT(read_timeout_ms), 1, INT_MAX},
    {"write_timeout_ms", take_number, ENT_AT(write_timeout_ms), 1, INT_MAX},
    {"idle_timeout_ms", take_number, ENT_AT(idle_timeout_ms), 1, INT_MAX},
    {"max_lifetime_ms", take_number, ENT_AT(max_lifetime_ms), 1, INT_MAX},
    {"tls", take_tls, 0, 0, 0},
    {"tls_ca", take_path, ENT_AT(tls_ca), 0, 0},
    {"tls_cert", take_path, ENT_AT(tls_cert), 0, 0},
    {"tls_key", take_path, ENT_AT(tls_key), 0, 0},
    {"option_file", take_path, ENT_AT(option_file), 0, 0},
    {"option_group", take_group, 0, 0, 0},
    {"pool", take_pool, 0, 0, 0},
    {"socket", take_socket, 0, 0, 0},
};

_Static_assert(ENT_COUNT(options) <= 64, "a bit each in `seen`");

/* What people bring along from other programs: refused with what to do, never
 * ignored. */
static const struct {
  const char *name;
  const char *instead;
} foreign[] = {
    {"ssl", "write tls="},
    {"ssl-mode", "write tls="},
    {"ssl_mode", "write tls="},
    {"ssl-ca", "write tls_ca="},
    {"ssl_ca", "write tls_ca="},
    {"timeout", "write connect_timeout_ms="},
    {"readTimeout", "write read_timeout_ms="},
    {"writeTimeout", "write write_timeout_ms="},
    {"charset", "texts are always sent as utf8mb4"},
    {"collation", "texts are always sent as utf8mb4"},
    {"loc", "times are those that the server keeps, in UTC"},
    {"time_zone", "times are those that the server keeps, in UTC"},
    {"parseTime", "dates are text here"},
    {"multiStatements", "a statement is sent by itself"},
    {"interpolateParams", "values are always sent beside the statement"},
};

/* Whether an option's name may be repeated in a message. */
static bool is_option_word(ent_span name) {
  if (!name.size || name.size > ENT_OPTION_MAX) return false;
  for (size_t i = 0; i < name.size; i++) {
    char c = name.data[i];

    if (!ent_is_letter(c) && !ent_is_digit(c) && c != '_' && c != '-') {
      return false;
    }
  }
  return true;
}

static ent_status refuse_option(const ent_address_reader *r, ent_span name) {
  if (!is_option_word(name)) {
    return ent_fail(r->err, ENT_CONFIG,
                    "an option whose name is no word; known options: %s",
                    known_options);
  }
  for (size_t i = 0; i < ENT_COUNT(foreign); i++) {
    if (!ent_span_is(name, foreign[i].name)) continue;
    return ent_fail(r->err, ENT_CONFIG, "option '%s' is not known here: %s",
                    foreign[i].name, foreign[i].instead);
  }
  return ent_fail(r->err, ENT_CONFIG,
                  "unknown option '%.*s'; known options: %s", (int)name.size,
                  name.data, known_options);
}

/* One name=value. */
static ent_status read_option(ent_address_reader *r, ent_span piece) {
  const char *end = piece.data + piece.size;
  const char *equals = memchr(piece.data, '=', piece.size);
  ent_span name = ent_span_of(piece.data, equals ? equals : end);

  for (size_t i = 0; i < ENT_COUNT(options); i++) {
    const address_option *which = &options[i];

    if (!ent_span_is(name, which->name)) continue;
    if (r->seen & UINT64_C(1) << i) {
      return ent_fail(r->err, ENT_CONFIG, "option '%s' is given twice",
                      which->name);
    }
    r->seen |= UINT64_C(1) << i;
    if (!equals) {
      return ent_fail(r->err, ENT_CONFIG, "option '%s' has no value",
                      which->name);
    }
    return which->take(r, which, ent_span_of(equals + 1, end));
  }
  return refuse_option(r, name);
}

ent_status ent_address_options(ent_address_reader *r, const char *text) {
  ent_status status = ENT_OK;

  while (!status && *text) {
    size_t size = strcspn(text, "&");

    if (size) status = read_option(r, (ent_span){text, size});
    text += size;
    if (*text) text++;
  }
  return status;
}
