#include "backends/base/config.h"
#include "tests/bench/bench.h"
#include "tests/bench/data.h"
#include "tests/bench/measure.h"
#include "tests/bench/ours.h"
#include "tests/bench/raw/information.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A registry of 500 entities: read and checked from its file, and compared with
 * a database that is as declared. */

enum { ENT_NAME_SIZE = 128, ENT_PATH_SIZE = 512, ENT_ENTITIES = 500 };

typedef struct schema_case {
  char path[ENT_PATH_SIZE]; /* of the configuration */
  char database[ENT_NAME_SIZE];
  char *text; /* size bytes of it */
  size_t size;
  ent_raw *raw;
  ent_ours *ours;
  uint64_t n_columns;
} schema_case;

/* ---- the file ---- */

static void write_entity(FILE *file, int i) {
  fprintf(file,
          "  e%03d:\n    columns:\n"
          "      id: bigint unsigned\n"
          "      code: varchar(40) not null\n"
          "      title: varchar(200) not null default ''\n"
          "      body: mediumtext\n"
          "      state: enum state not null\n"
          "      tags: set('a','b','c')\n"
          "      price: decimal(10,2) unsigned not null default 0\n"
          "      weight: double\n"
          "      born: date\n"
          "      created: datetime not null default current_timestamp\n"
          "      data: json\n"
          "      address: {street: varchar(255), number: smallint unsigned}\n",
          i);
  if (i > 0) {
    fprintf(file,
            "      owner_id: references e%03d not null\n"
            "      other_id: references e%03d on delete set null\n",
            i / 2, i - 1);
  }
  fprintf(file, "    unique: {by_code: [code]}\n"
                "    index: {by_state: [state, created], by_price: [price]}\n");
}

static ent_status write_file(const ent_bench *bench, schema_case *c,
                             ent_error *err) {
  const char *folder = getenv("ENTABLE_SANDBOX_DIR");
  FILE *file;

  snprintf(c->path, sizeof(c->path), "%s/bench-schema.yaml",
           folder ? folder : ".");
  file = fopen(c->path, "w");
  if (!file) return ent_fail(err, ENT_UNAVAILABLE, "%s: not written", c->path);
  fprintf(file,
          "default:\n  mysql: mysql://root@localhost/%s?socket=%s\n"
          "enums:\n  state: [new, open, closed]\nentities:\n",
          c->database, bench->socket);
  for (int i = 0; i < ENT_ENTITIES; i++)
    write_entity(file, i);
  if (fclose(file)) {
    return ent_fail(err, ENT_UNAVAILABLE, "%s: not written", c->path);
  }
  return ENT_OK;
}

static ent_status read_file(schema_case *c, ent_error *err) {
  FILE *file = fopen(c->path, "r");
  long size;

  if (!file || fseek(file, 0, SEEK_END) || (size = ftell(file)) < 0) {
    if (file) fclose(file);
    return ent_fail(err, ENT_UNAVAILABLE, "%s: not read", c->path);
  }
  rewind(file);
  free(c->text);
  c->text = malloc((size_t)size + 1);
  c->size = c->text ? fread(c->text, 1, (size_t)size, file) : 0;
  fclose(file);
  return c->size == (size_t)size
             ? ENT_OK
             : ent_fail(err, ENT_UNAVAILABLE, "%s: not read", c->path);
}

/* ---- the two sides ---- */

static ent_status read_run(void *state, int round, uint64_t *sum,
                           ent_error *err) {
  schema_case *c = state;
  ent_status status = read_file(c, err);

  (void)round;
  *sum = ENT_ENTITIES;
  return status;
}

static ent_status check_run(void *state, int round, uint64_t *sum,
                            ent_error *err) {
  const schema_case *c = state;
  ent_config *config = NULL;
  ent_status status = ent_config_read(c->path, &config, err);

  (void)round;
  if (!status) *sum = config->declared.n_entities;
  ent_config_free(config);
  return status;
}

static ent_status raw_run(void *state, int round, uint64_t *sum,
                          ent_error *err) {
  schema_case *c = state;

  (void)round;
  *sum = 0;
  return ent_raw_read_information(c->raw, &c->n_columns, err);
}

/* Untimed: all tables must have been there. */
static ent_status raw_finish(void *state, uint64_t *sum, ent_error *err) {
  const schema_case *c = state;

  *sum = 0;
  if (c->n_columns > (uint64_t)ENT_ENTITIES * 12) return ENT_OK;
  return ent_fail(err, ENT_MISMATCH, "the tables are not there");
}

/* Nothing is to be altered. */
static ent_status compare_run(void *state, int round, uint64_t *sum,
                              ent_error *err) {
  const schema_case *c = state;

  (void)round;
  return ent_ours_number(c->ours, "SELECT count(*) FROM entity_alters", sum,
                         err);
}

/* ---- the lines ---- */

static ent_status check_line(ent_bench *bench, schema_case *c, ent_error *err) {
  ent_bench_contest contest = {
      .what = "reading and checking 500 entities",
      .base = {.run = read_run, .state = c},
      .subject = {.run = check_run, .state = c},
      .n_units = 1,
      .n_rounds = bench->n_rounds ? bench->n_rounds : 9,
      .at_most = 1,
      .allowance_ms = 200,
  };

  return ent_bench_compare(&contest, &bench->report, err);
}

static ent_status compare_line(ent_bench *bench, schema_case *c,
                               ent_error *err) {
  ent_bench_contest contest = {
      .what = "comparing 500 entities",
      .base = {.run = raw_run, .finish = raw_finish, .state = c},
      .subject = {.run = compare_run, .state = c},
      .n_units = 1,
      .n_rounds = bench->n_rounds ? bench->n_rounds : 9,
      .at_most = 2,
      .allowance_ms = 200,
  };
  uint64_t n;
  ent_status status = ent_ours_open_what(c->path, &c->ours, err);

  fprintf(stderr, "migrating %d entities...\n", ENT_ENTITIES);
  if (!status) {
    status = ent_ours_number(c->ours, "SELECT entity_migrate('all')", &n, err);
  }
  if (!status) status = ent_raw_open(bench->socket, c->database, &c->raw, err);
  if (!status) status = ent_bench_compare(&contest, &bench->report, err);
  return status;
}

ent_status ent_bench_schema(ent_bench *bench, ent_error *err) {
  schema_case c = {.raw = NULL};
  ent_status status = ent_bench_data_database(bench, "schema", c.database,
                                              sizeof(c.database), err);

  if (!status) status = write_file(bench, &c, err);
  if (!status) status = check_line(bench, &c, err);
  if (!status) status = compare_line(bench, &c, err);
  ent_ours_close(c.ours);
  ent_raw_close(c.raw);
  free(c.text);
  return status;
}
