/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Exit statuses of every command. */
enum
{
  JIPCTL_OK = 0,
  JIPCTL_FINDINGS = 1, /* lint, ground: something was found */
  JIPCTL_FAILED = 2,   /* one line on stderr says what, where and what to do */
};

/**
 * JipctlCommand:
 * @name: one or two words, such as `tally` or `event export`
 * @synopsis: the arguments, for the help
 * @summary: one line, untranslated (N_())
 * @run: gets the arguments after the name, %NULL-terminated; returns the exit status
 */
typedef struct
{
  const char *name;
  const char *synopsis;
  const char *summary;
  int (*run) (const char *name, char **args);
} JipctlCommand;

int jipctl_fail (const char *command, const GError *error);
int jipctl_usage_error (const char *command, const char *format, ...) G_GNUC_PRINTF (2, 3);
int jipctl_unknown_command (const char *word);
gboolean jipctl_parse (const char *command, char ***args, const GOptionEntry *entries, int *status);
GBytes *jipctl_read_input (const char *path, gsize max_bytes, GError **error);
gboolean jipctl_write_stdout (const char *data, gssize length, GError **error);
gboolean jipctl_lies_in (const char *path, const char *folder);
void jipctl_say_finding (const char *command, const char *text);
void jipctl_remove_tree (const char *path);
void jipctl_hand_over (const char *folder);
char *jipctl_dup_user_name (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
