#include "tests/schema/same.h"

#include "backends/mysql/online.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ENT_LINES_MAX = 1000, ENT_SAME_CEILING = 1 << 24 };

static int compare_lines(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool begins(const char *line, const char *with) {
  return strncmp(line, with, strlen(with)) == 0;
}

/* Takes a quoted name out of a line. */
static void cut_name(char *line, const char *before) {
  char *at = strstr(line, before);
  char *end;

  if (!at) return;
  at += strlen(before);
  end = strchr(at + 1, '`');
  if (end) memmove(at, end + 1, strlen(end + 1) + 1);
}

/* How much of a text is indexed cannot be declared. */
static void cut_prefixes(char *line) {
  char *at = line;

  if (!strstr(line, "KEY ")) return;
  while ((at = strstr(at, "`("))) {
    char *end = strchr(at, ')');

    if (end && at[2] >= '0' && at[2] <= '9') {
      memmove(at + 1, end + 1, strlen(end + 1) + 1);
    }
    at++;
  }
}

/* How rows are stored is nobody's declaration. */
static void cut_format(char *line) {
  char *at = strstr(line, " ROW_FORMAT=");

  if (*line == ')' && at) *at = '\0';
}

static void cut_next_id(char *line) {
  char *at = strstr(line, " AUTO_INCREMENT=");

  if (begins(line, ")") && at) {
    char *end = strchr(at + 1, ' ');

    memmove(at, end, strlen(end) + 1);
  }
}

static void describe_table(ent_bench *bench, const char *name,
                           bool names_indexes, ent_buf *text) {
  char *keys[ENT_LINES_MAX];
  size_t n_keys = 0;
  char sql[128];
  const char *shown;
  char *copy;
  char *rest;
  ent_buf buf;

  ent_buf_init(&buf, ENT_SAME_CEILING);
  snprintf(sql, sizeof(sql), "SHOW CREATE TABLE `%s`", name);
  ent_bench_query(bench, sql, &buf);
  if (ent_buf_text(&buf, &shown, NULL)) exit(2);
  copy = strdup(shown);
  rest = copy;
  for (char *line = strtok_r(copy, "\n", &rest); line;
       line = strtok_r(NULL, "\n", &rest)) {
    size_t size = strlen(line);

    if (size && line[size - 1] == ',') line[size - 1] = '\0';
    cut_name(line, "  CONSTRAINT ");
    if (!names_indexes) cut_name(line, "KEY ");
    cut_prefixes(line);
    cut_format(line);
    cut_next_id(line);
    if (begins(line, "  `") || *line != ' ') {
      ent_bench_put(text, line);
      ent_bench_put(text, "\n");
    } else {
      keys[n_keys++] = line;
    }
  }
  qsort(keys, n_keys, sizeof(*keys), compare_lines);
  for (size_t i = 0; i < n_keys; i++) {
    ent_bench_put(text, keys[i]);
    ent_bench_put(text, "\n");
  }
  free(copy);
  ent_buf_done(&buf);
}

void ent_same_describe(ent_bench *bench, ent_buf *text) {
  ent_arena arena = {.blocks = NULL};
  ent_deadline deadline = ent_bench_deadline();
  ent_error err = {.status = ENT_OK};
  ent_server server;
  const char *names;
  char *copy;
  char *rest;
  ent_buf buf;

  ent_buf_init(&buf, ENT_SAME_CEILING);
  ent_bench_check(
      ent_server_ask(&bench->session, &arena, &deadline, &server, &err), &err,
      "server");
  ent_bench_query(bench,
                  "SELECT table_name FROM information_schema.tables"
                  " WHERE table_schema = DATABASE() AND table_type ="
                  " 'BASE TABLE' ORDER BY 1",
                  &buf);
  if (ent_buf_text(&buf, &names, NULL)) exit(2);
  copy = strdup(names);
  rest = copy;
  for (char *name = strtok_r(copy, "\n", &rest); name;
       name = strtok_r(NULL, "\n", &rest)) {
    describe_table(bench, name, ent_online_renames_indexes(&server), text);
  }
  free(copy);
  ent_buf_done(&buf);
  ent_arena_done(&arena);
}
