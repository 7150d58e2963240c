#include "backends/mysql/online.h"

#include <stdlib.h>
#include <string.h>

/* The columns of the table below: each is a version and those after it, up to
 * the next. */
typedef enum generation {
  ENT_MYSQL_56,
  ENT_MYSQL_57,
  ENT_MYSQL_8012,
  ENT_MYSQL_8029,
  ENT_MARIADB_OLD,
  ENT_MARIADB_103,
  ENT_MARIADB_104,
  ENT_GENERATIONS,
} generation;

#define INSTANT ENT_ONLINE_INSTANT
#define INPLACE ENT_ONLINE_INPLACE
#define NOT     ENT_ONLINE_NOT

static const unsigned char abilities[][ENT_GENERATIONS] = {
    /* MySQL 5.6, 5.7, 8.0.12, 8.0.29; MariaDB before 10.3, 10.3, 10.4 */
    [ENT_ASPECT_ADD_LAST] = {INPLACE, INPLACE, INSTANT, INSTANT, INPLACE,
                             INSTANT, INSTANT},
    [ENT_ASPECT_ADD] = {INPLACE, INPLACE, INPLACE, INSTANT, INPLACE, INPLACE,
                        INSTANT},
    [ENT_ASPECT_DROP] = {INPLACE, INPLACE, INPLACE, INSTANT, INPLACE, INPLACE,
                         INSTANT},
    [ENT_ASPECT_MOVE] = {INPLACE, INPLACE, INPLACE, INPLACE, INPLACE, INPLACE,
                         INSTANT},
    [ENT_ASPECT_RENAME] = {INPLACE, INPLACE, INPLACE, INPLACE, INPLACE, INPLACE,
                           INSTANT},
    [ENT_ASPECT_DEFAULT] = {INPLACE, INPLACE, INSTANT, INSTANT, INPLACE,
                            INSTANT, INSTANT},
    [ENT_ASPECT_NULLABLE] = {INPLACE, INPLACE, INPLACE, INPLACE, INPLACE,
                             INPLACE, INPLACE},
    [ENT_ASPECT_NOT_NULL] = {NOT, INPLACE, INPLACE, INPLACE, INPLACE, INPLACE,
                             INPLACE},
    [ENT_ASPECT_WORDS] = {INPLACE, INPLACE, INSTANT, INSTANT, INPLACE, INSTANT,
                          INSTANT},
    [ENT_ASPECT_WIDEN] = {NOT, INPLACE, INPLACE, INPLACE, NOT, INSTANT,
                          INSTANT},
    [ENT_ASPECT_TYPE] = {NOT, NOT, NOT, NOT, NOT, NOT, NOT},
    [ENT_ASPECT_ADD_INDEX] = {INPLACE, INPLACE, INPLACE, INPLACE, INPLACE,
                              INPLACE, INPLACE},
    [ENT_ASPECT_DROP_INDEX] = {INPLACE, INPLACE, INPLACE, INPLACE, INPLACE,
                               INPLACE, INPLACE},
    [ENT_ASPECT_RENAME_INDEX] = {NOT, INPLACE, INPLACE, INPLACE, NOT, NOT,
                                 INPLACE},
    [ENT_ASPECT_KEY] = {NOT, NOT, NOT, NOT, NOT, NOT, NOT},
    [ENT_ASPECT_CHARSET] = {INPLACE, INPLACE, INPLACE, INPLACE, INPLACE,
                            INPLACE, INPLACE},
    [ENT_ASPECT_ENGINE] = {NOT, NOT, NOT, NOT, NOT, NOT, NOT},
};

#undef INSTANT
#undef INPLACE
#undef NOT

/* "10.11.19-MariaDB" is 101119. */
static long version_of(const char *text) {
  char *end;
  long version = strtol(text, &end, 10) * 10000;

  if (*end == '.') version += strtol(end + 1, &end, 10) * 100;
  if (*end == '.') version += strtol(end + 1, &end, 10);
  return version;
}

static generation generation_of(const ent_server *server) {
  long version = version_of(server->version);

  if (strstr(server->version, "MariaDB")) {
    if (version < 100300) return ENT_MARIADB_OLD;
    return version < 100400 ? ENT_MARIADB_103 : ENT_MARIADB_104;
  }
  if (version < 50700) return ENT_MYSQL_56;
  if (version < 80012) return ENT_MYSQL_57;
  return version < 80029 ? ENT_MYSQL_8012 : ENT_MYSQL_8029;
}

/* Whether the table is laid out anew by it, unless that is done at once. */
static bool is_layout(ent_aspect aspect) {
  return aspect == ENT_ASPECT_ADD_LAST || aspect == ENT_ASPECT_ADD ||
         aspect == ENT_ASPECT_DROP || aspect == ENT_ASPECT_MOVE ||
         aspect == ENT_ASPECT_NULLABLE || aspect == ENT_ASPECT_NOT_NULL;
}

static bool is_of_column(ent_aspect aspect) {
  return aspect <= ENT_ASPECT_TYPE;
}

static bool has_special(const ent_shape_table *live) {
  for (size_t i = 0; i < live->n_indexes; i++) {
    if (live->indexes[i].is_special) return true;
  }
  return false;
}

static bool has_hashed(const ent_shape_table *live) {
  for (size_t i = 0; i < live->n_indexes; i++) {
    if (live->indexes[i].is_hashed) return true;
  }
  return false;
}

/* InnoDB lays out no table with a fulltext or spatial index while others
 * write, and copies one with a hidden column; a compressed one never changes at
 * once. */
ent_online ent_online_of(const ent_server *server, const ent_shape_table *live,
                         ent_aspect aspect) {
  ent_online online = (ent_online)abilities[aspect][generation_of(server)];

  if (strcmp(live->engine ? live->engine : "", "InnoDB") != 0 ||
      (is_of_column(aspect) && has_hashed(live))) {
    return ENT_ONLINE_NOT;
  }
  if (!is_layout(aspect)) return online;
  if (has_special(live)) return ENT_ONLINE_NOT;
  if (live->is_compressed && online == ENT_ONLINE_INSTANT) {
    return ENT_ONLINE_INPLACE;
  }
  return online;
}

bool ent_online_renames_columns(const ent_server *server) {
  bool is_mariadb = strstr(server->version, "MariaDB") != NULL;

  return version_of(server->version) >= (is_mariadb ? 100502 : 80000);
}

bool ent_online_renames_indexes(const ent_server *server) {
  bool is_mariadb = strstr(server->version, "MariaDB") != NULL;

  return version_of(server->version) >= (is_mariadb ? 100502 : 50700);
}
