#ifndef ENT_CLI_COMMANDS_H
#define ENT_CLI_COMMANDS_H

#include "cli/options.h"

/* One function a command.  Each shows its errors itself and returns the exit
 * status. */
enum { ENT_EXIT_DONE = 0, ENT_EXIT_FAILED = 1, ENT_EXIT_MISUSED = 2 };

int ent_command_shell(const ent_options *options);
int ent_command_sql(const ent_options *options);
int ent_command_check(const ent_options *options);
int ent_command_alters(const ent_options *options);
int ent_command_migrate(const ent_options *options);
int ent_command_import(const ent_options *options);
int ent_command_diagram(const ent_options *options);
int ent_command_warm(const ent_options *options);
int ent_command_sandbox(const ent_options *options);

/* Says on stderr how a command was used wrongly, and where its help is.
 * Returns ENT_EXIT_MISUSED. */
int ent_command_misused(const char *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
