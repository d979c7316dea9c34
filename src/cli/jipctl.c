/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <signal.h>
#include <string.h>

#include "jip-paths.h"
#include "jipctl-commands.h"
#include "jipctl-common.h"

/* Sorted by name. Each command lives in a file of its own, jipctl-NAME.c, and is declared in jipctl-commands.h. */
static const JipctlCommand commands[] = {
  { "audit verify", "--data DIR", N_ ("Check the audit chain and print its head."), jipctl_audit_verify },
  { "backup", "OUT --data DIR [--kept]",
    N_ ("Take a backup of a server that runs, or of its folder, and check it."), jipctl_backup },
  { "backup keep", "BACKUP --data DIR", N_ ("Check a backup and say that it is kept elsewhere."),
    jipctl_backup_keep },
  { "backup list", "--data DIR", N_ ("List the backups: id, moment, whether kept elsewhere."),
    jipctl_backup_list },
  { "convert", "IN OUT [--no-ai-notice]",
    N_ ("Write a paper or draft (hwpx, odt, pdf, txt, json) in another of these formats."), jipctl_convert },
  { "demo", "DIR [--seed N] [--staff N] [--ideas N] [--now TIME] [--password-file FILE]",
    N_ ("Make an invented city in a data folder, to try things out."), jipctl_demo },
  { "event codes", "EVENT --data DIR", N_ ("Make a code for each judge to join with, as CSV."),
    jipctl_event_codes },
  { "event create", "FILE.json --data DIR", N_ ("Make an event from a file and print its id."),
    jipctl_event_create },
  { "event export", "EVENT --data DIR", N_ ("Write a locked event as jip-tally/1."), jipctl_event_export },
  { "event list", "--data DIR", N_ ("List the events: id, state, title."), jipctl_event_list },
  { "export", "DRAFT.json -o OUT.{hwpx,odt,pdf,txt} [--no-ai-notice]",
    N_ ("Write a draft as an office paper (jip-draft/1)."), jipctl_export },
  { "extract", "FILE [--json]", N_ ("Print the text of a HWPX, ODT, PDF or text file."), jipctl_extract },
  { "file forget", "SHA256 --data DIR", N_ ("Say that a file which the server has lost is gone for good."),
    jipctl_file_forget },
  { "ground", "--source FILE [--source FILE …] [--date DATE] DRAFT",
    N_ ("Find each fact of a draft in its sources (- reads standard input)."), jipctl_ground },
  { "lint", "[--profile TYPE] [--lists DIR] [--fix] FILE | --rules",
    N_ ("Check a paper against the official writing rules (- reads standard input)."), jipctl_lint },
  { "migrate-database", "--data DIR --to URI",
    N_ ("Move a server's database from its folder into PostgreSQL."), jipctl_migrate_database },
  { "redact", "FILE [--allow LIST] [--map OUT.json]",
    N_ ("Print a text with its personal data masked (- reads standard input)."), jipctl_redact },
  { "refill close", "EVENT --data DIR", N_ ("End an event's wait for ballots that will not come back."),
    jipctl_refill_close },
  { "refill list", "--data DIR", N_ ("Print what a restored server still waits for."), jipctl_refill_list },
  { "restore", "BACKUP --data DIR [--database URI] | --map MAP.json FILE",
    N_ ("Put a backup into an empty data folder; or print a masked text with what its marks stand for."),
    jipctl_restore },
  { "similar", "--corpus FILE.jsonl --query TEXT [--top N]",
    N_ ("List the ideas of a corpus that are the most similar to a text."), jipctl_similar },
  { "tally", "FILE", N_ ("Compute the exact result of an event (jip-tally/1; - reads standard input)."),
    jipctl_tally },
  { "user disable", "LOGIN --data DIR", N_ ("Disable an account; its sessions end at once."),
    jipctl_user_disable },
  { "user enable", "LOGIN --data DIR", N_ ("Enable an account that was disabled."), jipctl_user_enable },
  { "user import", "FILE.csv --data DIR [--database URI]",
    N_ ("Make or update accounts (columns login, name, department, roles and maybe password)."),
    jipctl_user_import },
  { NULL },
};

static void
print_help (void)
{
  g_print (_ ("Usage: jipctl COMMAND [ARGUMENT…]\n\n"));
  for (const JipctlCommand *command = commands; command->name != NULL; command++)
    g_print ("  jipctl %s %s\n      %s\n", command->name, command->synopsis, _ (command->summary));
  g_print (_ (
      "\nExit status: 0 done, 1 something was found (lint, ground) or files were lost (backup, restore), 2 an "
      "error, named in one line on stderr.\n"));
}

/* The number of arguments that @name covers, 0 when it does not match. */
static int
match_name (const char *name, char **args)
{
  g_auto (GStrv) words = g_strsplit (name, " ", -1);
  int i;

  for (i = 0; words[i] != NULL; i++)
    if (g_strcmp0 (words[i], args[i]) != 0)
      return 0;
  return i;
}

int
main (int argc, char **argv)
{
  jip_paths_init_locale ();
  signal (SIGPIPE, SIG_IGN); /* a reader that is gone is an error of write(), told in words */

  if (argc < 2 || strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "help") == 0)
    {
      print_help ();
      return argc < 2 ? JIPCTL_FAILED : JIPCTL_OK;
    }
  if (strcmp (argv[1], "--version") == 0)
    {
      g_print ("jipctl %s\n", JIP_VERSION);
      return JIPCTL_OK;
    }
  const JipctlCommand *found = NULL;
  int n_words = 0;
  for (const JipctlCommand *command = commands; command->name != NULL; command++)
    {
      int words = match_name (command->name, argv + 1);
      if (words > n_words)
        {
          found = command;
          n_words = words;
        }
    }
  if (found != NULL)
    return found->run (found->name, argv + 1 + n_words);
  return jipctl_unknown_command (argv[1]);
}
