/* Addresses of Redis, of any bytes: one that is taken is complete and can be
 * shown and copied, one that is refused says why, and neither text has a
 * password in it. */
#include "backends/base/redis_address.h"
#include "backends/base/value.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The name is libFuzzer's. */
/* NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef ent_status parse_function(const char *text, ent_arena *arena,
                                  ent_redis_address *address, ent_error *err);

/* What stands in front of the bytes; the secret must never come out. */
static const char secret[] = "Sesame7!";
static const struct {
  const char *front;
  parse_function *parse;
} tries[] = {
    {"", ent_redis_address_parse},
    {"redis://", ent_redis_address_parse},
    {"redis://u:Sesame7!", ent_redis_address_parse},
    {"redis://:Sesame7!@", ent_redis_address_parse},
    {"h:1:2?password=Sesame7!", ent_redis_address_parse},
    {"/s?password=Sesame7!&", ent_redis_address_parse},
    {"", ent_redis_address_parse_master},
    {"main?password=Sesame7!", ent_redis_address_parse_master},
    {"", ent_redis_address_parse_sentinel},
    {"h?password=Sesame7!&", ent_redis_address_parse_sentinel},
};

/* Whether a text is one line that can stand in a message. */
static void check_text(const char *text) {
  if (!*text || !ent_utf8_valid(text, strlen(text))) abort();
  if (strpbrk(text, "\n\r\t\x1b")) abort();
}

static const char *check_address(const ent_redis_address *address,
                                 ent_arena *arena) {
  const char *shown = ent_redis_address_show(address, arena);
  ent_redis_address copy = {.port = 0};

  if (!!address->host + !!address->socket + !!address->master != 1) abort();
  if (address->host && !address->port) abort();
  if (address->user && !address->password) abort();
  if (address->database < 0 || address->database > 65535) abort();
  if (address->connect_timeout_ms < 0 || address->read_timeout_ms < 0) abort();
  if (address->n_sentinels || address->sentinels) abort();
  if (!ent_redis_address_copy(address, arena, &copy)) abort();
  if (!ent_redis_address_equals(address, &copy)) abort();
  if (!shown) abort();
  check_text(shown);
  return shown;
}

static void check(const char *front, parse_function *parse, const char *text) {
  bool has_secret = strstr(front, secret) && !strstr(text, secret);
  ent_redis_address address = {.port = 0};
  ent_arena arena = {.blocks = NULL};
  ent_error err = {.status = ENT_OK};
  char *whole = ent_arena_printf(&arena, "%s%s", front, text);
  const char *shown = err.text;

  if (!whole) abort();
  if (parse(whole, &arena, &address, &err)) {
    if (err.status != ENT_CONFIG || address.host || address.password) abort();
    check_text(err.text);
  } else {
    shown = check_address(&address, &arena);
  }
  if (has_secret && strstr(shown, secret)) abort();
  ent_arena_done(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  ent_arena arena = {.blocks = NULL};
  const char *text = ent_arena_copy(&arena, (const char *)data, size);

  if (!text) abort();
  for (size_t i = 0; i < ENT_COUNT(tries); i++)
    check(tries[i].front, tries[i].parse, text);
  ent_arena_done(&arena);
  return 0;
}
