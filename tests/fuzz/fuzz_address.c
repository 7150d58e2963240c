/* Addresses of any bytes: one that is taken is complete and can be shown, one
 * that is refused says why, and neither text has a password in it. */
#include "backends/base/address.h"
#include "backends/base/value.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The name is libFuzzer's. */
/* NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What stands in front of the bytes; the secret must never come out. */
static const char secret[] = "Sesame7!";
static const char *const fronts[] = {
    "",
    "mysql://",
    "mysql://root:Sesame7!",
    "mysql://root:Sesame7!@",
    "root:Sesame7!",
    "root:Sesame7!@tcp(",
    "root:Sesame7!@unix(/",
};

/* Whether a text is one line that can stand in a message. */
static void check_text(const char *text) {
  if (!*text || !ent_utf8_valid(text, strlen(text))) abort();
  if (strpbrk(text, "\n\r\t\x1b")) abort();
}

static void check_address(const ent_address *address, ent_arena *arena) {
  const char *shown = ent_address_show(address, arena);

  if (!address->database || !*address->database) abort();
  if (!address->host == !address->socket) abort();
  if (!address->host != !address->port) abort();
  if (address->pool && !ent_address_is_pool_name(address->pool)) abort();
  if (!shown) abort();
  check_text(shown);
}

static void check(const char *front, const char *text) {
  bool has_secret = strstr(front, secret) && !strstr(text, secret);
  ent_arena arena = {0};
  ent_address address = {0};
  ent_error err = {0};
  char *whole = ent_arena_printf(&arena, "%s%s", front, text);
  const char *shown = err.text;

  if (!whole) abort();
  ent_address_is_mysql(whole);
  if (ent_address_parse(whole, &arena, &address, &err)) {
    if (err.status != ENT_CONFIG || address.database) abort();
    check_text(err.text);
  } else {
    check_address(&address, &arena);
    shown = ent_address_show(&address, &arena);
  }
  if (has_secret && strstr(shown, secret)) abort();
  ent_arena_done(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  ent_arena arena = {0};
  const char *text = ent_arena_copy(&arena, (const char *)data, size);

  if (!text) abort();
  for (size_t i = 0; i < ENT_COUNT(fronts); i++)
    check(fronts[i], text);
  ent_arena_done(&arena);
  return 0;
}
