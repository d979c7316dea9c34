/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who lives in the demo city: departments, offices, experts and staff. All invented. */
#include <string.h>

#include "jip-account-table.h"
#include "jip-audit-table.h"
#include "jip-demo.h"

#define PEOPLE_A_TRANSACTION 5000

const char *const jip_demo_departments[JIP_DEMO_N_DEPARTMENTS]
    = { "데이터정보화담당관", "기획예산과", "총무과",     "시민소통과", "복지정책과", "안전총괄과",
        "교통행정과",         "도시계획과", "자원순환과", "문화관광과", "세정과",     "도로시설과" };

static const char *const surnames[] = { "김", "김", "김", "김", "이", "이",   "이",   "박",  "박", "최",
                                        "정", "강", "조", "윤", "장", "임",   "한",   "오",  "서", "신",
                                        "권", "황", "안", "송", "류", "홍",   "전",   "고",  "문", "양",
                                        "손", "배", "백", "허", "남", "심",   "노",   "하",  "곽", "성",
                                        "차", "주", "우", "구", "민", "남궁", "선우", "제갈" };
static const char *const first_syllables[]
    = { "가", "건", "경", "규", "나", "다", "도", "동", "라", "민", "보", "상", "서", "석", "선", "성", "소",
        "수", "승", "시", "아", "연", "영", "예", "용", "우", "원", "유", "윤", "은", "인", "재", "정", "종",
        "주", "준", "지", "진", "찬", "채", "태", "하", "한", "해", "현", "형", "혜", "호", "효", "희" };
static const char *const last_syllables[]
    = { "건", "경", "규", "균", "나", "람", "련", "록", "린", "민", "별", "빈", "서", "석", "선", "섭",
        "성", "솔", "수", "숙", "슬", "식", "아", "연", "영", "온", "우", "욱", "운", "원", "윤", "율",
        "은", "음", "의", "인", "일", "정", "주", "준", "진", "찬", "철", "태", "표", "하", "현", "호" };

static const struct
{
  JipDemoPart part;
  const char *login;
  JipRoles roles;
  int department;
} offices[] = {
  { JIP_DEMO_ADMIN, "admin", JIP_ROLE_STAFF | JIP_ROLE_ADMIN, 0 },
  { JIP_DEMO_DATA_OFFICER, "data", JIP_ROLE_STAFF | JIP_ROLE_DATA_OFFICER, 0 },
  { JIP_DEMO_MODERATOR, "moderator", JIP_ROLE_STAFF | JIP_ROLE_MODERATOR, 3 },
  { JIP_DEMO_ORGANISER, "organiser", JIP_ROLE_STAFF | JIP_ROLE_ORGANISER, 1 },
  { JIP_DEMO_CHAIR, "chair", JIP_ROLE_STAFF, 2 },
  { JIP_DEMO_AUDITOR, "auditor", JIP_ROLE_STAFF | JIP_ROLE_AUDITOR, -1 },
};

static void
person_free (gpointer data)
{
  JipDemoPerson *person = data;

  g_free (person->id);
  g_free (person->login);
  g_free (person->name);
  g_free (person);
}

JipDemoPerson *
jip_demo_person (JipDemo *demo, guint index)
{
  return g_ptr_array_index (demo->people, index);
}

/* The first with this part. */
JipDemoPerson *
jip_demo_find (JipDemo *demo, JipDemoPart part)
{
  for (guint i = 0; i < demo->people->len; i++)
    if (jip_demo_person (demo, i)->part == part)
      return jip_demo_person (demo, i);
  return NULL;
}

static char *
make_name (JipDemoRandom *random)
{
  const char *first = jip_demo_random_pick (random, first_syllables);
  const char *last = jip_demo_random_pick (random, last_syllables);

  while (strcmp (first, last) == 0)
    last = jip_demo_random_pick (random, last_syllables);
  return g_strconcat (jip_demo_random_pick (random, surnames), first, last, NULL);
}

static JipDemoPerson *
add_person (JipDemo *demo, JipDemoRandom *random, JipDemoPart part, char *login, int department)
{
  JipDemoPerson *person = g_new0 (JipDemoPerson, 1);

  person->part = part;
  person->login = login;
  person->department = department;
  person->id = jip_demo_random_id (random, demo->now - 400 * JIP_DEMO_DAY);
  person->name = make_name (random);
  g_ptr_array_add (demo->people, person);
  return person;
}

/* Staff judges come evenly from everywhere; some stay ordinary staff. */
static void
choose_judges (JipDemo *demo)
{
  JipDemoRandom random;
  g_autofree guint *order = g_new (guint, demo->n_staff);

  jip_demo_random_init (&random, demo->seed, "judges");
  for (guint i = 0; i < demo->n_staff; i++)
    order[i] = demo->first_staff + i;
  jip_demo_random_shuffle (&random, order, demo->n_staff);
  for (guint i = 0; i < MIN ((demo->n_staff * 5 + 5) / 6, JIP_DEMO_MAX_STAFF_JUDGES); i++)
    jip_demo_person (demo, order[i])->judge = TRUE;
}

void
jip_demo_make_people (JipDemo *demo)
{
  JipDemoRandom random;

  jip_demo_random_init (&random, demo->seed, "people");
  demo->people = g_ptr_array_new_with_free_func (person_free);
  for (guint i = 0; i < JIP_DEMO_N_DEPARTMENTS; i++)
    demo->departments[i] = jip_demo_random_id (&random, demo->now - 500 * JIP_DEMO_DAY);
  for (guint i = 0; i < G_N_ELEMENTS (offices); i++)
    add_person (demo, &random, offices[i].part, g_strdup (offices[i].login), offices[i].department);
  for (guint i = 1; i <= JIP_DEMO_N_EXPERTS; i++)
    add_person (demo, &random, JIP_DEMO_EXPERT, g_strdup_printf ("expert%02u", i), -1);
  demo->first_staff = demo->people->len;
  for (guint i = 1; i <= demo->n_staff; i++)
    add_person (demo, &random, JIP_DEMO_STAFF, g_strdup_printf ("staff%03u", i),
                i <= JIP_DEMO_N_DEPARTMENTS ? (int) i - 1
                                            : (int) jip_demo_random_below (&random, JIP_DEMO_N_DEPARTMENTS));
  choose_judges (demo);
}

typedef struct
{
  JipDemo *demo;
  guint from, to;
} Part;

static JipRoles
roles_of (const JipDemoPerson *person)
{
  for (guint i = 0; i < G_N_ELEMENTS (offices); i++)
    if (offices[i].part == person->part)
      return offices[i].roles;
  return person->part == JIP_DEMO_STAFF ? JIP_ROLE_STAFF : JIP_ROLE_NONE;
}

static gboolean
write_people_cb (JipDatabase *database, gpointer data, GError **error)
{
  Part *part = data;
  JipDemo *demo = part->demo;

  for (guint i = part->from; i < part->to; i++)
    {
      JipDemoPerson *person = jip_demo_person (demo, i);
      const JipAccount account
          = { .id = person->id,
              .login = person->login,
              .name = person->name,
              .department = person->department >= 0 ? demo->departments[person->department] : NULL,
              .roles = roles_of (person),
              .password = demo->hash };
      if (!jip_account_insert (database, &account, demo->now - 30 * JIP_DEMO_DAY, error)
          || !jip_feed_touch (database, NULL, "user", person->id, error))
        return FALSE;
    }
  return TRUE;
}

/* The first entry of the audit chain says that none of this is real. */
static gboolean
audit (JipDatabase *database, JipDemo *demo, GError **error)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "seed", (gint64) demo->seed);
  json_object_set_int_member (object, "staff", demo->n_staff);
  json_object_set_int_member (object, "ideas", demo->n_ideas);
  json_node_take_object (node, object);
  return jip_audit_append (database, demo->now, "demo", json_node_ref (node), error);
}

static gboolean
write_departments_cb (JipDatabase *database, gpointer data, GError **error)
{
  JipDemo *demo = data;

  for (guint i = 0; i < JIP_DEMO_N_DEPARTMENTS; i++)
    if (!jip_department_insert (database, demo->departments[i], jip_demo_departments[i], error)
        || !jip_feed_touch (database, NULL, "department", demo->departments[i], error))
      return FALSE;
  return audit (database, demo, error);
}

gboolean
jip_demo_write_people (JipDemo *demo, GError **error)
{
  JipWriter *writer = jip_store_get_writer (demo->services->store);

  if (!jip_writer_run_sync (writer, write_departments_cb, demo, error))
    return FALSE;
  for (guint from = 0; from < demo->people->len; from += PEOPLE_A_TRANSACTION)
    {
      Part part = { demo, from, MIN (from + PEOPLE_A_TRANSACTION, demo->people->len) };
      if (!jip_writer_run_sync (writer, write_people_cb, &part, error))
        return FALSE;
    }
  return TRUE;
}

static const char *
describe (const JipDemoPerson *person)
{
  static const char *const names[]
      = { [JIP_DEMO_ADMIN] = "admin",         [JIP_DEMO_DATA_OFFICER] = "data-officer",
          [JIP_DEMO_MODERATOR] = "moderator", [JIP_DEMO_ORGANISER] = "organiser",
          [JIP_DEMO_CHAIR] = "chair",         [JIP_DEMO_AUDITOR] = "auditor",
          [JIP_DEMO_EXPERT] = "expert-judge" };

  if (person->part == JIP_DEMO_STAFF)
    return person->judge ? "staff-judge" : "staff";
  return names[person->part];
}

/**
 * jip_demo_logins:
 * @max_staff: leave out the staff after so many of the judges and so many of the others
 *
 * Returns: (transfer full): a line for each, login, name, role and password, apart by tabs
 */
char *
jip_demo_logins (JipDemo *demo, guint max_staff)
{
  g_autoptr (GString) out = g_string_new ("# login\tname\trole\tpassword\n");
  guint shown[2] = { 0, 0 };

  for (guint i = 0; i < demo->people->len; i++)
    {
      const JipDemoPerson *person = jip_demo_person (demo, i);
      if (person->part == JIP_DEMO_STAFF && shown[person->judge]++ >= max_staff)
        continue;
      g_string_append_printf (out, "%s\t%s\t%s\t%s\n", person->login, person->name, describe (person),
                              demo->password);
    }
  return g_strdup (out->str);
}
