/* The n-th allocation that entable asks for fails: what allocations.py arms.
 *
 * Linked into a module of its own, whose malloc(), calloc() and realloc() the
 * linker has turned to the functions here, and whose entry point they precede:
 * SQLite's functions that allocate for their caller are exchanged in a copy of
 * the table that it hands over.  So only what entable asks for is counted, and
 * nothing that SQLite, Python or a client library does for itself.
 */
#include <sqlite3ext.h>

#undef sqlite3_entable_init /* which elsewhere is ent_alloc_inner_init */

#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

/* Names that a linker and SQLite dictate. */
/* NOLINTBEGIN(readability-identifier-naming) */
void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_ent_heap_alloc(size_t size);
void *__real_ent_heap_alloc_lines(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_ent_heap_alloc(size_t size);
void *__wrap_ent_heap_alloc_lines(size_t size);
/* NOLINTEND(readability-identifier-naming) */

#define EXPORTED __attribute__((visibility("default")))

/* What Python calls. */
EXPORTED void ent_alloc_arm(long n, int mode);
EXPORTED long ent_alloc_count(void);

/* The module's own entry point, by the name it is given for this. */
int ent_alloc_inner_init(sqlite3 *db, char **message,
                         const sqlite3_api_routines *api);
EXPORTED int sqlite3_entable_init(sqlite3 *db, char **message,
                                  const sqlite3_api_routines *api);

enum { ENT_ALLOC_ONE = 1, ENT_ALLOC_ALL_FROM = 2 };

static atomic_long count;
static atomic_long first; /* the one that fails; 0 for none */
static atomic_int how;
static sqlite3_api_routines own;
static const sqlite3_api_routines *real;

/* Counts from 1 anew, and has the n-th allocation fail (mode 1) or all from it
 * on (mode 2); n = 0 for none. */
void ent_alloc_arm(long n, int mode) {
  atomic_store(&count, 0);
  atomic_store(&how, mode);
  atomic_store(&first, n);
}

/* The allocations since then. */
long ent_alloc_count(void) {
  return atomic_load(&count);
}

static bool fails(void) {
  long at = atomic_fetch_add(&count, 1) + 1;
  long n = atomic_load(&first);

  if (n == 0) return false;
  return atomic_load(&how) == ENT_ALLOC_ALL_FROM ? at >= n : at == n;
}

void *__wrap_malloc(size_t size) {
  return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size) {
  return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *old, size_t size) {
  return fails() ? NULL : __real_realloc(old, size);
}

void *__wrap_ent_heap_alloc(size_t size) {
  return fails() ? NULL : __real_ent_heap_alloc(size);
}

void *__wrap_ent_heap_alloc_lines(size_t size) {
  return fails() ? NULL : __real_ent_heap_alloc_lines(size);
}

static void *own_malloc(int size) {
  return fails() ? NULL : real->malloc(size);
}

static void *own_malloc64(sqlite3_uint64 size) {
  return fails() ? NULL : real->malloc64(size);
}

static void *own_realloc(void *old, int size) {
  return fails() ? NULL : real->realloc(old, size);
}

static void *own_realloc64(void *old, sqlite3_uint64 size) {
  return fails() ? NULL : real->realloc64(old, size);
}

static char *own_vmprintf(const char *format, va_list args) {
  return fails() ? NULL : real->vmprintf(format, args);
}

static char *own_mprintf(const char *format, ...) {
  va_list args;
  char *text;

  va_start(args, format);
  text = own_vmprintf(format, args);
  va_end(args);
  return text;
}

/* A text that outgrew the memory on its way is NULL at its end. */
static char *own_str_finish(sqlite3_str *text) {
  char *made = real->str_finish(text);

  if (!fails()) return made;
  real->free(made);
  return NULL;
}

static sqlite3_value *own_value_dup(const sqlite3_value *value) {
  return fails() ? NULL : real->value_dup(value);
}

/* NULL for a text that is there, as where it has to be converted first. */
static const unsigned char *own_column_text(sqlite3_stmt *stmt, int column) {
  return fails() ? NULL : real->column_text(stmt, column);
}

static const unsigned char *own_value_text(sqlite3_value *value) {
  return fails() ? NULL : real->value_text(value);
}

int sqlite3_entable_init(sqlite3 *db, char **message,
                         const sqlite3_api_routines *api) {
  real = api;
  own = *api;
  own.malloc = own_malloc;
  own.malloc64 = own_malloc64;
  own.realloc = own_realloc;
  own.realloc64 = own_realloc64;
  own.mprintf = own_mprintf;
  own.vmprintf = own_vmprintf;
  own.str_finish = own_str_finish;
  own.value_dup = own_value_dup;
  own.column_text = own_column_text;
  own.value_text = own_value_text;
  return ent_alloc_inner_init(db, message, &own);
}
