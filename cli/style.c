#include "cli/style.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const ent_style *ent_style_of(int fd) {
  static const ent_style none = {"", "", "", ""};
  static const ent_style colours = {
      .strong = "\x1b[1m",
      .faint = "\x1b[2m",
      .alarm = "\x1b[31m",
      .plain = "\x1b[0m",
  };
  const char *no_color = getenv("NO_COLOR");
  const char *terminal = getenv("TERM");

  if (no_color && *no_color) return &none;
  if (!terminal || !*terminal || strcmp(terminal, "dumb") == 0) return &none;
  return isatty(fd) ? &colours : &none;
}
