#include "backends/mysql/code.h"

#include <string.h>

/* What each number means that does not mean ENT_REJECTED or, of the client
 * library, ENT_UNAVAILABLE; with the servers' own names, less their ER_ and
 * CR_. */
static const struct {
  unsigned code;
  ent_status status;
} meanings[] = {
    {1040, ENT_UNAVAILABLE}, /* CON_COUNT_ERROR */
    {1042, ENT_UNAVAILABLE}, /* BAD_HOST_ERROR */
    {1043, ENT_UNAVAILABLE}, /* HANDSHAKE_ERROR */
    {1044, ENT_UNAVAILABLE}, /* DBACCESS_DENIED_ERROR */
    {1045, ENT_UNAVAILABLE}, /* ACCESS_DENIED_ERROR */
    {1049, ENT_UNAVAILABLE}, /* BAD_DB_ERROR */
    {1053, ENT_UNAVAILABLE}, /* SERVER_SHUTDOWN */
    {1129, ENT_UNAVAILABLE}, /* HOST_IS_BLOCKED */
    {1130, ENT_UNAVAILABLE}, /* HOST_NOT_PRIVILEGED */
    {1152, ENT_UNAVAILABLE}, /* ABORTING_CONNECTION */
    {1158, ENT_UNAVAILABLE}, /* NET_READ_ERROR */
    {1159, ENT_UNAVAILABLE}, /* NET_READ_INTERRUPTED */
    {1203, ENT_UNAVAILABLE}, /* TOO_MANY_USER_CONNECTIONS */
    {1226, ENT_UNAVAILABLE}, /* USER_LIMIT_REACHED */
    {1698, ENT_UNAVAILABLE}, /* ACCESS_DENIED_NO_PASSWORD_ERROR */
    {1927, ENT_UNAVAILABLE}, /* CONNECTION_KILLED */
    {1020, ENT_BUSY},        /* CHECKREAD */
    {1205, ENT_BUSY},        /* LOCK_WAIT_TIMEOUT */
    {1213, ENT_BUSY},        /* LOCK_DEADLOCK */
    {1402, ENT_BUSY},        /* XA_RBROLLBACK */
    {1412, ENT_BUSY},        /* TABLE_DEF_CHANGED */
    {1613, ENT_BUSY},        /* XA_RBTIMEOUT */
    {1614, ENT_BUSY},        /* XA_RBDEADLOCK */
    {1317, ENT_INTERRUPTED}, /* QUERY_INTERRUPTED */
    {1969, ENT_TIMEOUT},     /* STATEMENT_TIMEOUT */
    {3024, ENT_TIMEOUT},     /* QUERY_TIMEOUT of MySQL */
    {2008, ENT_NOMEM},       /* OUT_OF_MEMORY */
    {2027, ENT_PROTOCOL},    /* MALFORMED_PACKET */
    {1022, ENT_DUPLICATE},   /* DUP_KEY */
    {1062, ENT_DUPLICATE},   /* DUP_ENTRY */
    {1169, ENT_DUPLICATE},   /* DUP_UNIQUE */
    {1586, ENT_DUPLICATE},   /* DUP_ENTRY_WITH_KEY_NAME */
    {1859, ENT_DUPLICATE},   /* DUP_UNKNOWN_IN_INDEX */
    {1048, ENT_NOT_NULL},    /* BAD_NULL_ERROR */
    {1263, ENT_NOT_NULL},    /* WARN_NULL_TO_NOTNULL */
    {1364, ENT_NOT_NULL},    /* NO_DEFAULT_FOR_FIELD */
    {1216, ENT_FOREIGN_KEY}, /* NO_REFERENCED_ROW */
    {1217, ENT_FOREIGN_KEY}, /* ROW_IS_REFERENCED */
    {1451, ENT_FOREIGN_KEY}, /* ROW_IS_REFERENCED_2 */
    {1452, ENT_FOREIGN_KEY}, /* NO_REFERENCED_ROW_2 */
    {1761, ENT_FOREIGN_KEY}, /* FOREIGN_DUPLICATE_KEY_WITH_CHILD_INFO */
    {1762, ENT_FOREIGN_KEY}, /* FOREIGN_DUPLICATE_KEY_WITHOUT_CHILD_INFO */
    {3819, ENT_CHECK},       /* CHECK_CONSTRAINT_VIOLATED of MySQL */
    {4025, ENT_CHECK},       /* CONSTRAINT_FAILED */
    {1264, ENT_MISMATCH},    /* WARN_DATA_OUT_OF_RANGE */
    {1265, ENT_MISMATCH},    /* WARN_DATA_TRUNCATED */
    {1292, ENT_MISMATCH},    /* TRUNCATED_WRONG_VALUE */
    {1366, ENT_MISMATCH},    /* TRUNCATED_WRONG_VALUE_FOR_FIELD */
    {1367, ENT_MISMATCH},    /* ILLEGAL_VALUE_FOR_TYPE */
    {1411, ENT_MISMATCH},    /* WRONG_VALUE_FOR_TYPE */
    {1416, ENT_MISMATCH},    /* CANT_CREATE_GEOMETRY_OBJECT */
    {1690, ENT_MISMATCH},    /* DATA_OUT_OF_RANGE */
    {3037, ENT_MISMATCH},    /* GIS_INVALID_DATA */
    {3140, ENT_MISMATCH},    /* INVALID_JSON_TEXT of MySQL */
    {1118, ENT_TOO_BIG},     /* TOO_BIG_ROWSIZE */
    {1153, ENT_TOO_BIG},     /* NET_PACKET_TOO_LARGE */
    {1406, ENT_TOO_BIG},     /* DATA_TOO_LONG */
    {2020, ENT_TOO_BIG},     /* NET_PACKET_TOO_LARGE */
    {1036, ENT_READ_ONLY},   /* OPEN_AS_READONLY */
    {1288, ENT_READ_ONLY},   /* NON_UPDATABLE_TABLE */
    {1290, ENT_READ_ONLY},   /* OPTION_PREVENTS_STATEMENT */
    {1792, ENT_READ_ONLY},   /* CANT_EXECUTE_IN_READ_ONLY_TRANSACTION */
    {1906, ENT_READ_ONLY}, /* WARNING_NON_DEFAULT_VALUE_FOR_GENERATED_COLUMN */
    {3105, ENT_READ_ONLY}, /* NON_DEFAULT_VALUE_FOR_GENERATED_COLUMN of MySQL */
};

static ent_status status_of(unsigned code) {
  for (size_t i = 0; i < ENT_COUNT(meanings); i++) {
    if (meanings[i].code == code) return meanings[i].status;
  }
  return code >= 2000 && code < 3000 ? ENT_UNAVAILABLE : ENT_REJECTED;
}

/* Behind 1153 the server closes the connection, whatever it says. */
bool ent_mysql_code_is_loss(unsigned code) {
  return code == 2006 || code == 2013 || code == 2027 || code == 2055 ||
         code == 1053 || code == 1153 || code == 1927;
}

/* The library's own numbers are 2000 and more, of MariaDB's also 5000 and more;
 * 2006 is that the request could not be sent. */
bool ent_mysql_code_is_unknown(unsigned code) {
  bool is_library =
      (code >= 2000 && code < 3000) || (code >= 5000 && code < 6000);

  return code == 0 || (is_library && code != 2006);
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
