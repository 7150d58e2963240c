#include "backends/base/address.h"

#include "backends/base/value.h"

#include <limits.h>
#include <string.h>
#include <strings.h>

enum { ENT_ADDRESS_PORT = 3306, ENT_POOL_NAME_MAX = 64, ENT_OPTION_MAX = 40 };

static const char scheme[] = "mysql://";
static const char default_host[] = "127.0.0.1";
static const char forms[] =
    "expected mysql://user:password@host:port/database, "
    "user:password@tcp(host:port)/database or user@unix(/path)/database";
static const char known_options[] =
    "limit_connections, connect_timeout_ms, pool, socket";

/* A piece of the text being read. */
typedef struct span {
  const char *data;
  size_t size;
} span;

/* One reading of an address. */
typedef struct reader {
  ent_arena *arena;
  ent_error *err;
  bool is_url;   /* %XX is decoded and socket= is allowed */
  unsigned seen; /* bit n: option n of `options` was given */
  ent_address address;
} reader;

static span span_of(const char *from, const char *to) {
  return (span){from, (size_t)(to - from)};
}

static bool span_is(span piece, const char *text) {
  return piece.size == strlen(text) && !memcmp(piece.data, text, piece.size);
}

static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* The last place of a byte, or NULL. */
static const char *last_of(span piece, char byte) {
  for (size_t i = piece.size; i > 0; i--) {
    if (piece.data[i - 1] == byte) return piece.data + i - 1;
  }
  return NULL;
}

static bool starts_with(const char *text, const char *prefix) {
  return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* Whether a text can stand in a message: UTF-8 without control characters. */
static bool is_printable(const char *text) {
  for (const char *at = text; *at; at++) {
    if ((unsigned char)*at < 0x20 || *at == 0x7f) return false;
  }
  return ent_utf8_valid(text, strlen(text));
}

static int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/* A copy in the arena with every %XX decoded. */
static ent_status decode(reader *r, span piece, const char **text) {
  char *copy = ent_arena_alloc(r->arena, piece.size + 1);
  size_t size = 0;

  if (!copy) return ent_fail_nomem(r->err);
  for (size_t i = 0; i < piece.size; i++) {
    int high, low;

    copy[size++] = piece.data[i];
    if (piece.data[i] != '%') continue;
    high = i + 1 < piece.size ? hex_digit(piece.data[i + 1]) : -1;
    low = i + 2 < piece.size ? hex_digit(piece.data[i + 2]) : -1;
    if (high < 0 || low < 0 || high + low == 0) {
      return ent_fail(r->err, ENT_CONFIG,
                      "'%%' must be followed by two hexadecimal digits that "
                      "are not 00; %%25 stands for '%%' itself");
    }
    copy[size - 1] = (char)(high * 16 + low);
    i += 2;
  }
  copy[size] = '\0';
  *text = copy;
  return ENT_OK;
}

/* A copy in the arena, decoded where the form of the address says so. */
static ent_status copy_piece(reader *r, span piece, const char **text) {
  char *copy;

  if (r->is_url) return decode(r, piece, text);
  copy = ent_arena_copy(r->arena, piece.data, piece.size);
  if (!copy) return ent_fail_nomem(r->err);
  *text = copy;
  return ENT_OK;
}

/* The same for what is shown to people; `what` names it in an error. */
static ent_status copy_shown(reader *r, span piece, const char *what,
                             const char **text) {
  const char *copy = "";
  ent_status status = copy_piece(r, piece, &copy);

  if (status) return status;
  if (!is_printable(copy)) {
    return ent_fail(r->err, ENT_CONFIG,
                    "the %s must be UTF-8 without control characters", what);
  }
  *text = copy;
  return ENT_OK;
}

/* Reads digits and nothing else; false outside low...high. */
static bool read_number(span digits, int low, int high, int *number) {
  int64_t value = 0;

  if (!digits.size) return false;
  for (size_t i = 0; i < digits.size; i++) {
    if (!is_digit(digits.data[i])) return false;
    value = value * 10 + (digits.data[i] - '0');
    if (value > high) return false;
  }
  if (value < low) return false;
  *number = (int)value;
  return true;
}

/* user:password; both may be empty. */
static ent_status read_login(reader *r, span login) {
  const char *colon = memchr(login.data, ':', login.size);
  const char *end = login.data + login.size;
  span user = span_of(login.data, colon ? colon : end);
  span password = colon ? span_of(colon + 1, end) : span_of(end, end);
  ent_status status = ENT_OK;

  if (user.size) status = copy_shown(r, user, "user", &r->address.user);
  if (!status && password.size) {
    status = copy_piece(r, password, &r->address.password);
  }
  return status;
}

/* Letters, digits, "-._", and ":%" inside brackets. */
static bool is_host(span host, bool in_brackets) {
  for (size_t i = 0; i < host.size; i++) {
    char c = host.data[i];

    if (is_letter(c) || is_digit(c) || strchr("-._", c)) continue;
    if (!in_brackets || !strchr(":%", c)) return false;
  }
  return true;
}

static ent_status read_port(reader *r, span digits) {
  int port;

  if (!read_number(digits, 1, UINT16_MAX, &port)) {
    return ent_fail(r->err, ENT_CONFIG,
                    "the port must be a number from 1 to 65535");
  }
  r->address.port = (uint16_t)port;
  return ENT_OK;
}

/* host, host:port, [host], [host]:port; an empty host leaves NULL. */
static ent_status read_server(reader *r, span server) {
  const char *end = server.data + server.size;
  bool in_brackets = server.size && server.data[0] == '[';
  span host;
  const char *after;

  if (in_brackets) {
    after = memchr(server.data, ']', server.size);
    host = span_of(server.data + 1, after ? after : server.data + 1);
    after = after ? after + 1 : end;
  } else {
    after = memchr(server.data, ':', server.size);
    if (!after) after = end;
    host = span_of(server.data, after);
  }
  if ((in_brackets && !host.size) || !is_host(host, in_brackets) ||
      (after < end && *after != ':')) {
    return ent_fail(r->err, ENT_CONFIG,
                    "the host must be a name, an IPv4 address or an IPv6 "
                    "address in [brackets]");
  }
  if (host.size) {
    r->address.host = ent_arena_copy(r->arena, host.data, host.size);
    if (!r->address.host) return ent_fail_nomem(r->err);
  }
  r->address.port = ENT_ADDRESS_PORT;
  return after < end ? read_port(r, span_of(after + 1, end)) : ENT_OK;
}

static ent_status take_socket(reader *r, span path) {
  ent_status status = copy_shown(r, path, "socket", &r->address.socket);

  if (status) return status;
  if (r->address.socket[0] != '/') {
    return ent_fail(r->err, ENT_CONFIG,
                    "the socket must be a path that begins with '/'");
  }
  return ENT_OK;
}

static ent_status take_pool(reader *r, span name) {
  ent_status status = decode(r, name, &r->address.pool);

  if (status) return status;
  if (!ent_address_is_pool_name(r->address.pool)) {
    return ent_fail(r->err, ENT_CONFIG,
                    "option 'pool' must be a name of letters, digits and '_'");
  }
  return ENT_OK;
}

static ent_status take_limit(reader *r, span digits) {
  if (read_number(digits, 0, UINT16_MAX, &r->address.limit_connections)) {
    return ENT_OK;
  }
  return ent_fail(
      r->err, ENT_CONFIG,
      "option 'limit_connections' must be a number from 0 to 65535");
}

static ent_status take_timeout(reader *r, span digits) {
  if (read_number(digits, 1, INT_MAX, &r->address.connect_timeout_ms)) {
    return ENT_OK;
  }
  return ent_fail(r->err, ENT_CONFIG,
                  "option 'connect_timeout_ms' must be a number of "
                  "milliseconds from 1 to 2147483647");
}

/* What an address may say behind its '?', and what people bring along from
 * other programs: refused by name, never ignored. */
static const struct option {
  const char *name;
  ent_status (*take)(reader *r, span value); /* NULL: not yet */
  bool only_url;
} options[] = {
    {"limit_connections", take_limit, false},
    {"connect_timeout_ms", take_timeout, false},
    {"pool", take_pool, false},
    {"socket", take_socket, true},
    {"tls", NULL, false},
    {"ssl", NULL, false},
    {"ssl-mode", NULL, false},
    {"ssl_mode", NULL, false},
    {"charset", NULL, false},
    {"collation", NULL, false},
    {"parseTime", NULL, false},
    {"loc", NULL, false},
    {"time_zone", NULL, false},
    {"timeout", NULL, false},
    {"readTimeout", NULL, false},
    {"writeTimeout", NULL, false},
    {"multiStatements", NULL, false},
    {"interpolateParams", NULL, false},
};

/* Whether an option's name may be repeated in a message. */
static bool is_option_word(span name) {
  if (!name.size || name.size > ENT_OPTION_MAX) return false;
  for (size_t i = 0; i < name.size; i++) {
    char c = name.data[i];

    if (!is_letter(c) && !is_digit(c) && c != '_' && c != '-') return false;
  }
  return true;
}

static ent_status refuse_option(reader *r, span name) {
  if (!is_option_word(name)) {
    return ent_fail(r->err, ENT_CONFIG,
                    "an option whose name is no word; known options: %s",
                    known_options);
  }
  return ent_fail(r->err, ENT_CONFIG,
                  "unknown option '%.*s'; known options: %s", (int)name.size,
                  name.data, known_options);
}

/* Whether the n-th option can be taken here, once. */
static ent_status check_option(reader *r, size_t n) {
  const struct option *option = &options[n];

  if (!option->take) {
    return ent_fail(r->err, ENT_CONFIG,
                    "option '%s' does not work yet in this version; "
                    "known options: %s",
                    option->name, known_options);
  }
  if (option->only_url && !r->is_url) {
    return ent_fail(r->err, ENT_CONFIG,
                    "option '%s' belongs to the form mysql://...; here write "
                    "user@unix(/path)/database",
                    option->name);
  }
  if (r->seen & 1U << n) {
    return ent_fail(r->err, ENT_CONFIG, "option '%s' is given twice",
                    option->name);
  }
  r->seen |= 1U << n;
  return ENT_OK;
}

/* One name=value. */
static ent_status read_option(reader *r, span option) {
  const char *end = option.data + option.size;
  const char *equals = memchr(option.data, '=', option.size);
  span name = span_of(option.data, equals ? equals : end);
  ent_status status;

  for (size_t i = 0; i < ENT_COUNT(options); i++) {
    if (!span_is(name, options[i].name)) continue;
    status = check_option(r, i);
    if (status) return status;
    if (!equals) {
      return ent_fail(r->err, ENT_CONFIG, "option '%s' has no value",
                      options[i].name);
    }
    return options[i].take(r, span_of(equals + 1, end));
  }
  return refuse_option(r, name);
}

static ent_status read_options(reader *r, const char *text) {
  ent_status status = ENT_OK;

  while (!status && *text) {
    size_t size = strcspn(text, "&");

    if (size) status = read_option(r, (span){text, size});
    text += size;
    if (*text) text++;
  }
  return status;
}

/* What stands behind the '/': the database and, after '?', the options. */
static ent_status read_rest(reader *r, const char *text) {
  span database = {text, strcspn(text, "?")};
  ent_status status;

  if (!database.size) {
    return ent_fail(r->err, ENT_CONFIG,
                    "no database: '/' and its name must end the address or "
                    "stand before '?'");
  }
  if (memchr(database.data, '/', database.size)) {
    return ent_fail(r->err, ENT_CONFIG,
                    "the database's name has a '/'; write it as %%2F");
  }
  status = copy_shown(r, database, "database", &r->address.database);
  if (status) return status;
  text += database.size;
  return read_options(r, *text ? text + 1 : text);
}

/* With a socket there is no port, and no host but "localhost". */
static ent_status settle_host(reader *r) {
  ent_address *address = &r->address;

  if (!address->socket) {
    if (address->host) return ENT_OK;
    return ent_fail(r->err, ENT_CONFIG, "no host; %s", forms);
  }
  if (address->host && strcmp(address->host, "localhost") != 0) {
    return ent_fail(r->err, ENT_CONFIG,
                    "a host and the option 'socket' exclude each other");
  }
  address->host = NULL;
  address->port = 0;
  return ENT_OK;
}

static ent_status read_url(reader *r, const char *text) {
  const char *end = text + strcspn(text, "/?");
  const char *at = last_of(span_of(text, end), '@');
  ent_status status = ENT_OK;

  /* Before anything is said: the rest may be one half of a password. */
  if (strchr(end, '@')) {
    return ent_fail(r->err, ENT_CONFIG,
                    "an '@' behind the host; in a password or an option write "
                    "'/' as %%2F, '?' as %%3F and '@' as %%40");
  }
  if (at) status = read_login(r, span_of(text, at));
  if (!status) status = read_server(r, span_of(at ? at + 1 : text, end));
  if (!status) status = read_rest(r, *end == '/' ? end + 1 : "");
  if (!status) status = settle_host(r);
  return status;
}

/* The last "tcp(" or "unix(" that begins the text or follows an '@'; NULL if
 * there is none. */
static const char *find_protocol(span piece) {
  for (size_t i = piece.size; i > 0; i--) {
    const char *at = piece.data + i - 1;

    if (at > piece.data && at[-1] != '@') continue;
    if (starts_with(at, "tcp(") || starts_with(at, "unix(")) return at;
  }
  return NULL;
}

/* tcp(...) or unix(...), the last byte being the parenthesis. */
static ent_status read_protocol(reader *r, span piece) {
  const char *end = piece.data + piece.size;
  span inside = span_of(strchr(piece.data, '(') + 1, end - 1);
  ent_status status;

  if (piece.data[0] == 'u') return take_socket(r, inside);
  status = read_server(r, inside);
  if (!status && !r->address.host) r->address.host = default_host;
  return status;
}

/* What stands before the last '/': user:password@protocol(address), of which
 * every part may be missing. */
static ent_status read_head(reader *r, span head) {
  const char *end = head.data + head.size;
  const char *protocol = find_protocol(head);
  const char *at;
  ent_status status = ENT_OK;

  if (protocol && end[-1] == ')') {
    if (protocol > head.data) {
      status = read_login(r, span_of(head.data, protocol - 1));
    }
    return status ? status : read_protocol(r, span_of(protocol, end));
  }
  at = last_of(head, '@');
  protocol = at ? at + 1 : head.data;
  if (protocol < end && !span_is(span_of(protocol, end), "tcp")) {
    return ent_fail(r->err, ENT_CONFIG, "%s", forms);
  }
  r->address.host = default_host;
  r->address.port = ENT_ADDRESS_PORT;
  return at ? read_login(r, span_of(head.data, at)) : ENT_OK;
}

static ent_status read_dsn(reader *r, const char *text) {
  const char *slash = strrchr(text, '/');
  ent_status status;

  if (!slash || strchr(slash, '@')) {
    return ent_fail(r->err, ENT_CONFIG, "%s", forms);
  }
  status = read_head(r, span_of(text, slash));
  return status ? status : read_rest(r, slash + 1);
}

bool ent_address_is_mysql(const char *text) {
  const char *at = strrchr(text, '@');

  if (starts_with(text, "/") || starts_with(text, "./") ||
      starts_with(text, "../")) {
    return false;
  }
  if (strstr(text, "://")) return true;
  if (find_protocol((span){text, strlen(text)})) return true;
  return at && memchr(text, ':', (size_t)(at - text));
}

ent_status ent_address_parse(const char *text, ent_arena *arena,
                             ent_address *address, ent_error *err) {
  reader r = {.arena = arena, .err = err};
  ent_status status;

  r.is_url = strncasecmp(text, scheme, strlen(scheme)) == 0;
  if (r.is_url) {
    status = read_url(&r, text + strlen(scheme));
  } else {
    status = read_dsn(&r, text);
  }
  if (status) return status;
  *address = r.address;
  return ENT_OK;
}

const char *ent_address_show(const ent_address *address, ent_arena *arena) {
  const char *user = address->user ? address->user : "";
  const char *at = address->user ? "@" : "";
  bool in_brackets;

  if (address->socket) {
    return ent_arena_printf(arena, "%s%sunix(%s)/%s", user, at, address->socket,
                            address->database);
  }
  in_brackets = strchr(address->host, ':') != NULL;
  return ent_arena_printf(
      arena, "%s%s%s%s%s:%d/%s", user, at, in_brackets ? "[" : "",
      address->host, in_brackets ? "]" : "", address->port, address->database);
}

bool ent_address_is_pool_name(const char *text) {
  if (!is_letter(text[0]) && text[0] != '_') return false;
  for (size_t i = 1; text[i]; i++) {
    if (!is_letter(text[i]) && !is_digit(text[i]) && text[i] != '_') {
      return false;
    }
  }
  return strlen(text) <= ENT_POOL_NAME_MAX;
}
