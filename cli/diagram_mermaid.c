#include "cli/diagram.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* Between quotes, because many a word means something to Mermaid (end, to, one,
 * class).  Some characters may not stand there, not even escaped. */
static ent_status put_name(ent_buf *to, const char *name, ent_error *err) {
  ent_status status = ent_buf_append(to, "\"", 1, err);

  for (; !status && *name; name++) {
    bool is_fit = !strchr("\"%\\\n\r", *name);

    status = ent_buf_append(to, is_fit ? name : "_", 1, err);
  }
  return status ? status : ent_buf_append(to, "\"", 1, err);
}

static bool is_mark(const char *word) {
  return strcasecmp(word, "pk") == 0 || strcasecmp(word, "fk") == 0 ||
         strcasecmp(word, "uk") == 0;
}

/* Types and names of attributes have no quotes and few characters. */
static ent_status put_word(ent_buf *to, const char *word, ent_error *err) {
  bool begins = isalpha((unsigned char)word[0]) || word[0] == '_';
  ent_status status = ENT_OK;

  if (!begins || is_mark(word)) status = ent_buf_append(to, "_", 1, err);
  for (; !status && *word; word++) {
    bool is_fit = isalnum((unsigned char)*word) || *word == '_';

    status = ent_buf_append(to, is_fit ? word : "_", 1, err);
  }
  return status;
}

static ent_status put_column(ent_buf *to, const ent_diagram_column *column,
                             ent_error *err) {
  const char *joint = " ";
  const struct {
    bool is;
    const char *word;
  } keys[] = {{column->is_key, "PK"},
              {column->refers, "FK"},
              {column->is_unique, "UK"}};
  ent_status status = ent_buf_printf(to, err, "        ");

  if (!status) status = put_word(to, column->type, err);
  if (!status) status = ent_buf_append(to, " ", 1, err);
  if (!status) status = put_word(to, column->name, err);
  for (size_t i = 0; !status && i < ENT_COUNT(keys); i++) {
    if (!keys[i].is) continue;
    status = ent_buf_printf(to, err, "%s%s", joint, keys[i].word);
    joint = ", ";
  }
  return status ? status : ent_buf_append(to, "\n", 1, err);
}

static ent_status put_entity(ent_buf *to, const ent_diagram_entity *entity,
                             ent_error *err) {
  ent_status status = ent_buf_printf(to, err, "    ");

  if (!status) status = put_name(to, entity->name, err);
  if (!status) status = ent_buf_printf(to, err, " {\n");
  for (size_t i = 0; !status && i < entity->columns.n; i++)
    status = put_column(to, ent_diagram_column_at(entity, i), err);
  return status ? status : ent_buf_printf(to, err, "    }\n");
}

/* How many of the one that is referred to belong to how many that refer. */
static const char *line_of(const ent_diagram_reference *reference,
                           const ent_diagram_column *column) {
  if (reference->is_many) return "}o--o{";
  if (column->is_unique) return column->is_nullable ? "|o--o|" : "||--o|";
  return column->is_nullable ? "|o--o{" : "||--o{";
}

static ent_status put_reference(const ent_diagram *diagram, ent_buf *to,
                                const ent_diagram_reference *reference,
                                ent_error *err) {
  const ent_diagram_entity *from = ent_diagram_at(diagram, reference->from);
  const ent_diagram_entity *target = ent_diagram_at(diagram, reference->to);
  const ent_diagram_column *column =
      ent_diagram_column_at(from, reference->column);
  ent_status status = ENT_OK;

  if (from->is_left_out || target->is_left_out) return ENT_OK;
  status = ent_buf_printf(to, err, "    ");
  if (!status) status = put_name(to, target->name, err);
  if (!status) {
    status = ent_buf_printf(to, err, " %s ", line_of(reference, column));
  }
  if (!status) status = put_name(to, from->name, err);
  if (!status) status = ent_buf_printf(to, err, " : ");
  if (!status) status = put_name(to, column->name, err);
  return status ? status : ent_buf_append(to, "\n", 1, err);
}

ent_status ent_diagram_mermaid(const ent_diagram *diagram, ent_buf *to,
                               ent_error *err) {
  ent_status status = ent_buf_printf(to, err, "erDiagram\n");

  for (size_t i = 0; !status && i < diagram->entities.n; i++) {
    const ent_diagram_entity *entity = ent_diagram_at(diagram, i);

    if (!entity->is_left_out) status = put_entity(to, entity, err);
  }
  for (size_t i = 0; !status && i < diagram->references.n; i++) {
    status =
        put_reference(diagram, to, ent_diagram_reference_at(diagram, i), err);
  }
  return status;
}
