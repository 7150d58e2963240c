#include "tests/bench/cached.h"

#include "tests/bench/data.h"

#include <stdio.h>
#include <stdlib.h>

enum { ENT_PATH_SIZE = 512 };

static const char in_redis[] =
    "default: {mysql: \"root@unix(%s)/%s\", redis: \"%s:0\"}\n";

/* A query of as many rows as an ordinary table has. */
static const char in_process[] =
    "default: {mysql: \"root@unix(%s)/%s\", redis: \"%s:0\","
    " local_cache: %lld}\n"
    "entities:\n"
    "  bench_row:\n"
    "    redis_cache: true\n"
    "    local_cache: true\n"
    "    columns: {id: bigint not null, user_id: int not null,"
    " status: int not null, flags: int not null, amount: double not null,"
    " score: bigint not null, created: datetime not null,"
    " name: varchar(32) not null, email: varchar(64) not null,"
    " note: varchar(200) not null}\n"
    "    index: {by_user: [user_id, id]}\n"
    "    queries: {by_users: \"where user_id between ? and ? and id <= %lld"
    " order by user_id\"}\n";

ent_status ent_bench_redis_socket(const char **socket, ent_error *err) {
  const char *found = getenv("ENTABLE_SANDBOX_REDIS");

  if (!found) {
    return ent_fail(err, ENT_UNAVAILABLE,
                    "no Redis: entable sandbox --with redis");
  }
  *socket = found;
  return ENT_OK;
}

static ent_status write_config(const ent_bench *bench, int64_t n_local,
                               char *path, size_t size, ent_error *err) {
  const char *folder = getenv("ENTABLE_SANDBOX_DIR");
  const char *redis = NULL;
  FILE *file;
  ent_status status = ent_bench_redis_socket(&redis, err);

  if (status) return status;
  snprintf(path, size, "%s/bench-caches.yaml", folder ? folder : "/tmp");
  file = fopen(path, "w");
  if (!file) return ent_fail(err, ENT_UNAVAILABLE, "%s", path);
  if (n_local) {
    fprintf(file, in_process, bench->socket, bench->database, redis,
            2LL * n_local, (long long)n_local);
  } else {
    fprintf(file, in_redis, bench->socket, bench->database, redis);
  }
  fclose(file);
  return ENT_OK;
}

static ent_status make_table(ent_ours *ours, bool is_local, ent_error *err) {
  static const char table[] =
      "CREATE VIRTUAL TABLE temp.bench_row USING entity(pool=default,"
      " table=bench_row, redis_cache)";
  uint64_t n;
  ent_status status =
      is_local ? ENT_OK : ent_ours_write(ours, table, 0, &n, err);

  if (!status) {
    status =
        ent_ours_number(ours, "SELECT entity_forget('bench_row')", &n, err);
  }
  return status ? status : ent_ours_prepare(ours, ENT_BENCH_KEYS, err);
}

ent_status ent_bench_cached_open(const ent_bench *bench, int64_t n_local,
                                 ent_ours **out, ent_error *err) {
  char path[ENT_PATH_SIZE];
  ent_ours *ours = NULL;
  ent_status status = write_config(bench, n_local, path, sizeof(path), err);

  if (!status) status = ent_ours_open_what(path, &ours, err);
  if (!status) status = make_table(ours, n_local > 0, err);
  if (status) {
    ent_ours_close(ours);
    return status;
  }
  *out = ours;
  return ENT_OK;
}
