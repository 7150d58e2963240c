/* Option files of any bytes: one that is taken fills what the address left
 * open and nothing else, one that is refused says why in one line, and that
 * line has nothing of the file. */
#include "backends/base/option_file.h"
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
    "[client]\npassword = Sesame7!\n",
    "[client]\nhost = Sesame7!\nport = ",
    "[mine]\nssl-ca = \"Sesame7!",
};

/* What the addresses say themselves. */
static const ent_address *const addresses[] = {
    &(ent_address){.database = "d", .port = 3306},
    &(ent_address){
        .database = "d", .host = "h", .port = 3307, .option_group = "mine"},
    &(ent_address){
        .database = "d", .socket = "/s", .user = "u", .password = "p"},
    &(ent_address){.database = "d",
                   .port = 3306,
                   .option_group = "mine",
                   .tls_ca = "/ca",
                   .tls_cert = "/cert",
                   .tls_key = "/key",
                   .tls_is_given = true},
};

/* Whether a text is one line that can stand in a message. */
static void check_text(const char *text) {
  if (!*text || !ent_utf8_valid(text, strlen(text))) abort();
  if (strpbrk(text, "\n\r\t\x1b")) abort();
}

/* What was said stays; what is new can be used. */
static void check_string(const char *said, const char *now) {
  if (said && said != now) abort();
  if (now) check_text(now);
}

static void check_address(const ent_address *said, const ent_address *now) {
  check_string(said->host, now->host);
  check_string(said->socket, now->socket);
  check_string(said->user, now->user);
  check_string(said->tls_ca, now->tls_ca);
  check_string(said->tls_cert, now->tls_cert);
  check_string(said->tls_key, now->tls_key);
  if (said->password && said->password != now->password) abort();
  if (now->host && now->socket) abort();
  if ((said->host || said->socket) && said->port != now->port) abort();
  if (!now->socket && !now->port) abort();
  if (said->tls_is_given && said->tls != now->tls) abort();
  if (strcmp(now->database, "d") != 0) abort();
}

/* The bytes behind their front, with nothing behind them. */
static char *joined(const char *front, const char *text, size_t size) {
  size_t length = strlen(front);
  char *whole = malloc(length + size + !(length + size));

  if (!whole) abort();
  for (size_t i = 0; i < length; i++)
    whole[i] = front[i];
  if (size) memcpy(whole + length, text, size);
  return whole;
}

static void check(const ent_address *said, const char *front, const char *text,
                  size_t size) {
  bool has_secret = strstr(front, secret) && !strstr(text, secret);
  char *whole = joined(front, text, size);
  ent_arena arena = {0};
  ent_address address = *said;
  ent_error err = {0};

  if (!ent_option_file_parse(whole, strlen(front) + size, &arena, &address,
                             &err)) {
    check_address(said, &address);
  } else {
    if (err.status != ENT_CONFIG) abort();
    check_text(err.text);
    if (has_secret && strstr(err.text, secret)) abort();
  }
  free(whole);
  ent_arena_done(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  ent_arena arena = {0};
  const char *text = ent_arena_copy(&arena, (const char *)data, size);

  if (!text) abort();
  for (size_t i = 0; i < ENT_COUNT(fronts); i++) {
    for (size_t k = 0; k < ENT_COUNT(addresses); k++)
      check(addresses[k], fronts[i], text, size);
  }
  ent_arena_done(&arena);
  return 0;
}
