#ifndef ENT_BACKENDS_BASE_YAML_WRITE_H
#define ENT_BACKENDS_BASE_YAML_WRITE_H

#include "backends/base/buf.h"

#include <stdbool.h>

/* Scalars of YAML as they are written, each on one line and so that every
 * reader takes them for the text they are: in double quotes unless they are
 * plainly safe.  Errors of all are those of ent_buf_append(). */

/* Whether a text can be a scalar: it is UTF-8. */
bool ent_yaml_can_write(const char *text);

/* Appends a key, or an element of a list in brackets. */
ENT_CHECKED ent_status ent_yaml_write_name(ent_buf *buf, const char *name,
                                           ent_error *err);

/* Appends the value of a key, or an element of a list of lines, with nothing
 * behind it on its line. */
ENT_CHECKED ent_status ent_yaml_write_text(ent_buf *buf, const char *text,
                                           ent_error *err);

/* Appends "# ...", without an end of line.  What cannot stand in a line, or is
 * no UTF-8, is shown as '?'. */
ENT_CHECKED ent_status ent_yaml_write_comment(ent_buf *buf, const char *text,
                                              ent_error *err);

#endif
