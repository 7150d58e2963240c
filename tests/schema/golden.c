/* Every kind of alter: two models a case, what is in the tables between them,
 * and what is asked behind the second one.  What would be done, and how it ends,
 * stands in a file of results for each kind of server.
 *
 *     schema_golden CASES RESULTS [--bless]
 *
 * A case:
 *
 *     == a column is added
 *     @ mariadb             only there; or: @ mysql
 *     table t
 *       id int auto
 *     > INSERT INTO t VALUES (1)
 *     --
 *     table t
 *       id int auto
 *       a int
 *     ? SELECT * FROM t
 *
 * Of each it is also seen to that nothing is left to do, and that the database
 * is the same as one that was made from the second model at once. */
#include "tests/schema/bench.h"
#include "tests/schema/model.h"
#include "tests/schema/same.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ENT_GOLDEN_CEILING = 1 << 24 };

typedef struct golden {
  ent_bench bench;
  bool is_mariadb;
  bool is_wrong;
  ent_buf results;
  ent_arena arena; /* of the case */
} golden;

static char *read_file(const char *path) {
  FILE *file = fopen(path, "rb");
  char *text;
  size_t size;

  if (!file) return strdup("");
  text = calloc(1, ENT_GOLDEN_CEILING);
  size = fread(text, 1, ENT_GOLDEN_CEILING - 1, file);
  text[size] = '\0';
  fclose(file);
  return text;
}

static void put(golden *g, const char *text) {
  ent_bench_put(&g->results, text);
}

static const char *next_line(const char *text) {
  text += strcspn(text, "\n");
  return text + (*text == '\n');
}

static char *line_of(golden *g, const char *text) {
  return ent_arena_copy(&g->arena, text, strcspn(text, "\n"));
}

static ent_status compare(golden *g, const ent_declared *declared,
                          ent_alters *alters, ent_error *err) {
  ent_shape_wanted wanted = ent_bench_wanted(declared, &g->arena);
  ent_deadline deadline = ent_bench_deadline();

  return ent_mysql_alters(&g->bench.session, &wanted, &g->arena, &deadline,
                          alters, err);
}

static void show(golden *g, const ent_alters *alters) {
  for (size_t i = 0; i < alters->n; i++) {
    put(g, ent_alter_class_name(alters->items[i].class));
    put(g, ": ");
    put(g, alters->items[i].reason);
    put(g, "\n");
    put(g, alters->items[i].sql);
    put(g, ";\n");
  }
}

/* What a run has left that it should have done. */
static void check_left(golden *g, const ent_declared *declared,
                       ent_alter_class class) {
  ent_alters alters = {.n = 0};
  ent_error err = {.status = ENT_OK};

  ent_bench_check(compare(g, declared, &alters, &err), &err, "compare again");
  for (size_t i = 0; i < alters.n; i++) {
    if (alters.items[i].class > class) continue;
    put(g, "STILL LEFT: ");
    put(g, alters.items[i].sql);
    put(g, "\n");
    g->is_wrong = true;
  }
}

/* The server's name for a table that it copies is another one each time. */
static void cut_temporary(char *text) {
  char *at = strstr(text, "#sql");
  char *end = at ? strchr(at, '`') : NULL;

  if (end) memmove(at + 4, end, strlen(end) + 1);
}

static void migrate(golden *g, const ent_declared *declared,
                    ent_alter_class class) {
  ent_error err = {.status = ENT_OK};

  if (ent_bench_migrate(&g->bench, declared, class, &err)) {
    cut_temporary(err.text);
    put(g, "failed: ");
    put(g, err.text);
    put(g, "\n");
  } else {
    check_left(g, declared, class);
  }
}

/* Whether the database is one made from the model at once. */
static void check_same(golden *g, const ent_declared *declared) {
  ent_error err = {.status = ENT_OK};
  const char *texts[2];
  ent_buf both[2];

  for (size_t i = 0; i < 2; i++) {
    ent_buf_init(&both[i], ENT_GOLDEN_CEILING);
    ent_bench_check(
        ent_bench_migrate(&g->bench, declared, ENT_ALTER_PRUNE, &err), &err,
        "migrate");
    ent_same_describe(&g->bench, &both[i]);
    if (ent_buf_text(&both[i], &texts[i], NULL)) exit(2);
    ent_bench_clear(&g->bench);
  }
  if (strcmp(texts[0], texts[1]) != 0) {
    put(g, "NOT THE SAME AS A NEW ONE:\n");
    put(g, texts[0]);
    put(g, "A NEW ONE:\n");
    put(g, texts[1]);
    g->is_wrong = true;
  }
  ent_buf_done(&both[0]);
  ent_buf_done(&both[1]);
}

static const char *run_statements(golden *g, const char *text) {
  for (; *text == '>'; text = next_line(text))
    ent_bench_exec(&g->bench, line_of(g, text) + 2);
  return text;
}

static const char *run_queries(golden *g, const char *text) {
  for (; *text == '?'; text = next_line(text)) {
    put(g, line_of(g, text));
    put(g, "\n");
    ent_bench_query(&g->bench, line_of(g, text) + 2, &g->results);
  }
  return text;
}

static const char *skip_case(const char *text) {
  while (*text && strncmp(text, "== ", 3) != 0)
    text = next_line(text);
  return text;
}

/* The second model: what would be done, and then that it is done. */
static const char *run_second(golden *g, const char *text) {
  ent_declared declared;
  ent_alters alters = {.n = 0};
  ent_error err = {.status = ENT_OK};

  text = ent_model_read(text, &g->arena, &declared);
  if (compare(g, &declared, &alters, &err)) {
    put(g, "error: ");
    put(g, err.text);
    put(g, "\n");
    text = run_statements(g, text);
    ent_bench_clear(&g->bench);
    return text;
  }
  show(g, &alters);
  migrate(g, &declared, ENT_ALTER_SAFE);
  migrate(g, &declared, ENT_ALTER_UNSAFE);
  text = run_queries(g, run_statements(g, text));
  text = run_statements(g, text);
  check_same(g, &declared);
  return text;
}

static bool is_elsewhere(const golden *g, const char *line) {
  return *line == '@' && (strstr(line, "mariadb") != NULL) != g->is_mariadb;
}

static const char *run_case(golden *g, const char *text) {
  ent_declared declared;
  ent_error err = {.status = ENT_OK};
  const char *title = line_of(g, text);

  text = next_line(text);
  if (is_elsewhere(g, line_of(g, text))) return skip_case(text);
  if (*text == '@') text = next_line(text);
  put(g, title);
  put(g, "\n");
  text = ent_model_read(text, &g->arena, &declared);
  ent_bench_check(
      ent_bench_migrate(&g->bench, &declared, ENT_ALTER_UNSAFE, &err), &err,
      title);
  check_left(g, &declared, ENT_ALTER_UNSAFE);
  text = run_statements(g, text);
  if (strncmp(text, "--\n", 3) != 0) {
    fprintf(stderr, "%s: no -- but: %s\n", title, line_of(g, text));
    exit(2);
  }
  return run_second(g, next_line(text));
}

static void run_all(golden *g, const char *cases) {
  ent_buf version;
  const char *text;

  ent_buf_init(&version, 1024);
  ent_bench_query(&g->bench, "SELECT VERSION()", &version);
  if (ent_buf_text(&version, &text, NULL)) exit(2);
  g->is_mariadb = strstr(text, "MariaDB") != NULL;
  ent_buf_done(&version);
  ent_bench_clear(&g->bench);
  for (text = skip_case(cases); *text; text = skip_case(text)) {
    text = run_case(g, text);
    ent_arena_reset(&g->arena);
  }
}

/* The first line that differs. */
static bool is_expected(const char *results, const char *expected) {
  const char *title = "";

  while (*results || *expected) {
    size_t size = strcspn(results, "\n");

    if (strncmp(results, "== ", 3) == 0) title = results;
    if (size != strcspn(expected, "\n") ||
        strncmp(results, expected, size) != 0) {
      fprintf(stderr, "%.*s\nexpected: %.*s\n     got: %.*s\n",
              (int)strcspn(title, "\n"), title, (int)strcspn(expected, "\n"),
              expected, (int)size, results);
      return false;
    }
    results = next_line(results);
    expected = next_line(expected);
  }
  return true;
}

static void bless(const char *path, const char *results) {
  FILE *file = fopen(path, "wb");

  if (!file || fputs(results, file) < 0 || fclose(file) != 0) exit(2);
}

int main(int argc, char **argv) {
  golden g = {.is_wrong = false};
  const char *results;
  char *cases;
  char *expected;
  bool is_good;

  if (argc < 3) return 2;
  cases = read_file(argv[1]);
  expected = read_file(argv[2]);
  ent_buf_init(&g.results, ENT_GOLDEN_CEILING);
  ent_bench_open(&g.bench);
  run_all(&g, cases);
  if (ent_buf_text(&g.results, &results, NULL)) exit(2);
  if (argc > 3) bless(argv[2], results);
  is_good = !g.is_wrong && (argc > 3 || is_expected(results, expected));
  if (g.is_wrong) fprintf(stderr, "%s", results);
  ent_bench_close(&g.bench);
  ent_buf_done(&g.results);
  ent_arena_done(&g.arena);
  free(cases);
  free(expected);
  return is_good ? 0 : 1;
}
