#include "cli/diagram.h"

#include "cli/commands.h"
#include "cli/output.h"

#include <stdint.h>
#include <string.h>

/* The command `diagram`. */

static bool ends_with(const char *text, const char *end) {
  size_t size = strlen(text);
  size_t end_size = strlen(end);

  return size >= end_size && strcmp(text + size - end_size, end) == 0;
}

/* As it was said, or as the file is called. */
static bool is_svg(const ent_options *options) {
  if (options->picture) return strcmp(options->picture, "svg") == 0;
  return options->output && ends_with(options->output, ".svg");
}

static ent_status draw(ent_session *session, const ent_options *options,
                       ent_diagram *diagram, ent_buf *to, ent_error *err) {
  ent_status status = ent_diagram_read(session, diagram, err);

  if (!status && !diagram->entities.n) {
    return ent_fail(err, ENT_CONFIG,
                    "there is nothing to draw: name a configuration with "
                    "--config or ENTABLE_CONFIG");
  }
  if (!status) {
    status = ent_diagram_choose(diagram, options->words + 1,
                                options->n_words - 1, err);
  }
  if (status) return status;
  if (!is_svg(options)) return ent_diagram_mermaid(diagram, to, err);
  status = ent_diagram_layout(diagram, err);
  return status ? status : ent_diagram_svg(diagram, to, err);
}

int ent_command_diagram(const ent_options *options) {
  ent_diagram diagram = {.width = 0};
  ent_error err = {.status = ENT_OK};
  ent_session session;
  ent_buf text;
  bool done;

  if (ent_output_is_taken(options->output)) return ENT_EXIT_FAILED;
  if (!ent_session_open(&session, options)) return ENT_EXIT_FAILED;
  ent_session_catch_interrupts(&session, false);
  ent_buf_init(&text, SIZE_MAX / 2);
  done = !draw(&session, options, &diagram, &text, &err);
  if (!done) ent_session_error("%s", err.text);
  done = done && ent_output_write(options->output, text.data, text.size);
  ent_buf_done(&text);
  ent_arena_done(&diagram.arena);
  ent_session_close(&session);
  return done ? ENT_EXIT_DONE : ENT_EXIT_FAILED;
}
