#ifndef ENT_CLI_EDITOR_H
#define ENT_CLI_EDITOR_H

#include "backends/base/buf.h"
#include "backends/base/error.h"
#include "cli/session.h"

/* Lines that a person types at a terminal, edited with libedit: its keys and
 * ~/.editrc, a history kept in $XDG_STATE_HOME/entable/history (else
 * ~/.local/state), Tab for completion. */
typedef struct ent_editor ent_editor;

/* Begins with the signal mask of this moment, as ent_input_init().  NULL where
 * the terminal cannot be edited on (TERM=dumb) or memory ran out: lines can
 * still be read with ent_input_line(). */
ent_editor *ent_editor_new(ent_session *session);

/* Ends it and keeps the history.  NULL is fine. */
void ent_editor_free(ent_editor *editor);

/* Shows `prompt` and appends the line that is typed behind it, with its
 * newline.  As ent_input_line(): DONE at the end, INTERRUPTED at Ctrl-C,
 * UNAVAILABLE, NOMEM, TOO_BIG. */
ENT_CHECKED ent_status ent_editor_line(ent_editor *editor, const char *prompt,
                                       ent_buf *to, ent_error *err);

#endif
