#include "backends/base/redis_address.h"

#include "backends/base/address_words.h"

#include <limits.h>
#include <string.h>
#include <strings.h>

enum {
  ENT_REDIS_PORT = 6379,
  ENT_SENTINEL_PORT = 26379,
  ENT_REDIS_DATABASE_MAX = 65535,
};

static const char scheme[] = "redis://";
static const char tls_scheme[] = "rediss://";
static const char forms[] =
    "expected host:port:database, /path/of/socket:database or "
    "redis://user:password@host:port/database";
static const char sentinel_forms[] =
    "expected the address of a sentinel, host:port";
static const char known_options[] =
    "user, password, connect_timeout_ms, read_timeout_ms";

/* One reading; `words` has the functions that MySQL's addresses are read
 * with. */
typedef struct redis_reader {
  ent_address_reader words;
  ent_redis_address address;
  const char *forms;
} redis_reader;

static ent_status take_word(redis_reader *r, ent_span name, ent_span value) {
  bool is_user = ent_span_is(name, "user");
  const char **to = is_user ? &r->address.user : &r->address.password;
  const char *what = is_user ? "user" : "password";

  if (!value.data) {
    return ent_fail(r->words.err, ENT_CONFIG, "the %s has no value", what);
  }
  if (*to) {
    return ent_fail(r->words.err, ENT_CONFIG, "the %s is given twice", what);
  }
  return ent_address_decode(&r->words, value, to);
}

static ent_status take_number(redis_reader *r, ent_span name, ent_span value) {
  static const struct {
    const char *name;
    size_t at;
  } numbers[] = {
      {"connect_timeout_ms", offsetof(ent_redis_address, connect_timeout_ms)},
      {"read_timeout_ms", offsetof(ent_redis_address, read_timeout_ms)},
  };

  for (size_t i = 0; i < ENT_COUNT(numbers); i++) {
    int *number = (int *)(void *)((char *)&r->address + numbers[i].at);

    if (!ent_span_is(name, numbers[i].name)) continue;
    if (*number) {
      return ent_fail(r->words.err, ENT_CONFIG, "option '%s' is given twice",
                      numbers[i].name);
    }
    if (ent_address_number(value, 1, INT_MAX, number)) return ENT_OK;
    return ent_fail(r->words.err, ENT_CONFIG,
                    "option '%s' must be a number of milliseconds from 1",
                    numbers[i].name);
  }
  return ent_fail(r->words.err, ENT_CONFIG,
                  "an unknown option; known options: %s", known_options);
}

static ent_status read_option(redis_reader *r, ent_span piece) {
  const char *end = piece.data + piece.size;
  const char *equals = memchr(piece.data, '=', piece.size);
  ent_span name = ent_span_of(piece.data, equals ? equals : end);
  ent_span value = {NULL, 0}; /* without '=' there is none */

  if (equals) value = ent_span_of(equals + 1, end);
  if (ent_span_is(name, "user") || ent_span_is(name, "password")) {
    return take_word(r, name, value);
  }
  return take_number(r, name, value);
}

static ent_status read_options(redis_reader *r, const char *text) {
  ent_status status = ENT_OK;

  while (!status && *text) {
    size_t size = strcspn(text, "&");

    if (size) status = read_option(r, (ent_span){text, size});
    text += size;
    if (*text) text++;
  }
  return status;
}

static ent_status read_database(redis_reader *r, ent_span digits) {
  if (ent_address_number(digits, 0, ENT_REDIS_DATABASE_MAX,
                         &r->address.database)) {
    return ENT_OK;
  }
  return ent_fail(r->words.err, ENT_CONFIG,
                  "the database must be a number from 0 to %d",
                  (int)ENT_REDIS_DATABASE_MAX);
}

static ent_status wrong_form(const redis_reader *r) {
  return ent_fail(r->words.err, ENT_CONFIG, "%s", r->forms);
}

/* Letters, digits, "-._", and ":%" inside brackets. */
static bool is_host(ent_span host, bool in_brackets) {
  for (size_t i = 0; i < host.size; i++) {
    char c = host.data[i];

    if (ent_is_letter(c) || ent_is_digit(c) || strchr("-._", c)) continue;
    if (!in_brackets || !strchr(":%", c)) return false;
  }
  return host.size > 0;
}

/* The host that a text begins with; `rest` is what stands behind it. */
static ent_status read_host(redis_reader *r, ent_span text, ent_span *rest) {
  const char *end = text.data + text.size;
  bool in_brackets = text.size && text.data[0] == '[';
  const char *after = memchr(text.data, in_brackets ? ']' : ':', text.size);
  ent_span host = ent_span_of(text.data + in_brackets, after ? after : end);

  if (in_brackets && !after) return wrong_form(r);
  if (!is_host(host, in_brackets)) return wrong_form(r);
  r->address.host = ent_arena_copy(r->words.arena, host.data, host.size);
  if (!r->address.host) return ent_fail_nomem(r->words.err);
  *rest = ent_span_of(after ? after + in_brackets : end, end);
  return ENT_OK;
}

static ent_status read_port(redis_reader *r, ent_span digits) {
  int port;

  if (!ent_address_number(digits, 1, UINT16_MAX, &port)) {
    return ent_fail(r->words.err, ENT_CONFIG,
                    "the port must be a number from 1 to 65535");
  }
  r->address.port = (uint16_t)port;
  return ENT_OK;
}

/* host:port, of which the port may be missing. */
static ent_status read_place(redis_reader *r, ent_span text) {
  ent_span rest = {text.data, 0};
  ent_status status = read_host(r, text, &rest);

  if (status || !rest.size) return status;
  if (rest.data[0] != ':') return wrong_form(r);
  return read_port(r, ent_span_of(rest.data + 1, rest.data + rest.size));
}

/* host:port:database, of which port and database may be missing. */
static ent_status read_server(redis_reader *r, ent_span text) {
  ent_span rest = {text.data, 0};
  ent_status status = read_host(r, text, &rest);
  const char *colon;

  if (status || !rest.size) return status;
  if (rest.data[0] != ':') return wrong_form(r);
  rest = ent_span_of(rest.data + 1, rest.data + rest.size);
  colon = memchr(rest.data, ':', rest.size);
  if (!colon) return read_port(r, rest);
  status = read_port(r, ent_span_of(rest.data, colon));
  return status
             ? status
             : read_database(r, ent_span_of(colon + 1, rest.data + rest.size));
}

/* /path:database; the last ':' that only digits follow ends the path. */
static ent_status read_socket(redis_reader *r, ent_span text) {
  size_t size = text.size;
  ent_status status = ENT_OK;

  while (size && ent_is_digit(text.data[size - 1]))
    size--;
  if (size && text.data[size - 1] == ':') {
    status =
        read_database(r, ent_span_of(text.data + size, text.data + text.size));
    size--;
  } else {
    size = text.size;
  }
  if (status) return status;
  return ent_address_path(&r->words, (ent_span){text.data, size}, "socket",
                          &r->address.socket);
}

static ent_status read_short(redis_reader *r, const char *text) {
  size_t size = strcspn(text, "?");
  ent_status status = text[0] == '/' ? read_socket(r, (ent_span){text, size})
                                     : read_server(r, (ent_span){text, size});

  if (status) return status;
  return read_options(r, text[size] ? text + size + 1 : "");
}

static ent_status read_login(redis_reader *r, ent_span login) {
  const char *end = login.data + login.size;
  const char *colon = memchr(login.data, ':', login.size);
  ent_span user = ent_span_of(login.data, colon ? colon : end);
  ent_status status = ENT_OK;

  if (user.size) {
    status = ent_address_decode(&r->words, user, &r->address.user);
  }
  if (status || !colon) return status;
  return ent_address_decode(&r->words, ent_span_of(colon + 1, end),
                            &r->address.password);
}

/* user:password@host:port/database?options */
static ent_status read_url(redis_reader *r, const char *text) {
  const char *end = text + strcspn(text, "/?");
  const char *at = end;
  const char *rest;
  ent_status status = ENT_OK;

  /* Before anything is said: the rest may be one half of a password. */
  if (strchr(end, '@')) {
    return ent_fail(r->words.err, ENT_CONFIG,
                    "an '@' behind the host; in a password or an option write "
                    "'/' as %%2F, '?' as %%3F and '@' as %%40");
  }
  while (at > text && at[-1] != '@')
    at--;
  if (at > text) status = read_login(r, ent_span_of(text, at - 1));
  if (!status) status = read_place(r, ent_span_of(at, end));
  if (status) return status;
  rest = end + strcspn(end, "?");
  if (rest > end + 1) {
    status = read_database(r, ent_span_of(end + 1, rest));
  }
  return status ? status : read_options(r, *rest ? rest + 1 : "");
}

/* A password belongs to a user; without a name it is that of all. */
static ent_status settle(redis_reader *r, ent_redis_address *address) {
  if (r->address.user && !r->address.password) {
    return ent_fail(r->words.err, ENT_CONFIG, "a user without a password");
  }
  *address = r->address;
  return ENT_OK;
}

ent_status ent_redis_address_parse(const char *text, ent_arena *arena,
                                   ent_redis_address *address, ent_error *err) {
  redis_reader r = {.words = {.arena = arena, .err = err},
                    .address = {.port = ENT_REDIS_PORT},
                    .forms = forms};
  ent_status status;

  if (strncasecmp(text, tls_scheme, strlen(tls_scheme)) == 0) {
    return ent_fail(err, ENT_CONFIG,
                    "TLS to Redis does not work in this version: its client "
                    "library, hiredis, has none here");
  }
  if (strncasecmp(text, scheme, strlen(scheme)) == 0) {
    status = read_url(&r, text + strlen(scheme));
  } else {
    status = read_short(&r, text);
  }
  return status ? status : settle(&r, address);
}

ent_status ent_redis_address_parse_master(const char *text, ent_arena *arena,
                                          ent_redis_address *address,
                                          ent_error *err) {
  redis_reader r = {.words = {.arena = arena, .err = err}, .forms = forms};
  size_t size = strcspn(text, "?");
  const char *colon = memchr(text, ':', size);
  ent_span name = ent_span_of(text, colon ? colon : text + size);
  ent_status status = ENT_OK;

  if (!name.size) {
    return ent_fail(err, ENT_CONFIG,
                    "the name that the sentinels know the master by is "
                    "missing");
  }
  if (colon) status = read_database(&r, ent_span_of(colon + 1, text + size));
  if (!status) {
    status = ent_address_shown(&r.words, name, "name", &r.address.master);
  }
  if (!status) status = read_options(&r, text[size] ? text + size + 1 : "");
  return status ? status : settle(&r, address);
}

ent_status ent_redis_address_parse_sentinel(const char *text, ent_arena *arena,
                                            ent_redis_address *address,
                                            ent_error *err) {
  redis_reader r = {.words = {.arena = arena, .err = err},
                    .address = {.port = ENT_SENTINEL_PORT},
                    .forms = sentinel_forms};
  size_t size = strcspn(text, "?");
  ent_status status = read_place(&r, (ent_span){text, size});

  if (!status) status = read_options(&r, text[size] ? text + size + 1 : "");
  return status ? status : settle(&r, address);
}

/* host:port */
static const char *show_host(const ent_redis_address *address,
                             ent_arena *arena) {
  bool in_brackets = strchr(address->host, ':') != NULL;

  return ent_arena_printf(arena, "%s%s%s:%d", in_brackets ? "[" : "",
                          address->host, in_brackets ? "]" : "", address->port);
}

static const char *show_sentinels(const ent_redis_address *address,
                                  ent_arena *arena) {
  const char *text = "";

  for (size_t i = 0; text && i < address->n_sentinels; i++) {
    const char *host = show_host(&address->sentinels[i], arena);

    text = host ? ent_arena_printf(arena, "%s%s%s", text, i ? ", " : "", host)
                : NULL;
  }
  return text;
}

const char *ent_redis_address_show(const ent_redis_address *address,
                                   ent_arena *arena) {
  const char *where;

  if (address->socket) {
    return ent_arena_printf(arena, "unix(%s)/%d", address->socket,
                            address->database);
  }
  if (address->master) {
    where = show_sentinels(address, arena);
    if (!where) return NULL;
    return ent_arena_printf(arena, "%s@[%s]/%d", address->master, where,
                            address->database);
  }
  where = show_host(address, arena);
  if (!where) return NULL;
  return ent_arena_printf(arena, "%s/%d", where, address->database);
}

static bool copy_sentinels(const ent_redis_address *from, ent_arena *arena,
                           ent_redis_address *to) {
  ent_redis_address *list =
      ent_arena_zalloc(arena, from->n_sentinels * sizeof(*list));

  if (!list) return false;
  for (size_t i = 0; i < from->n_sentinels; i++) {
    if (!ent_redis_address_copy(&from->sentinels[i], arena, &list[i])) {
      return false;
    }
  }
  to->sentinels = list;
  return true;
}

bool ent_redis_address_copy(const ent_redis_address *from, ent_arena *arena,
                            ent_redis_address *to) {
  const char **const texts[] = {&to->user, &to->password, &to->host,
                                &to->socket, &to->master};

  *to = *from;
  for (size_t i = 0; i < ENT_COUNT(texts); i++) {
    if (!*texts[i]) continue;
    *texts[i] = ent_arena_strdup(arena, *texts[i]);
    if (!*texts[i]) return false;
  }
  return !from->n_sentinels || copy_sentinels(from, arena, to);
}

static bool same_text(const char *one, const char *other) {
  return one == other || (one && other && strcmp(one, other) == 0);
}

bool ent_redis_address_equals(const ent_redis_address *one,
                              const ent_redis_address *other) {
  if (one->n_sentinels != other->n_sentinels) return false;
  for (size_t i = 0; i < one->n_sentinels; i++) {
    if (!ent_redis_address_equals(&one->sentinels[i], &other->sentinels[i])) {
      return false;
    }
  }
  return same_text(one->user, other->user) &&
         same_text(one->password, other->password) &&
         same_text(one->host, other->host) &&
         same_text(one->socket, other->socket) &&
         same_text(one->master, other->master) && one->port == other->port &&
         one->database == other->database &&
         one->connect_timeout_ms == other->connect_timeout_ms &&
         one->read_timeout_ms == other->read_timeout_ms;
}
