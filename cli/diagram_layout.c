#include "cli/diagram.h"
#include "cli/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
  ENT_MARGIN = 24,
  ENT_GAP_BESIDE = 96, /* between layers, where the lines are */
  ENT_GAP_INSIDE = 40, /* between two columns of one layer */
  ENT_GAP_BELOW = 28,
  ENT_LEAST_HEIGHT = 700, /* a layer is not split before */
  ENT_NO_LAYER = -1,
  ENT_ALONE = -2, /* no references */
  ENT_SWEEPS = 4,
};

static const double letter = 7.3; /* of the font, 12 pixels high */

/* One layout. */
typedef struct layout {
  ent_diagram *diagram;
  size_t n;
  bool *is_blocked;
  double *weights; /* by which a layer is sorted */
  size_t *order;   /* of the entities: by layer, and inside it */
  size_t *place;   /* of each entity in its layer */
  int n_layers;
} layout;

static bool is_drawn(const ent_diagram *diagram,
                     const ent_diagram_reference *reference) {
  return reference->from != reference->to &&
         !ent_diagram_at(diagram, reference->from)->is_left_out &&
         !ent_diagram_at(diagram, reference->to)->is_left_out;
}

static void measure(ent_diagram_entity *entity) {
  double widest =
      letter * (double)ent_text_width(entity->name, strlen(entity->name));

  for (size_t i = 0; i < entity->columns.n; i++) {
    const ent_diagram_column *column = ent_diagram_column_at(entity, i);
    size_t size = ent_text_width(column->name, strlen(column->name)) +
                  ent_text_width(column->type, strlen(column->type)) + 7;
    double width = letter * (double)size;

    if (width > widest) widest = width;
  }
  entity->width = ceil(widest + 28);
  if (entity->width < 120) entity->width = 120;
  entity->height =
      ENT_DIAGRAM_HEADER + ENT_DIAGRAM_ROW * (double)entity->columns.n + 6;
  entity->layer = ENT_ALONE;
}

/* ---- layers ---- */

/* Notes who refers to one that has no layer yet. */
static void note_blocked(layout *l) {
  memset(l->is_blocked, 0, l->n * sizeof(*l->is_blocked));
  for (size_t i = 0; i < l->diagram->references.n; i++) {
    const ent_diagram_reference *reference =
        ent_diagram_reference_at(l->diagram, i);

    if (is_drawn(l->diagram, reference) &&
        ent_diagram_at(l->diagram, reference->to)->layer == ENT_NO_LAYER) {
      l->is_blocked[reference->from] = true;
    }
  }
}

/* Behind the last of those that it refers to. */
static void give_layer(layout *l, size_t at) {
  int layer = 0;

  for (size_t i = 0; i < l->diagram->references.n; i++) {
    const ent_diagram_reference *reference =
        ent_diagram_reference_at(l->diagram, i);
    const ent_diagram_entity *to = ent_diagram_at(l->diagram, reference->to);

    if (reference->from != at || !is_drawn(l->diagram, reference)) continue;
    if (to->layer >= layer) layer = to->layer + 1;
  }
  ent_diagram_at(l->diagram, at)->layer = layer;
  if (layer >= l->n_layers) l->n_layers = layer + 1;
}

/* Those that wait for nobody; in a ring, where all wait, the first one. */
static bool give_layers(layout *l) {
  size_t first = l->n;
  bool is_given = false;

  note_blocked(l);
  for (size_t i = 0; i < l->n; i++) {
    if (ent_diagram_at(l->diagram, i)->layer != ENT_NO_LAYER) continue;
    if (first == l->n) first = i;
    if (l->is_blocked[i]) continue;
    give_layer(l, i);
    is_given = true;
  }
  if (first == l->n) return false;
  if (!is_given) give_layer(l, first);
  return true;
}

static void make_layers(layout *l) {
  for (size_t i = 0; i < l->diagram->references.n; i++) {
    const ent_diagram_reference *reference =
        ent_diagram_reference_at(l->diagram, i);

    if (!is_drawn(l->diagram, reference)) continue;
    ent_diagram_at(l->diagram, reference->from)->layer = ENT_NO_LAYER;
    ent_diagram_at(l->diagram, reference->to)->layer = ENT_NO_LAYER;
  }
  while (give_layers(l)) {}
}

/* ---- the order inside a layer ---- */

static const layout *sorted; /* of qsort(), which takes no context */

static int compare(const void *left, const void *right) {
  size_t a = *(const size_t *)left;
  size_t b = *(const size_t *)right;
  int one = ent_diagram_at(sorted->diagram, a)->layer;
  int other = ent_diagram_at(sorted->diagram, b)->layer;

  if (one != other) return one < other ? -1 : 1;
  if (sorted->weights[a] != sorted->weights[b])
    return sorted->weights[a] < sorted->weights[b] ? -1 : 1;
  return a < b ? -1 : a > b;
}

static void sort(layout *l) {
  int layer = ENT_ALONE;
  size_t at = 0;

  sorted = l;
  qsort(l->order, l->n, sizeof(*l->order), compare);
  for (size_t i = 0; i < l->n; i++) {
    const ent_diagram_entity *entity = ent_diagram_at(l->diagram, l->order[i]);

    if (entity->layer != layer) at = 0;
    layer = entity->layer;
    l->place[l->order[i]] = at++;
  }
}

/* Each goes to the middle of its neighbours, those before it or behind it. */
static ent_status weigh(layout *l, bool by_targets) {
  size_t *counts = calloc(l->n + 1, sizeof(*counts));

  if (!counts) return ENT_NOMEM;
  memset(l->weights, 0, l->n * sizeof(*l->weights));
  for (size_t i = 0; i < l->diagram->references.n; i++) {
    const ent_diagram_reference *r = ent_diagram_reference_at(l->diagram, i);
    size_t own = by_targets ? r->from : r->to;
    size_t other = by_targets ? r->to : r->from;

    if (!is_drawn(l->diagram, r)) continue;
    l->weights[own] += (double)l->place[other];
    counts[own]++;
  }
  for (size_t i = 0; i < l->n; i++) {
    l->weights[i] =
        counts[i] ? l->weights[i] / (double)counts[i] : (double)l->place[i];
  }
  free(counts);
  sort(l);
  return ENT_OK;
}

/* ---- places ---- */

/* As high as a layer may be: the picture is about as wide as it is high. */
static double most_height(const layout *l) {
  double area = 0;
  double height = ENT_LEAST_HEIGHT;

  for (size_t i = 0; i < l->n; i++) {
    const ent_diagram_entity *entity = ent_diagram_at(l->diagram, i);

    if (entity->is_left_out || entity->layer < 0) continue;
    area += (entity->width + ENT_GAP_BESIDE) * (entity->height + ENT_GAP_BELOW);
    if (entity->height > height) height = entity->height;
  }
  return fmax(height, sqrt(area) * 0.8);
}

/* Columns of boxes from left to right, a layer in one or more. */
static void place_layers(layout *l) {
  double most = ENT_MARGIN + most_height(l);
  double x = ENT_MARGIN, y = ENT_MARGIN, widest = 0;
  int layer = 0;

  for (size_t i = 0; i < l->n; i++) {
    ent_diagram_entity *entity = ent_diagram_at(l->diagram, l->order[i]);
    bool is_next = entity->layer > layer;

    if (entity->is_left_out || entity->layer < 0) continue;
    if (is_next || (y > ENT_MARGIN && y + entity->height > most)) {
      x += widest + (is_next ? ENT_GAP_BESIDE : ENT_GAP_INSIDE);
      y = ENT_MARGIN;
      widest = 0;
    }
    layer = entity->layer;
    entity->x = x;
    entity->y = y;
    y += entity->height + ENT_GAP_BELOW;
    widest = fmax(widest, entity->width);
    l->diagram->width = fmax(l->diagram->width, x + entity->width + ENT_MARGIN);
    l->diagram->height = fmax(l->diagram->height, y);
  }
}

/* Rows of boxes below. */
static void place_alone(layout *l) {
  double most = fmax(l->diagram->width, 1100);
  double x = ENT_MARGIN, y = fmax(l->diagram->height, ENT_MARGIN);
  double highest = 0;

  for (size_t i = 0; i < l->n; i++) {
    ent_diagram_entity *entity = ent_diagram_at(l->diagram, i);

    if (entity->is_left_out || entity->layer != ENT_ALONE) continue;
    if (x > ENT_MARGIN && x + entity->width + ENT_MARGIN > most) {
      x = ENT_MARGIN;
      y += highest + ENT_GAP_BELOW;
      highest = 0;
    }
    entity->x = x;
    entity->y = y;
    x += entity->width + ENT_GAP_INSIDE;
    highest = fmax(highest, entity->height);
    l->diagram->width =
        fmax(l->diagram->width, entity->x + entity->width + ENT_MARGIN);
    l->diagram->height =
        fmax(l->diagram->height, y + entity->height + ENT_GAP_BELOW);
  }
}

ent_status ent_diagram_layout(ent_diagram *diagram, ent_error *err) {
  size_t n = diagram->entities.n;
  layout l = {.diagram = diagram, .n = n};
  ent_status status = ENT_OK;

  l.is_blocked = ent_arena_zalloc(&diagram->arena, n * sizeof(bool) + 1);
  l.weights = ent_arena_zalloc(&diagram->arena, n * sizeof(double) + 1);
  l.order = ent_arena_zalloc(&diagram->arena, n * sizeof(size_t) + 1);
  l.place = ent_arena_zalloc(&diagram->arena, n * sizeof(size_t) + 1);
  if (!l.is_blocked || !l.weights || !l.order || !l.place) {
    return ent_fail_nomem(err);
  }
  for (size_t i = 0; i < n; i++) {
    measure(ent_diagram_at(diagram, i));
    l.order[i] = i;
  }
  make_layers(&l);
  sort(&l);
  for (int i = 0; !status && i < ENT_SWEEPS; i++)
    status = weigh(&l, i % 2 == 0);
  if (status) return ent_fail_nomem(err);
  diagram->width = diagram->height = 2 * ENT_MARGIN;
  place_layers(&l);
  place_alone(&l);
  return ENT_OK;
}
