/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-document [--pages N] [--rounds N] [--folder DIR]: writes a report of about N pages as HWPX, PDF and text, and
 * reads the PDF back through the sandboxed helper. Prints one line of JSON; with --folder the files stay there. */
#include <glib/gstdio.h>
#include <stdlib.h>

#include "jip-document.h"
#include "jip-source.h"

#define PARAGRAPHS_A_PAGE 7

static int n_pages = 30;
static int n_rounds = 5;
static char *kept_folder;

static const GOptionEntry options[] = {
  { "pages", 0, 0, G_OPTION_ARG_INT, &n_pages, "Pages of the report, about", "N" },
  { "rounds", 0, 0, G_OPTION_ARG_INT, &n_rounds, "Times each is done; the median counts", "N" },
  { "folder", 0, 0, G_OPTION_ARG_FILENAME, &kept_folder, "Keep the files in a folder", "DIR" },
  { NULL },
};

static const char *const words[]
    = { "도서관", "야간",     "운영",     "시민",   "설문",    "결과",     "예산",   "좌석", "확대",
        "계획을", "검토하여", "추진하고", "2026년", "1,204명", "안전하게", "이용할", "수",   "있도록" };

static char *
make_sentence (GRand *rand, guint n_words)
{
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < n_words; i++)
    g_string_append_printf (out, i > 0 ? " %s" : "%s",
                            words[g_rand_int_range (rand, 0, G_N_ELEMENTS (words))]);
  return g_string_free (out, FALSE);
}

static JipBlock *
make_table (GRand *rand)
{
  JipCell cells[20] = { 0 };
  JipBlock *block;

  for (guint i = 0; i < G_N_ELEMENTS (cells); i++)
    {
      cells[i].row = i / 4;
      cells[i].header = i < 4;
      cells[i].text = make_sentence (rand, 2);
    }
  block = jip_block_new_table (cells, G_N_ELEMENTS (cells));
  for (guint i = 0; i < G_N_ELEMENTS (cells); i++)
    g_free (cells[i].text);
  return block;
}

static JipDraft *
make_draft (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  JipDraft *draft = jip_draft_new ("work-report", "야간 도서관 운영 보고");

  for (int page = 0; page < n_pages; page++)
    {
      g_autoptr (GPtrArray) blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) jip_block_unref);
      g_autofree char *id = g_strdup_printf ("page-%d", page);
      g_autofree char *heading = make_sentence (rand, 3);
      for (guint i = 0; i < PARAGRAPHS_A_PAGE; i++)
        {
          g_autofree char *text = make_sentence (rand, 18 + i);
          g_ptr_array_add (blocks, i % 3 == 0   ? jip_block_new_bulleted (text, "□")
                                   : i % 3 == 1 ? jip_block_new_bulleted (text, "ㅇ")
                                                : jip_block_new_numbered (text, 1 + i % 2));
        }
      if (page % 3 == 0)
        g_ptr_array_add (blocks, make_table (rand));
      g_autoptr (JipSection) section = jip_section_new (id, heading, blocks);
      JipDraft *next = jip_draft_with_section (draft, section);
      jip_draft_unref (draft);
      draft = next;
    }
  return draft;
}

static int
compare (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

static double
time_export (JipDraft *draft, JipDocumentFormat format, const char *path)
{
  g_autofree double *times = g_new (double, n_rounds);
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < n_rounds; i++)
    {
      gint64 start = g_get_monotonic_time ();
      if (!jip_document_export (draft, format, path, NULL, &error))
        g_error ("%s", error->message);
      times[i] = (double) (g_get_monotonic_time () - start) / 1000;
    }
  qsort (times, (size_t) n_rounds, sizeof *times, compare);
  return times[n_rounds / 2];
}

static double
time_extract (const char *path, guint *pages)
{
  g_autofree double *times = g_new (double, n_rounds);
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < n_rounds; i++)
    {
      gint64 start = g_get_monotonic_time ();
      g_autoptr (JipSource) source = jip_source_read (path, NULL, &error);
      if (source == NULL)
        g_error ("%s", error->message);
      *pages = source->pages->len;
      times[i] = (double) (g_get_monotonic_time () - start) / 1000;
    }
  qsort (times, (size_t) n_rounds, sizeof *times, compare);
  return times[n_rounds / 2];
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  guint pages = 0;

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || n_pages < 1 || n_rounds < 1)
    g_error ("%s", error != NULL ? error->message : "--pages and --rounds start at 1");
  g_autofree char *folder
      = kept_folder != NULL ? g_strdup (kept_folder) : g_dir_make_tmp ("jip-bench-XXXXXX", NULL);
  g_autofree char *hwpx = g_build_filename (folder, "report.hwpx", NULL);
  g_autofree char *pdf = g_build_filename (folder, "report.pdf", NULL);
  g_autofree char *text = g_build_filename (folder, "report.txt", NULL);
  g_autoptr (JipDraft) draft = make_draft ();
  double hwpx_ms = time_export (draft, JIP_DOCUMENT_HWPX, hwpx);
  double pdf_ms = time_export (draft, JIP_DOCUMENT_PDF, pdf);
  double text_ms = time_export (draft, JIP_DOCUMENT_TEXT, text);
  double extract_ms = time_extract (pdf, &pages);

  g_print ("{\"bench\":\"document\",\"pages\":%u,\"hwpx_ms\":%.1f,\"pdf_ms\":%.1f,\"text_ms\":%.1f,"
           "\"extract_ms\":%.1f}\n",
           pages, hwpx_ms, pdf_ms, text_ms, extract_ms);
  if (kept_folder == NULL)
    {
      g_unlink (hwpx);
      g_unlink (pdf);
      g_unlink (text);
      g_rmdir (folder);
    }
  return 0;
}
