#include "backends/redis/info.h"

#include "backends/base/hash.h"

#include <stdlib.h>
#include <string.h>

enum { ENT_REIGN_AGAIN_MS = 1000 };

/* The value of a line "name:value\r\n"; false if there is no such line. */
static bool find_line(const char *text, const char *name, const char **value,
                      size_t *size) {
  size_t name_size = strlen(name);

  while (text) {
    if (strncmp(text, name, name_size) == 0 && text[name_size] == ':') {
      *value = text + name_size + 1;
      *size = strcspn(*value, "\r\n");
      return true;
    }
    text = strchr(text, '\n');
    if (text) text++;
  }
  return false;
}

static bool take_reign(const char *text, uint64_t *reign) {
  static const char *const names[] = {"run_id", "master_replid"};
  uint64_t hash = ent_hash_start(ENT_HASH_REIGN);

  for (size_t i = 0; i < ENT_COUNT(names); i++) {
    const char *value;
    size_t size;

    if (!find_line(text, names[i], &value, &size) || !size) return false;
    hash = ent_hash_add(hash, value, size);
  }
  *reign = ent_hash_end(hash);
  return true;
}

static bool evicts(const char *text) {
  static const char never[] = "noeviction";
  const char *value;
  size_t size;

  if (!find_line(text, "maxmemory", &value, &size)) return false;
  if (strtoull(value, NULL, 10) == 0) return false;
  if (!find_line(text, "maxmemory_policy", &value, &size)) return false;
  return size != strlen(never) || memcmp(value, never, size) != 0;
}

static ent_status take(const char *text, ent_redis_info *info, ent_error *err) {
  const char *value;
  size_t size;

  *info = (ent_redis_info){.evicts = evicts(text)};
  if (!take_reign(text, &info->reign)) {
    return ent_fail(err, ENT_PROTOCOL, "INFO lacks run_id or master_replid");
  }
  if (find_line(text, "redis_version", &value, &size) &&
      size < sizeof(info->version)) {
    memcpy(info->version, value, size);
  }
  return ENT_OK;
}

ent_status ent_redis_info_read(ent_redis_connection *connection,
                               const ent_deadline *deadline,
                               ent_redis_info *info, ent_error *err) {
  ent_redis_arg args[] = {ent_redis_arg_text("INFO")};
  const ent_redis_reply *reply = NULL;
  ent_arena arena = {.blocks = NULL};
  ent_status status = ent_redis_connection_run(connection, args, 1, deadline,
                                               &arena, &reply, err);

  if (!status) {
    status = reply->kind == ENT_REDIS_STRING
                 ? take(reply->data, info, err)
                 : ent_fail(err, ENT_PROTOCOL, "INFO is no text");
  }
  ent_arena_done(&arena);
  return status;
}

ent_status ent_redis_info_reign(ent_redis_connection *connection, bool again,
                                const ent_deadline *deadline, uint64_t *reign,
                                ent_error *err) {
  ent_redis_note *note = ent_redis_connection_note(connection);
  int64_t now = ent_now_ms();
  ent_redis_info info;
  ent_status status;

  if (note->has_reign &&
      (!again || now - note->asked_ms < ENT_REIGN_AGAIN_MS)) {
    *reign = note->reign;
    return ENT_OK;
  }
  status = ent_redis_info_read(connection, deadline, &info, err);
  if (status) return status;
  *note =
      (ent_redis_note){.has_reign = true, .reign = info.reign, .asked_ms = now};
  *reign = info.reign;
  return ENT_OK;
}
