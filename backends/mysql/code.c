#include "backends/mysql/code.h"

#include <string.h>

static ent_status status_of(unsigned code) {
  static const struct {
    unsigned code;
    ent_status status;
  } map[] = {
      {1040, ENT_UNAVAILABLE},
      {1042, ENT_UNAVAILABLE},
      {1043, ENT_UNAVAILABLE},
      {1044, ENT_UNAVAILABLE},
      {1045, ENT_UNAVAILABLE},
      {1049, ENT_UNAVAILABLE},
      {1053, ENT_UNAVAILABLE},
      {1129, ENT_UNAVAILABLE},
      {1130, ENT_UNAVAILABLE},
      {1152, ENT_UNAVAILABLE},
      {1158, ENT_UNAVAILABLE},
      {1159, ENT_UNAVAILABLE},
      {1203, ENT_UNAVAILABLE},
      {1205, ENT_BUSY},
      {1213, ENT_BUSY},
      {1226, ENT_UNAVAILABLE},
      {1317, ENT_INTERRUPTED},
      {1698, ENT_UNAVAILABLE},
      {1927, ENT_UNAVAILABLE},
      {1969, ENT_TIMEOUT},
      {2008, ENT_NOMEM},
      {2027, ENT_PROTOCOL},
      {3024, ENT_TIMEOUT},
      /* what a write meets */
      {1020, ENT_BUSY},
      {1022, ENT_DUPLICATE},
      {1062, ENT_DUPLICATE},
      {1169, ENT_DUPLICATE},
      {1586, ENT_DUPLICATE},
      {1859, ENT_DUPLICATE},
      {1048, ENT_NOT_NULL},
      {1263, ENT_NOT_NULL},
      {1364, ENT_NOT_NULL},
      {1216, ENT_FOREIGN_KEY},
      {1217, ENT_FOREIGN_KEY},
      {1451, ENT_FOREIGN_KEY},
      {1452, ENT_FOREIGN_KEY},
      {1761, ENT_FOREIGN_KEY},
      {1762, ENT_FOREIGN_KEY},
      {3819, ENT_CHECK},
      {4025, ENT_CHECK},
      {1264, ENT_MISMATCH},
      {1265, ENT_MISMATCH},
      {1292, ENT_MISMATCH},
      {1366, ENT_MISMATCH},
      {1367, ENT_MISMATCH},
      {1411, ENT_MISMATCH},
      {1416, ENT_MISMATCH},
      {1690, ENT_MISMATCH},
      {3037, ENT_MISMATCH},
      {3140, ENT_MISMATCH},
      {1118, ENT_TOO_BIG},
      {1153, ENT_TOO_BIG},
      {1406, ENT_TOO_BIG},
      {2020, ENT_TOO_BIG},
      {1036, ENT_READ_ONLY},
      {1288, ENT_READ_ONLY},
      {1290, ENT_READ_ONLY},
      {1792, ENT_READ_ONLY},
      {1906, ENT_READ_ONLY},
      {3105, ENT_READ_ONLY},
      {1412, ENT_BUSY},
      {1614, ENT_BUSY},
  };

  for (size_t i = 0; i < ENT_COUNT(map); i++) {
    if (map[i].code == code) return map[i].status;
  }
  return code >= 2000 && code < 3000 ? ENT_UNAVAILABLE : ENT_REJECTED;
}

/* Behind 1153 the server closes the connection, whatever it says. */
bool ent_mysql_code_is_loss(unsigned code) {
  return code == 2006 || code == 2013 || code == 2027 || code == 2055 ||
         code == 1053 || code == 1153 || code == 1927;
}

/* "Duplicate entry '7' for key 'PRIMARY'", of MySQL 8 'user.PRIMARY'. */
static bool is_about_primary(const char *text) {
  static const char end[] = "PRIMARY'";
  size_t size = strlen(text);

  return size >= sizeof(end) - 1 &&
         strcmp(text + size - (sizeof(end) - 1), end) == 0;
}

/* "WSREP has not yet prepared node for application use": a node of Galera
 * without its cluster.  Others say 1047 of a command that they do not know. */
static bool is_without_cluster(unsigned code, const char *text) {
  return code == 1047 && strncmp(text, "WSREP", 5) == 0;
}

ent_status ent_mysql_code_status(unsigned code, const char *text) {
  ent_status status = status_of(code);

  if (is_without_cluster(code, text)) return ENT_UNAVAILABLE;
  return status == ENT_DUPLICATE && is_about_primary(text) ? ENT_DUPLICATE_KEY
                                                           : status;
}
