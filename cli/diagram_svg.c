#include "cli/diagram.h"

#include <math.h>
#include <string.h>

/* Colours of day and night, and how everything is drawn. */
static const char style[] =
    "<style>\n"
    "svg { --paper: #ffffff; --box: #fbfcfe; --edge: #b6c0cf; --head: #2f5d8a;"
    " --title: #ffffff; --ink: #1f2733; --faint: #68758a; --line: #6b7f99;"
    " --key: #a86b00; }\n"
    "@media (prefers-color-scheme: dark) { svg { --paper: #14181f;"
    " --box: #1c222c; --edge: #3a4556; --head: #345f8c; --title: #f2f6fb;"
    " --ink: #dbe3ee; --faint: #8b99ad; --line: #7f93ae; --key: #e0aa4e; } }\n"
    "text { font: 12px ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas,"
    " monospace; fill: var(--ink); }\n"
    ".paper { fill: var(--paper); }\n"
    ".box { fill: var(--box); stroke: var(--edge); }\n"
    ".head { fill: var(--head); }\n"
    ".title { font-weight: bold; fill: var(--title); }\n"
    ".type { fill: var(--faint); text-anchor: end; }\n"
    ".key { fill: var(--key); font-weight: bold; }\n"
    ".row { stroke: var(--edge); stroke-opacity: .45; }\n"
    ".line { fill: none; stroke: var(--line); stroke-width: 1.4; }\n"
    ".may { fill: var(--paper); stroke: var(--line); stroke-width: 1.4; }\n"
    "</style>\n";

/* Ends of a line: the point, and which way it leaves the box. */
typedef struct line_end {
  double x, y;
  int way; /* 1: to the right, -1: to the left */
} line_end;

static ent_status put_text(ent_buf *to, const char *text, ent_error *err) {
  ent_status status = ENT_OK;

  for (; !status && *text; text++) {
    switch (*text) {
    case '&': status = ent_buf_append(to, "&amp;", 5, err); break;
    case '<': status = ent_buf_append(to, "&lt;", 4, err); break;
    case '>': status = ent_buf_append(to, "&gt;", 4, err); break;
    case '"': status = ent_buf_append(to, "&quot;", 6, err); break;
    default:
      /* XML has no other control characters. */
      status = (unsigned char)*text < ' ' ? ent_buf_append(to, " ", 1, err)
                                          : ent_buf_append(to, text, 1, err);
    }
  }
  return status;
}

/* ---- boxes ---- */

static const char *mark_of(const ent_diagram_column *column) {
  if (column->is_key) return column->refers ? "PF" : "PK";
  if (column->refers) return "FK";
  return column->is_unique ? "UK" : "";
}

static ent_status put_column(ent_buf *to, const ent_diagram_entity *entity,
                             size_t i, ent_error *err) {
  const ent_diagram_column *column = ent_diagram_column_at(entity, i);
  double top = entity->y + ENT_DIAGRAM_HEADER + ENT_DIAGRAM_ROW * (double)i;
  double base = top + 15;
  ent_status status = ENT_OK;

  if (i) {
    status = ent_buf_printf(to, err,
                            "<line class=\"row\" x1=\"%.0f\" y1=\"%.0f\" "
                            "x2=\"%.0f\" y2=\"%.0f\"/>\n",
                            entity->x, top, entity->x + entity->width, top);
  }
  if (!status && *mark_of(column)) {
    status = ent_buf_printf(
        to, err, "<text class=\"key\" x=\"%.0f\" y=\"%.0f\">%s</text>\n",
        entity->x + 8, base, mark_of(column));
  }
  if (!status) {
    status = ent_buf_printf(to, err, "<text x=\"%.0f\" y=\"%.0f\">",
                            entity->x + 32, base);
  }
  if (!status) status = put_text(to, column->name, err);
  if (!status) {
    status = ent_buf_printf(
        to, err, "</text>\n<text class=\"type\" x=\"%.0f\" y=\"%.0f\">",
        entity->x + entity->width - 8, base);
  }
  if (!status) status = put_text(to, column->type, err);
  return status ? status
                : ent_buf_printf(to, err, "%s</text>\n",
                                 column->is_nullable ? "?" : "");
}

static ent_status put_entity(ent_buf *to, const ent_diagram_entity *entity,
                             ent_error *err) {
  ent_status status = ent_buf_printf(
      to, err,
      "<g>\n<rect class=\"box\" x=\"%.0f\" y=\"%.0f\" width=\"%.0f\""
      " height=\"%.0f\" rx=\"5\"/>\n"
      "<path class=\"head\" d=\"M%.0f %.0fv-%d a5 5 0 0 1 5 -5 h%.0f a5 5 0 0 1"
      " 5 5 v%dz\"/>\n"
      "<text class=\"title\" x=\"%.0f\" y=\"%.0f\">",
      entity->x, entity->y, entity->width, entity->height, entity->x,
      entity->y + ENT_DIAGRAM_HEADER, ENT_DIAGRAM_HEADER - 5,
      entity->width - 10, ENT_DIAGRAM_HEADER - 5, entity->x + 8,
      entity->y + 18);

  if (!status) status = put_text(to, entity->name, err);
  if (!status) status = ent_buf_printf(to, err, "</text>\n");
  for (size_t i = 0; !status && i < entity->columns.n; i++)
    status = put_column(to, entity, i, err);
  return status ? status : ent_buf_printf(to, err, "</g>\n");
}

/* ---- lines ---- */

static double row_middle(const ent_diagram_entity *entity, size_t column) {
  return entity->y + ENT_DIAGRAM_HEADER +
         ENT_DIAGRAM_ROW * ((double)column + 0.5);
}

/* The key's row; the header where there is none. */
static double target_middle(const ent_diagram_entity *entity) {
  for (size_t i = 0; i < entity->columns.n; i++) {
    if (ent_diagram_column_at(entity, i)->is_key) return row_middle(entity, i);
  }
  return entity->y + ENT_DIAGRAM_HEADER / 2.0;
}

/* Both ends, on the sides that face each other; boxes above each other and a box
 * that refers to itself are left and entered at the right. */
static void choose_ends(const ent_diagram_entity *from, size_t column,
                        const ent_diagram_entity *to, line_end *start,
                        line_end *end) {
  bool is_left = to->x + to->width < from->x;
  bool is_right = to->x > from->x + from->width;

  start->way = is_left ? -1 : 1;
  end->way = is_right ? -1 : 1;
  start->x = from->x + (start->way > 0 ? from->width : 0);
  end->x = to->x + (end->way > 0 ? to->width : 0);
  start->y = row_middle(from, column);
  end->y = from == to && target_middle(to) == start->y
               ? to->y + ENT_DIAGRAM_HEADER / 2.0
               : target_middle(to);
}

/* A crow's foot where many refer; a bar where one is referred to, and a ring
 * where it may be none. */
static ent_status put_ends(ent_buf *to, const line_end *start,
                           const line_end *end, bool may_be_none, bool is_many,
                           ent_error *err) {
  double foot = start->x + 9 * start->way;
  double bar = end->x + 6 * end->way;
  ent_status status = ent_buf_printf(
      to, err,
      "<path class=\"line\" d=\"M%.0f %.1fL%.0f %.1fM%.0f %.1fL%.0f %.1f\"/>\n",
      foot, start->y, start->x, start->y - 5, foot, start->y, start->x,
      start->y + 5);

  if (!status && is_many) {
    foot = end->x + 9 * end->way;
    return ent_buf_printf(
        to, err,
        "<path class=\"line\" d=\"M%.0f %.1fL%.0f %.1fM%.0f %.1fL%.0f "
        "%.1f\"/>\n",
        foot, end->y, end->x, end->y - 5, foot, end->y, end->x, end->y + 5);
  }
  if (!status) {
    status =
        ent_buf_printf(to, err, "<path class=\"line\" d=\"M%.0f %.1fv10\"/>\n",
                       bar, end->y - 5);
  }
  if (status || !may_be_none) return status;
  return ent_buf_printf(
      to, err, "<circle class=\"may\" cx=\"%.0f\" cy=\"%.1f\" r=\"3.5\"/>\n",
      bar + 6 * end->way, end->y);
}

static ent_status put_reference(const ent_diagram *diagram, ent_buf *to,
                                const ent_diagram_reference *r,
                                ent_error *err) {
  const ent_diagram_entity *from = ent_diagram_at(diagram, r->from);
  const ent_diagram_entity *target = ent_diagram_at(diagram, r->to);
  const ent_diagram_column *column = ent_diagram_column_at(from, r->column);
  line_end start, end;
  double reach;
  ent_status status;

  if (from->is_left_out || target->is_left_out) return ENT_OK;
  choose_ends(from, r->column, target, &start, &end);
  reach = start.way == end.way ? 44 : fmax(40, fabs(end.x - start.x) / 2);
  status = ent_buf_printf(to, err, "<g>\n<title>");
  if (!status) status = put_text(to, from->name, err);
  if (!status) status = ent_buf_printf(to, err, ".");
  if (!status) status = put_text(to, column->name, err);
  if (!status) status = ent_buf_printf(to, err, " refers to ");
  if (!status) status = put_text(to, target->name, err);
  if (!status && r->on_delete) {
    status = ent_buf_printf(to, err, ", on delete %s", r->on_delete);
  }
  if (!status) {
    status = ent_buf_printf(
        to, err,
        "</title>\n<path class=\"line\" d=\"M%.0f %.1fC%.0f %.1f %.0f %.1f "
        "%.0f %.1f\"/>\n",
        start.x, start.y, start.x + reach * start.way, start.y,
        end.x + reach * end.way, end.y, end.x, end.y);
  }
  if (!status) {
    status = put_ends(to, &start, &end, column->is_nullable, r->is_many, err);
  }
  return status ? status : ent_buf_printf(to, err, "</g>\n");
}

/* The lines stand below the boxes. */
ent_status ent_diagram_svg(const ent_diagram *diagram, ent_buf *to,
                           ent_error *err) {
  double width = diagram->width + 40; /* for lines at the right */
  ent_status status =
      ent_buf_printf(to, err,
                     "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\""
                     " height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\">\n",
                     width, diagram->height, width, diagram->height);

  if (!status) status = ent_buf_append(to, style, sizeof(style) - 1, err);
  if (!status) {
    status = ent_buf_printf(
        to, err, "<rect class=\"paper\" width=\"100%%\" height=\"100%%\"/>\n");
  }
  for (size_t i = 0; !status && i < diagram->references.n; i++) {
    status =
        put_reference(diagram, to, ent_diagram_reference_at(diagram, i), err);
  }
  for (size_t i = 0; !status && i < diagram->entities.n; i++) {
    const ent_diagram_entity *entity = ent_diagram_at(diagram, i);

    if (!entity->is_left_out) status = put_entity(to, entity, err);
  }
  return status ? status : ent_buf_printf(to, err, "</svg>\n");
}
