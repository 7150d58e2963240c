#include "backends/mysql/tls.h"

#include <errno.h>
#include <mysql.h>
#include <string.h>
#include <unistd.h>

/* Where Debian and others keep the certificates that a system trusts. */
static const char system_ca[] = "/etc/ssl/certs/ca-certificates.crt";

/* The library's own message would name no file. */
static ent_status set_file(MYSQL *mysql, enum mysql_option option,
                           const char *name, const char *path, ent_error *err) {
  if (!path) return ENT_OK;
  if (access(path, R_OK)) {
    return ent_fail(err, ENT_UNAVAILABLE, "%s %s: cannot be read: %s", name,
                    path, strerror(errno));
  }
  mysql_options(mysql, option, path);
  return ENT_OK;
}

static const char *ca_of(const ent_address *address) {
  bool is_missing = !address->tls_ca && address->tls == ENT_TLS_VERIFIED;

  return is_missing && access(system_ca, R_OK) == 0 ? system_ca
                                                    : address->tls_ca;
}

ent_status ent_mysql_tls_prepare(MYSQL *mysql, const ent_address *address,
                                 ent_error *err) {
  const my_bool on = 1;
  const my_bool off = 0;
  bool verifies = address->tls == ENT_TLS_VERIFIED;
  ent_status status;

  if (address->tls == ENT_TLS_OFF) return ENT_OK;
  mysql_options(mysql, MYSQL_OPT_SSL_ENFORCE, &on);
  mysql_options(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, verifies ? &on : &off);
  status = set_file(mysql, MYSQL_OPT_SSL_CA, "tls_ca", ca_of(address), err);
  if (!status) {
    status =
        set_file(mysql, MYSQL_OPT_SSL_CERT, "tls_cert", address->tls_cert, err);
  }
  if (!status) {
    status =
        set_file(mysql, MYSQL_OPT_SSL_KEY, "tls_key", address->tls_key, err);
  }
  return status;
}

ent_status ent_mysql_tls_check(MYSQL *mysql, const ent_address *address,
                               ent_error *err) {
  if (address->tls == ENT_TLS_OFF || mysql_get_ssl_cipher(mysql)) return ENT_OK;
  return ent_fail(err, ENT_UNAVAILABLE,
                  "the server has no TLS, which the address asks for");
}
