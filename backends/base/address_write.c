#include "backends/base/address.h"
#include "backends/base/address_words.h"
#include "backends/base/buf.h"

#include <stdio.h>
#include <string.h>

enum { ENT_ADDRESS_WRITTEN = 1 << 16 };

/* One writing of an address.  What fails is kept. */
typedef struct writer {
  ent_buf buf;
  bool is_url;    /* everything that is no letter or digit is %XX */
  char separator; /* before the next option */
  ent_error err;
} writer;

/* What stands for itself in every form and in every place. */
static bool is_plain(char c) {
  return ent_is_letter(c) || ent_is_digit(c) || c == '_' || c == '-' ||
         c == '.' || c == '/';
}

/* Whether a text needs no form in which it can be encoded. */
static bool is_simple(const char *text, bool has_slash) {
  for (; text && *text; text++) {
    if (!is_plain(*text) || (*text == '/' && !has_slash)) return false;
  }
  return true;
}

static bool is_well(const writer *w) {
  return w->err.status == ENT_OK;
}

/* The status is kept in w->err. */
static void put_bytes(writer *w, const char *text, size_t size) {
  if (is_well(w) && ent_buf_append(&w->buf, text, size, &w->err)) return;
}

static void put(writer *w, const char *text) {
  put_bytes(w, text, strlen(text));
}

static void put_number(writer *w, int number) {
  char digits[16];

  snprintf(digits, sizeof(digits), "%d", number);
  put(w, digits);
}

static void put_hex(writer *w, char c) {
  char digits[4];

  snprintf(digits, sizeof(digits), "%%%02X", (unsigned char)c);
  put(w, digits);
}

static void put_encoded(writer *w, const char *text, bool has_slash) {
  for (; *text; text++) {
    if (w->is_url && (!is_plain(*text) || (*text == '/' && !has_slash))) {
      put_hex(w, *text);
    } else {
      put_bytes(w, text, 1);
    }
  }
}

static void begin_option(writer *w, const char *name) {
  char separator[] = {w->separator, '\0'};

  put(w, separator);
  put(w, name);
  put(w, "=");
  w->separator = '&';
}

static void put_option(writer *w, const char *name, const char *value) {
  if (!value) return;
  begin_option(w, name);
  put_encoded(w, value, true);
}

static void put_limit(writer *w, const char *name, int value) {
  if (!value) return;
  begin_option(w, name);
  put_number(w, value);
}

static void put_options(writer *w, const ent_address *address) {
  static const char *const words[] = {[ENT_TLS_OFF] = "off",
                                      [ENT_TLS_ANYONE] = "required",
                                      [ENT_TLS_VERIFIED] = "verify"};

  if (w->is_url) put_option(w, "socket", address->socket);
  put_limit(w, "limit_connections", address->limit_connections);
  put_limit(w, "connect_timeout_ms", address->connect_timeout_ms);
  put_limit(w, "read_timeout_ms", address->read_timeout_ms);
  put_limit(w, "write_timeout_ms", address->write_timeout_ms);
  put_limit(w, "idle_timeout_ms", address->idle_timeout_ms);
  put_limit(w, "max_lifetime_ms", address->max_lifetime_ms);
  if (address->tls_is_given) put_option(w, "tls", words[address->tls]);
  put_option(w, "tls_ca", address->tls_ca);
  put_option(w, "tls_cert", address->tls_cert);
  put_option(w, "tls_key", address->tls_key);
  put_option(w, "option_file", address->option_file);
  put_option(w, "option_group", address->option_group);
}

static void put_host(writer *w, const ent_address *address) {
  bool in_brackets = address->host && strchr(address->host, ':');

  if (!address->host) {
    if (w->is_url) put(w, "localhost");
    return;
  }
  put(w, in_brackets ? "[" : "");
  put(w, address->host);
  put(w, in_brackets ? "]:" : ":");
  put_number(w, address->port);
}

static void put_login(writer *w, const ent_address *address,
                      const char *password) {
  if (address->user) put_encoded(w, address->user, false);
  if (password) {
    put(w, ":");
    put(w, password);
  }
  if (address->user || password) put(w, "@");
}

static void put_server(writer *w, const ent_address *address) {
  if (w->is_url) {
    put_host(w, address);
    return;
  }
  put(w, address->socket ? "unix(" : "tcp(");
  if (address->socket) put(w, address->socket);
  put_host(w, address);
  put(w, ")");
}

/* In the shorter forms the last '/' stands before the database. */
static bool is_url(const ent_address *address) {
  return address->tls_ca || address->tls_cert || address->option_file ||
         !is_simple(address->user, false) ||
         !is_simple(address->database, false) ||
         !is_simple(address->socket, true) ||
         !is_simple(address->option_group, false);
}

const char *ent_address_write(const ent_address *address, const char *password,
                              ent_arena *arena) {
  writer w = {.is_url = is_url(address), .separator = '?'};
  const char *text = NULL;

  ent_buf_init(&w.buf, ENT_ADDRESS_WRITTEN);
  if (w.is_url) put(&w, "mysql://");
  put_login(&w, address, password);
  put_server(&w, address);
  put(&w, "/");
  put_encoded(&w, address->database, false);
  put_options(&w, address);
  if (is_well(&w)) text = ent_arena_copy(arena, w.buf.data, w.buf.size);
  ent_buf_done(&w.buf);
  return text;
}
