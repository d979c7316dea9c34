/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-event.h"

#include "jip-admin-service.h"
#include "jip-event-service.h"
#include "jip-id.h"
#include "jip-json.h"
#include "jip-time.h"

/* The arguments of event.create: one category, one panel of judges who give a score. */
char *
bench_event_text (const char *id, const char *chair, char **judges, char **entries, guint n_entries)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (
      text,
      "{\"id\":\"%s\",\"title\":\"bench\",\"chair\":\"%s\",\"rules\":{\"categories\":[{\"id\":\"a\","
      "\"name\":\"a\"}],\"panels\":[{\"id\":\"p\",\"name\":\"p\",\"weight\":100,\"mode\":\"score\","
      "\"max\":10}]},\"entries\":[",
      id, chair);
  for (guint i = 0; i < n_entries; i++)
    g_string_append_printf (text, "%s{\"id\":\"%s\",\"category\":\"a\",\"title\":\"t\"}", i > 0 ? "," : "",
                            entries[i]);
  g_string_append (text, "],\"judges\":[");
  for (guint i = 0; judges[i] != NULL; i++)
    {
      g_autofree char *judge = jip_id_new ();
      g_string_append_printf (text, "%s{\"id\":\"%s\",\"user\":\"%s\",\"panel\":\"p\"}", i > 0 ? "," : "",
                              judge, judges[i]);
    }
  g_string_append (text, "]}");
  return g_string_free (text, FALSE);
}

void
bench_apply (JipServices *services, const char *account, const char *name, const char *args)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = jip_json_parse (args, -1, &error);

  g_assert_no_error (error);
  jip_admin_apply (services, account, name, node, jip_time_now (), &error);
  g_assert_no_error (error);
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

/* Of doubles, which are sorted by it. */
double
bench_percentile (GArray *times, guint percent)
{
  g_array_sort (times, compare_times);
  return times->len > 0 ? g_array_index (times, double, MIN (times->len - 1, times->len * percent / 100)) : 0;
}
