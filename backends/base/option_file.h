#ifndef ENT_BACKENDS_BASE_OPTION_FILE_H
#define ENT_BACKENDS_BASE_OPTION_FILE_H

#include "backends/base/address.h"

/* Reads the option file that `address` names, in the form of MySQL's own
 * clients (~/.my.cnf), and takes from it what the address itself leaves open:
 *
 *     [client]
 *     user     = shop
 *     password = "with # and blanks"
 *     host     = db.example          # and port, socket
 *     ssl-ca   = /etc/ssl/db.pem     # and ssl-cert, ssl-key,
 *                                    # ssl-verify-server-cert
 *
 * of the groups [client], [client-mariadb], [client-server] and the one that
 * the address calls option_group; the last line of several counts.  Everything
 * else in the file is for other programs.  An empty value is none, but for the
 * password.  Where the address has a host, neither host, port nor socket are
 * taken.
 *
 *   arena  strings live there
 *
 * CONFIG, with the file, the line and why, and never a value of the file; also
 * for !include, which is not followed.  NOMEM. */
ENT_CHECKED ent_status ent_option_file_read(ent_arena *arena,
                                            ent_address *address,
                                            ent_error *err);

/* The same from `size` bytes of text. */
ENT_CHECKED ent_status ent_option_file_parse(const char *text, size_t size,
                                             ent_arena *arena,
                                             ent_address *address,
                                             ent_error *err);

#endif
