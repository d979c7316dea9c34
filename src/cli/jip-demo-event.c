/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The idea-thon of the demo city, made by its organiser through the same rules as from a desktop. */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-admin-service.h"
#include "jip-blob-service.h"
#include "jip-demo.h"
#include "jip-json.h"

/* clang-format off */
static const char rules[] =
  "{\"categories\":[{\"id\":\"inner\",\"name\":\"내부 프로세스 개선\"},{\"id\":\"citizen\",\"name\":\"대시민 서비스\"}],"
  "\"panels\":[{\"id\":\"expert\",\"name\":\"전문가 심사단\",\"weight\":70,\"mode\":\"rubric\",\"quorum\":7,\"criteria\":["
  "{\"id\":\"creativity\",\"name\":\"창의성\",\"max\":40},{\"id\":\"feasibility\",\"name\":\"실현가능성\",\"max\":30},"
  "{\"id\":\"effect\",\"name\":\"효과\",\"max\":30}]},"
  "{\"id\":\"staff\",\"name\":\"직원 평가단\",\"weight\":30,\"mode\":\"score\",\"max\":10,\"quorum\":30}],"
  "\"ties\":[\"panel:expert\",\"criterion:expert/creativity\",\"panel:staff\",\"lot\"],\"auto_recuse\":[\"staff\"],"
  "\"awards\":{\"per_category\":[{\"id\":\"best\",\"name\":\"최우수\",\"seats\":1},{\"id\":\"excellence\",\"name\":\"우수\",\"seats\":1},"
  "{\"id\":\"encouragement\",\"name\":\"장려\",\"seats\":3}],\"grand\":{\"id\":\"grand\",\"name\":\"대상\",\"mode\":\"promote\"}}}";
/* clang-format on */

/* Five themes for the office, then five for citizens, and who leads the team of each. */
void
jip_demo_choose_finalists (JipDemo *demo)
{
  JipDemoRandom random;
  g_autofree guint *order = g_new (guint, jip_demo_n_themes);
  guint n[2] = { 0, 0 };

  jip_demo_random_init (&random, demo->seed, "finalists");
  for (guint i = 0; i < jip_demo_n_themes; i++)
    order[i] = i;
  jip_demo_random_shuffle (&random, order, jip_demo_n_themes);
  for (guint i = 0; i < jip_demo_n_themes; i++)
    {
      gboolean citizen = jip_demo_themes[order[i]].citizen;
      if (n[citizen] < JIP_DEMO_N_FINALISTS / 2)
        demo->finalists[citizen * JIP_DEMO_N_FINALISTS / 2 + n[citizen]++] = order[i];
    }
  for (guint i = 0; i < JIP_DEMO_N_FINALISTS; i++)
    demo->authors[i] = demo->first_staff + jip_demo_random_below (&random, demo->n_staff);
}

/* Stores the slides as a file of the organiser's. */
static JsonObject *
store_slides (JipDemo *demo, guint index, GError **error)
{
  g_autoptr (GBytes) pdf = jip_demo_slides (demo, index, error);
  g_autofree char *sha256 = pdf != NULL ? jip_blob_service_import (
                                demo->services, jip_demo_find (demo, JIP_DEMO_ORGANISER)->id, pdf, error)
                                        : NULL;

  if (sha256 == NULL)
    return NULL;
  JsonObject *slides = json_object_new ();
  g_autofree char *name
      = g_strdup_printf ("%02u %s.pdf", index + 1, jip_demo_themes[demo->finalists[index]].titles[0]);
  json_object_set_string_member (slides, "sha256", sha256);
  json_object_set_int_member (slides, "size", (gint64) g_bytes_get_size (pdf));
  json_object_set_string_member (slides, "name", name);
  return slides;
}

static JsonObject *
make_entry (JipDemo *demo, JipDemoRandom *random, guint index, GError **error)
{
  const JipDemoTheme *theme = &jip_demo_themes[demo->finalists[index]];
  const JipDemoPerson *author = jip_demo_person (demo, demo->authors[index]);
  JsonObject *slides = store_slides (demo, index, error);

  if (slides == NULL)
    return NULL;
  JsonObject *entry = json_object_new ();
  g_autofree char *id = jip_demo_random_id (random, demo->now);
  g_autofree char *team = g_strdup_printf ("%s %s 외 %u명", jip_demo_departments[author->department],
                                           author->name, jip_demo_random_between (random, 1, 4));
  g_autofree char *summary = g_strconcat (theme->ask, ". ", theme->gain, NULL);
  json_object_set_string_member (entry, "id", id);
  json_object_set_string_member (entry, "category", theme->citizen ? "citizen" : "inner");
  json_object_set_string_member (entry, "title", theme->titles[0]);
  json_object_set_string_member (entry, "summary", summary);
  json_object_set_string_member (entry, "team", team);
  json_object_set_string_member (entry, "department", jip_demo_departments[author->department]);
  json_object_set_object_member (entry, "slides", slides);
  return entry;
}

static JsonArray *
make_entries (JipDemo *demo, JipDemoRandom *random, GError **error)
{
  g_autoptr (JsonArray) entries = json_array_new ();

  for (guint i = 0; i < JIP_DEMO_N_FINALISTS; i++)
    {
      JsonObject *entry = make_entry (demo, random, i, error);
      if (entry == NULL)
        return NULL;
      json_array_add_object_element (entries, entry);
    }
  return g_steal_pointer (&entries);
}

static void
add_judges (JipDemo *demo, JipDemoRandom *random, JsonArray *judges, gboolean expert)
{
  guint n = 0;

  for (guint i = 0; i < demo->people->len; i++)
    {
      const JipDemoPerson *person = jip_demo_person (demo, i);
      if (expert ? person->part != JIP_DEMO_EXPERT : !person->judge)
        continue;
      JsonObject *judge = json_object_new ();
      g_autofree char *id = jip_demo_random_id (random, demo->now);
      g_autofree char *label = g_strdup_printf ("%s %u", expert ? "위원" : "평가단", ++n);
      json_object_set_string_member (judge, "id", id);
      json_object_set_string_member (judge, "user", person->id);
      json_object_set_string_member (judge, "panel", expert ? "expert" : "staff");
      json_object_set_string_member (judge, "label", label);
      json_array_add_object_element (judges, judge);
    }
}

gboolean
jip_demo_write_event (JipDemo *demo, GError **error)
{
  JipDemoRandom random;

  jip_demo_random_init (&random, demo->seed, "event");
  g_autofree char *id = jip_demo_random_id (&random, demo->now);
  JsonArray *entries = make_entries (demo, &random, error);
  if (entries == NULL)
    return FALSE;
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *args = json_object_new ();
  JsonArray *judges = json_array_new ();
  add_judges (demo, &random, judges, TRUE);
  add_judges (demo, &random, judges, FALSE);
  json_object_set_string_member (args, "id", id);
  json_object_set_string_member (args, "title", JIP_DEMO_CITY " 직원 아이디어톤");
  json_object_set_string_member (args, "place", "시청 대강당");
  json_object_set_member (args, "rules", jip_json_parse (rules, -1, NULL));
  json_object_set_string_member (args, "chair", jip_demo_find (demo, JIP_DEMO_CHAIR)->id);
  json_object_set_array_member (args, "entries", entries);
  json_object_set_array_member (args, "judges", judges);
  json_node_take_object (node, args);
  return jip_admin_apply (demo->services, jip_demo_find (demo, JIP_DEMO_ORGANISER)->id, "event.create", node,
                          demo->now, error);
}
