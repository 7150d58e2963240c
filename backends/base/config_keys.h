#ifndef ENT_BACKENDS_BASE_CONFIG_KEYS_H
#define ENT_BACKENDS_BASE_CONFIG_KEYS_H

#include "backends/base/config.h"
#include "backends/base/config_problems.h"
#include "backends/base/yaml.h"

/* Fills path-less `config` from the top of a YAML document: every key that
 * there is, what its value must be, and where it goes.  What is wrong goes to
 * `problems`; the strings live in problems->arena. */
void ent_config_take(const ent_yaml *root, ent_config *config,
                     ent_problems *problems);

#endif
