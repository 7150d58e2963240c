#include "backends/base/address.h"

#include "backends/base/address_words.h"
#include "backends/base/option_file.h"

#include <string.h>
#include <strings.h>

enum { ENT_ADDRESS_PORT = 3306, ENT_POOL_NAME_MAX = 64 };

static const char scheme[] = "mysql://";
static const char default_host[] = "127.0.0.1";
static const char forms[] =
    "expected mysql://user:password@host:port/database, "
    "user:password@tcp(host:port)/database or user@unix(/path)/database";

/* The last place of a byte, or NULL. */
static const char *last_of(ent_span piece, char byte) {
  for (size_t i = piece.size; i > 0; i--) {
    if (piece.data[i - 1] == byte) return piece.data + i - 1;
  }
  return NULL;
}

static bool starts_with(const char *text, const char *prefix) {
  return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* user:password; both may be empty. */
static ent_status read_login(ent_address_reader *r, ent_span login) {
  const char *colon = memchr(login.data, ':', login.size);
  const char *end = login.data + login.size;
  ent_span user = ent_span_of(login.data, colon ? colon : end);
  ent_span password =
      colon ? ent_span_of(colon + 1, end) : ent_span_of(end, end);
  ent_status status = ENT_OK;

  if (user.size) status = ent_address_shown(r, user, "user", &r->address.user);
  if (!status && password.size) {
    status = ent_address_piece(r, password, &r->address.password);
  }
  return status;
}

/* Letters, digits, "-._", and ":%" inside brackets. */
static bool is_host(ent_span host, bool in_brackets) {
  for (size_t i = 0; i < host.size; i++) {
    char c = host.data[i];

    if (ent_is_letter(c) || ent_is_digit(c) || strchr("-._", c)) continue;
    if (!in_brackets || !strchr(":%", c)) return false;
  }
  return true;
}

static ent_status read_port(ent_address_reader *r, ent_span digits) {
  int port;

  if (!ent_address_number(digits, 1, UINT16_MAX, &port)) {
    return ent_fail(r->err, ENT_CONFIG,
                    "the port must be a number from 1 to 65535");
  }
  r->address.port = (uint16_t)port;
  return ENT_OK;
}

/* host, host:port, [host], [host]:port; an empty host leaves NULL. */
static ent_status read_server(ent_address_reader *r, ent_span server) {
  const char *end = server.data + server.size;
  bool in_brackets = server.size && server.data[0] == '[';
  ent_span host;
  const char *after;

  if (in_brackets) {
    after = memchr(server.data, ']', server.size);
    host = ent_span_of(server.data + 1, after ? after : server.data + 1);
    after = after ? after + 1 : end;
  } else {
    after = memchr(server.data, ':', server.size);
    if (!after) after = end;
    host = ent_span_of(server.data, after);
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
  return after < end ? read_port(r, ent_span_of(after + 1, end)) : ENT_OK;
}

/* What stands behind the '/': the database and, after '?', the options. */
static ent_status read_rest(ent_address_reader *r, const char *text) {
  ent_span database = {text, strcspn(text, "?")};
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
  status = ent_address_shown(r, database, "database", &r->address.database);
  if (status) return status;
  text += database.size;
  return ent_address_options(r, *text ? text + 1 : text);
}

/* The certificate of a server is asked for where there is anything to check it
 * with; a socket of this machine needs no TLS. */
static ent_status settle_tls(ent_address_reader *r) {
  ent_address *address = &r->address;

  if (!address->tls_cert != !address->tls_key) {
    return ent_fail(r->err, ENT_CONFIG, "tls_cert and tls_key belong together");
  }
  if (!address->tls_is_given && address->tls == ENT_TLS_OFF &&
      (address->tls_ca || address->tls_cert)) {
    address->tls = ENT_TLS_VERIFIED;
  }
  if (address->socket && address->tls_is_given && address->tls) {
    return ent_fail(r->err, ENT_CONFIG, "TLS over a socket is not needed");
  }
  if (address->socket) address->tls = ENT_TLS_OFF;
  return ENT_OK;
}

/* With a socket there is no port, and no host but "localhost". */
static ent_status settle_host(ent_address_reader *r) {
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

static ent_status read_url(ent_address_reader *r, const char *text) {
  const char *end = text + strcspn(text, "/?");
  const char *at = last_of(ent_span_of(text, end), '@');
  ent_status status = ENT_OK;

  /* Before anything is said: the rest may be one half of a password. */
  if (strchr(end, '@')) {
    return ent_fail(r->err, ENT_CONFIG,
                    "an '@' behind the host; in a password or an option write "
                    "'/' as %%2F, '?' as %%3F and '@' as %%40");
  }
  if (at) status = read_login(r, ent_span_of(text, at));
  if (!status) status = read_server(r, ent_span_of(at ? at + 1 : text, end));
  if (!status) status = read_rest(r, *end == '/' ? end + 1 : "");
  return status;
}

/* The last "tcp(" or "unix(" that begins the text or follows an '@'; NULL if
 * there is none. */
static const char *find_protocol(ent_span piece) {
  for (size_t i = piece.size; i > 0; i--) {
    const char *at = piece.data + i - 1;

    if (at > piece.data && at[-1] != '@') continue;
    if (starts_with(at, "tcp(") || starts_with(at, "unix(")) return at;
  }
  return NULL;
}

/* tcp(...) or unix(...), the last byte being the parenthesis. */
static ent_status read_protocol(ent_address_reader *r, ent_span piece) {
  const char *end = piece.data + piece.size;
  ent_span inside = ent_span_of(strchr(piece.data, '(') + 1, end - 1);
  ent_status status;

  if (piece.data[0] == 'u') {
    return ent_address_path(r, inside, "socket", &r->address.socket);
  }
  status = read_server(r, inside);
  if (!status && !r->address.host) r->address.host = default_host;
  return status;
}

/* What stands before the last '/': user:password@protocol(address), of which
 * every part may be missing. */
static ent_status read_head(ent_address_reader *r, ent_span head) {
  const char *end = head.data + head.size;
  const char *protocol = find_protocol(head);
  const char *at;
  ent_status status = ENT_OK;

  if (protocol && end[-1] == ')') {
    if (protocol > head.data) {
      status = read_login(r, ent_span_of(head.data, protocol - 1));
    }
    return status ? status : read_protocol(r, ent_span_of(protocol, end));
  }
  at = last_of(head, '@');
  protocol = at ? at + 1 : head.data;
  if (protocol < end && !ent_span_is(ent_span_of(protocol, end), "tcp")) {
    return ent_fail(r->err, ENT_CONFIG, "%s", forms);
  }
  r->address.host = default_host;
  r->address.port = ENT_ADDRESS_PORT;
  return at ? read_login(r, ent_span_of(head.data, at)) : ENT_OK;
}

static ent_status read_dsn(ent_address_reader *r, const char *text) {
  const char *slash = strrchr(text, '/');
  ent_status status;

  if (!slash || strchr(slash, '@')) {
    return ent_fail(r->err, ENT_CONFIG, "%s", forms);
  }
  status = read_head(r, ent_span_of(text, slash));
  return status ? status : read_rest(r, slash + 1);
}

bool ent_address_is_mysql(const char *text) {
  const char *at = strrchr(text, '@');

  if (starts_with(text, "/") || starts_with(text, "./") ||
      starts_with(text, "../")) {
    return false;
  }
  if (strstr(text, "://")) return true;
  if (find_protocol((ent_span){text, strlen(text)})) return true;
  return at && memchr(text, ':', (size_t)(at - text));
}

ent_status ent_address_parse(const char *text, ent_arena *arena,
                             ent_address *address, ent_error *err) {
  ent_address_reader r = {.arena = arena, .err = err};
  ent_status status;

  r.is_url = strncasecmp(text, scheme, strlen(scheme)) == 0;
  if (r.is_url) {
    status = read_url(&r, text + strlen(scheme));
  } else {
    status = read_dsn(&r, text);
  }
  if (!status && r.address.option_file) {
    status = ent_option_file_read(arena, &r.address, err);
  }
  if (!status) status = settle_host(&r);
  if (!status) status = settle_tls(&r);
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
  if (!ent_is_letter(text[0]) && text[0] != '_') return false;
  for (size_t i = 1; text[i]; i++) {
    if (!ent_is_letter(text[i]) && !ent_is_digit(text[i]) && text[i] != '_') {
      return false;
    }
  }
  return strlen(text) <= ENT_POOL_NAME_MAX;
}
