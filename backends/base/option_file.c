#include "backends/base/option_file.h"

#include "backends/base/address_words.h"
#include "backends/base/buf.h"
#include "backends/base/value.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum {
  ENT_OPTION_FILE_MAX = 1 << 16, /* bytes of a file */
  ENT_OPTION_KEY_MAX = 32,       /* no key that is taken is longer */
};

/* What is looked for in a file; NULL: not there. */
typedef struct file_options {
  const char *user;
  const char *password;
  const char *host;
  const char *port;
  const char *socket;
  const char *ca;
  const char *cert;
  const char *key;
  const char *verify;
} file_options;

/* One reading of a file. */
typedef struct reading {
  ent_arena *arena;
  const ent_address *address;
  ent_error *err;
  int line;
  bool is_ours; /* the group */
  file_options found;
} reading;

static bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

static ent_status fail_line(const reading *r, const char *why) {
  return ent_fail(r->err, ENT_CONFIG, "line %d: %s", r->line, why);
}

/* [group] */
static ent_status take_group(reading *r, const char *at, const char *end) {
  static const char *const groups[] = {"client", "client-mariadb",
                                       "client-server"};
  const char *close = memchr(at, ']', (size_t)(end - at));
  size_t size;

  if (!close) return fail_line(r, "a group without its ']'");
  at++;
  size = (size_t)(close - at);
  r->is_ours = r->address->option_group &&
               strlen(r->address->option_group) == size &&
               memcmp(r->address->option_group, at, size) == 0;
  for (size_t i = 0; i < ENT_COUNT(groups); i++) {
    if (strlen(groups[i]) == size && memcmp(groups[i], at, size) == 0) {
      r->is_ours = true;
    }
  }
  return ENT_OK;
}

/* The member that a key fills; NULL for keys of other programs.  '_' is '-'. */
static const char **member_of(reading *r, const char *at, size_t size) {
  const struct {
    const char *name;
    const char **member;
  } keys[] = {
      {"user", &r->found.user},
      {"password", &r->found.password},
      {"host", &r->found.host},
      {"port", &r->found.port},
      {"socket", &r->found.socket},
      {"ssl-ca", &r->found.ca},
      {"ssl-cert", &r->found.cert},
      {"ssl-key", &r->found.key},
      {"ssl-verify-server-cert", &r->found.verify},
  };
  char name[ENT_OPTION_KEY_MAX];

  if (size >= sizeof(name)) return NULL;
  memcpy(name, at, size);
  for (size_t i = 0; i < size; i++) {
    if (name[i] == '_') name[i] = '-';
  }
  name[size] = '\0';
  for (size_t i = 0; i < ENT_COUNT(keys); i++) {
    if (strcmp(keys[i].name, name) == 0) return keys[i].member;
  }
  return NULL;
}

/* The quote that closes a value; NULL if none does. */
static const char *quoted_end(const char *at, const char *end, char quote) {
  for (; at < end; at++) {
    if (*at == quote) return at;
    if (*at == '\\' && at + 1 < end) at++;
  }
  return NULL;
}

/* Without the blanks and the comment behind a value. */
static const char *plain_end(const char *at, const char *end) {
  const char *last = at;

  for (; at < end && *at != '#'; at++) {
    if (*at == '\\' && at + 1 < end) at++;
    if (!is_blank(*at)) last = at + 1;
  }
  return last;
}

/* \b \t \n \r \s \\ and quotes; any other backslash stands for itself. */
static char *unescape(reading *r, const char *at, const char *end) {
  static const char from[] = "btnrs\\\"'";
  static const char to[] = "\b\t\n\r \\\"'";
  char *text = ent_arena_alloc(r->arena, (size_t)(end - at) + 1);
  size_t size = 0;

  for (; text && at < end; at++) {
    const char *known =
        *at == '\\' && at + 1 < end ? strchr(from, at[1]) : NULL;

    text[size] = *at;
    if (known && *known) {
      text[size] = to[known - from];
      at++;
    }
    size++;
  }
  if (text) text[size] = '\0';
  return text;
}

static ent_status take_value(reading *r, const char *at, const char *end,
                             const char **member) {
  bool is_quoted = at < end && (*at == '"' || *at == '\'');
  const char *from = is_quoted ? at + 1 : at;

  end = is_quoted ? quoted_end(from, end, *at) : plain_end(from, end);
  if (!end) return fail_line(r, "a quote that is not closed");
  *member = unescape(r, from, end);
  return *member ? ENT_OK : ent_fail_nomem(r->err);
}

/* key, or key = value */
static ent_status take_key(reading *r, const char *at, const char *end) {
  const char *equals = memchr(at, '=', (size_t)(end - at));
  const char *key_end = equals ? equals : end;
  const char **member;

  while (key_end > at && is_blank(key_end[-1]))
    key_end--;
  member = member_of(r, at, (size_t)(key_end - at));
  if (!member) return ENT_OK;
  if (!equals) {
    *member = "1";
    return ENT_OK;
  }
  at = equals + 1;
  while (at < end && is_blank(*at))
    at++;
  return take_value(r, at, end, member);
}

static ent_status take_line(reading *r, const char *at, const char *end) {
  while (at < end && is_blank(*at))
    at++;
  if (at == end || *at == '#' || *at == ';') return ENT_OK;
  if (*at == '!') {
    return fail_line(r, "!include is not followed; name the file itself");
  }
  if (*at == '[') return take_group(r, at, end);
  return r->is_ours ? take_key(r, at, end) : ENT_OK;
}

static bool is_shown(const char *text) {
  for (const char *at = text; *at; at++) {
    if ((unsigned char)*at < 0x20 || *at == 0x7f) return false;
  }
  return ent_utf8_valid(text, strlen(text));
}

/* Where the server is, if the address does not say so. */
static ent_status settle_server(const reading *r, ent_address *to) {
  const file_options *found = &r->found;
  int port;

  if (to->host || to->socket) return ENT_OK;
  if (found->socket &&
      (!found->host || strcmp(found->host, "localhost") == 0)) {
    to->socket = found->socket;
    return ENT_OK;
  }
  to->host = found->host;
  if (!found->port) return ENT_OK;
  if (!ent_address_number((ent_span){found->port, strlen(found->port)}, 1,
                          UINT16_MAX, &port)) {
    return ent_fail(r->err, ENT_CONFIG,
                    "the port must be a number from 1 to 65535");
  }
  to->port = (uint16_t)port;
  return ENT_OK;
}

static bool is_true(const char *word) {
  return word && strcmp(word, "0") != 0 && strcasecmp(word, "off") != 0 &&
         strcasecmp(word, "false") != 0;
}

static void settle_tls(const file_options *found, ent_address *to) {
  if (!to->tls_ca) to->tls_ca = found->ca;
  if (!to->tls_cert && !to->tls_key) {
    to->tls_cert = found->cert;
    to->tls_key = found->key;
  }
  if (!to->tls_is_given && is_true(found->verify)) to->tls = ENT_TLS_VERIFIED;
}

/* Whether what was found can be shown; what is empty was not given. */
static bool check_shown(file_options *found) {
  const char **const shown[] = {&found->user,   &found->host, &found->port,
                                &found->socket, &found->ca,   &found->cert,
                                &found->key};

  for (size_t i = 0; i < ENT_COUNT(shown); i++) {
    if (*shown[i] && !**shown[i]) *shown[i] = NULL;
    if (*shown[i] && !is_shown(*shown[i])) return false;
  }
  return true;
}

static ent_status settle(reading *r, ent_address *to) {
  if (!check_shown(&r->found)) {
    return ent_fail(r->err, ENT_CONFIG,
                    "a user, host or path that is not UTF-8 without control "
                    "characters");
  }
  if (!to->user) to->user = r->found.user;
  if (!to->password) to->password = r->found.password;
  settle_tls(&r->found, to);
  return settle_server(r, to);
}

ent_status ent_option_file_parse(const char *text, size_t size,
                                 ent_arena *arena, ent_address *address,
                                 ent_error *err) {
  reading r = {.arena = arena, .address = address, .err = err};
  const char *end = text + size;
  ent_status status = ENT_OK;

  if (memchr(text, '\0', size)) {
    return ent_fail(err, ENT_CONFIG, "not a text: it has a NUL byte");
  }
  while (!status && text < end) {
    const char *line = memchr(text, '\n', (size_t)(end - text));

    if (!line) line = end;
    r.line++;
    status = take_line(&r, text, line);
    text = line < end ? line + 1 : end;
  }
  return status ? status : settle(&r, address);
}

/* The whole of a file; what is no plain file has no end, maybe. */
static ent_status read_all(FILE *file, ent_buf *buf, ent_error *err) {
  char piece[4096];
  struct stat about;
  size_t size;
  ent_status status = ENT_OK;

  if (fstat(fileno(file), &about) || !S_ISREG(about.st_mode)) {
    return ent_fail(err, ENT_CONFIG, "not a plain file");
  }
  while (!status && (size = fread(piece, 1, sizeof(piece), file)) > 0) {
    status = ent_buf_append(buf, piece, size, NULL);
  }
  if (status == ENT_TOO_BIG) return ent_fail(err, ENT_CONFIG, "too long");
  if (status) return ent_fail_nomem(err);
  if (ferror(file)) {
    return ent_fail(err, ENT_CONFIG, "cannot be read: %s", strerror(errno));
  }
  return ENT_OK;
}

ent_status ent_option_file_read(ent_arena *arena, ent_address *address,
                                ent_error *err) {
  FILE *file = fopen(address->option_file, "re");
  ent_status status;
  ent_buf buf;

  if (!file) {
    return ent_fail(err, ENT_CONFIG, "option file %s: cannot be opened: %s",
                    address->option_file, strerror(errno));
  }
  ent_buf_init(&buf, ENT_OPTION_FILE_MAX);
  status = read_all(file, &buf, err);
  fclose(file);
  if (!status && buf.size) {
    status = ent_option_file_parse(buf.data, buf.size, arena, address, err);
  }
  ent_buf_done(&buf);
  return ent_error_context(err, status, "option file %s", address->option_file);
}
