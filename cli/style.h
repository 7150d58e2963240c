#ifndef ENT_CLI_STYLE_H
#define ENT_CLI_STYLE_H

/* How text stands out on a terminal.  Each member is the sequence that begins
 * it, `plain` ends all; they are empty where there is nothing to stand out on:
 * in a file or a pipe, with NO_COLOR set to anything (no-color.org), and with
 * TERM=dumb. */
typedef struct ent_style {
  const char *strong; /* names of columns */
  const char *faint;  /* NULL, rules, what is said about a result */
  const char *alarm;  /* what went wrong */
  const char *plain;
} ent_style;

/* The style of what is written to a file descriptor.  Never NULL; lives as
 * long as the program. */
const ent_style *ent_style_of(int fd);

#endif
