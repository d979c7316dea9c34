/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-ballot-form.h"

#include <glib/gi18n-lib.h>

#include "jip-json.h"

/* Scores have at most six digits before the point and four behind it: in ten-thousandths they are whole. */
#define UNIT 10000
#define MAX_WHOLE 999999
#define MAX_DECIMALS 4

struct _JipBallotForm
{
  gatomicrefcount refs;
  JipPanelMode mode;
  GStrv ids;        /* of the criteria; one "score" in score mode */
  GStrv maxima;     /* as the rules write them */
  GStrv values;     /* as typed, "" for nothing */
  GPtrArray *picks; /* of entry ids, NULL-terminated, in the order of picking */
  guint max_picks;
};

/* Reads what was typed: spaces, full-width digits, leading zeros and a point at either end are forgiven. */
static JipValueCheck
parse (const char *text, gint64 *amount)
{
  g_autofree char *plain = g_utf8_normalize (text, -1, G_NORMALIZE_ALL_COMPOSE);
  gint64 whole = 0, part = 0, scale = UNIT;
  gboolean digits = FALSE;

  if (plain == NULL)
    return JIP_VALUE_NOT_A_NUMBER;
  const char *p = g_strstrip (plain);
  if (*p == '\0')
    return JIP_VALUE_EMPTY;
  gboolean negative = *p == '-';
  if (negative)
    p++;
  for (; g_ascii_isdigit (*p); p++, digits = TRUE)
    whole = MIN (whole * 10 + (*p - '0'), MAX_WHOLE + 1);
  if (*p == '.')
    p++;
  for (; g_ascii_isdigit (*p); p++, digits = TRUE)
    {
      if (scale > 1)
        part += (*p - '0') * (scale /= 10);
      else if (*p != '0')
        scale = 0;
    }
  if (*p != '\0' || !digits)
    return JIP_VALUE_NOT_A_NUMBER;
  if (scale == 0)
    return JIP_VALUE_TOO_PRECISE;
  *amount = whole * UNIT + part;
  if (negative && *amount != 0)
    return JIP_VALUE_NEGATIVE;
  return whole > MAX_WHOLE ? JIP_VALUE_TOO_HIGH : JIP_VALUE_OK;
}

static char *
format (gint64 amount)
{
  char *text = g_strdup_printf ("%d.%04d", (int) (amount / UNIT), (int) (amount % UNIT));

  for (gsize end = strlen (text) - 1; text[end] == '0' || text[end] == '.'; end--)
    {
      gboolean point = text[end] == '.';
      text[end] = '\0';
      if (point)
        break;
    }
  return text;
}

static gint64
maximum (JipBallotForm *self, guint index)
{
  gint64 amount = 0;

  return parse (self->maxima[index], &amount) == JIP_VALUE_OK ? amount : 0;
}

static JipValueCheck
check_amount (JipBallotForm *self, guint index, gint64 *amount)
{
  JipValueCheck check = parse (self->values[index], amount);

  return check == JIP_VALUE_OK && *amount > maximum (self, index) ? JIP_VALUE_TOO_HIGH : check;
}

static GStrv
empty_values (guint count)
{
  GStrv values = g_new0 (char *, count + 1);

  for (guint i = 0; i < count; i++)
    values[i] = g_strdup ("");
  return values;
}

/**
 * jip_ballot_form_new:
 * @panel: the judge's panel; not kept
 *
 * Returns: (transfer full): a form without any value
 */
JipBallotForm *
jip_ballot_form_new (const JipPanel *panel)
{
  g_return_val_if_fail (panel != NULL, NULL);

  JipBallotForm *self = g_new0 (JipBallotForm, 1);
  guint count = panel->mode == JIP_PANEL_RUBRIC  ? panel->criteria->len
                : panel->mode == JIP_PANEL_SCORE ? 1
                                                 : 0;
  g_atomic_ref_count_init (&self->refs);
  self->mode = panel->mode;
  self->max_picks = MAX (panel->picks, 0);
  self->picks = g_ptr_array_new_null_terminated (0, g_free, TRUE);
  self->ids = g_new0 (char *, count + 1);
  self->maxima = g_new0 (char *, count + 1);
  self->values = empty_values (count);
  for (guint i = 0; i < count; i++)
    {
      const JipCriterion *criterion = panel->mode == JIP_PANEL_RUBRIC ? panel->criteria->pdata[i] : NULL;
      self->ids[i] = g_strdup (criterion != NULL ? criterion->id : "score");
      const char *max = criterion != NULL ? criterion->max : panel->max;
      self->maxima[i] = g_strdup (max != NULL ? max : "0");
    }
  return self;
}

static void
set_value (JipBallotForm *self, guint index, char *value)
{
  g_free (self->values[index]);
  self->values[index] = value != NULL ? value : g_strdup ("");
}

/**
 * jip_ballot_form_new_from_ballot:
 * @ballot: (nullable): what was handed in before
 *
 * Returns: (transfer full): a form with the ballot's values
 */
JipBallotForm *
jip_ballot_form_new_from_ballot (const JipPanel *panel, JipBallot *ballot)
{
  JipBallotForm *self = jip_ballot_form_new (panel);

  if (self == NULL || ballot == NULL)
    return self;
  for (guint i = 0; i < jip_ballot_form_get_n_values (self); i++)
    set_value (self, i,
               self->mode == JIP_PANEL_SCORE ? jip_ballot_dup_score (ballot)
                                             : jip_ballot_dup_criterion (ballot, self->ids[i]));
  g_auto (GStrv) picks = jip_ballot_get_picks (ballot);
  for (guint i = 0; self->mode == JIP_PANEL_PICK && picks[i] != NULL; i++)
    g_ptr_array_add (self->picks, g_strdup (picks[i]));
  return self;
}

JipBallotForm *
jip_ballot_form_ref (JipBallotForm *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
jip_ballot_form_unref (JipBallotForm *self)
{
  g_return_if_fail (self != NULL);
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_strfreev (self->ids);
  g_strfreev (self->maxima);
  g_strfreev (self->values);
  g_ptr_array_unref (self->picks);
  g_free (self);
}

static JipBallotForm *
copy (JipBallotForm *self)
{
  JipBallotForm *other = g_new0 (JipBallotForm, 1);

  g_atomic_ref_count_init (&other->refs);
  other->mode = self->mode;
  other->max_picks = self->max_picks;
  other->ids = g_strdupv (self->ids);
  other->maxima = g_strdupv (self->maxima);
  other->values = g_strdupv (self->values);
  other->picks = g_ptr_array_new_null_terminated (self->picks->len, g_free, TRUE);
  for (guint i = 0; i < self->picks->len; i++)
    g_ptr_array_add (other->picks, g_strdup (self->picks->pdata[i]));
  return other;
}

/**
 * jip_ballot_form_with_value:
 * @index: which criterion; 0 in score mode
 * @text: what was typed, whatever it is
 */
JipBallotForm *
jip_ballot_form_with_value (JipBallotForm *self, guint index, const char *text)
{
  g_return_val_if_fail (self != NULL && text != NULL, NULL);
  g_return_val_if_fail (index < jip_ballot_form_get_n_values (self), NULL);

  JipBallotForm *other = copy (self);
  set_value (other, index, g_strdup (text));
  return other;
}

/**
 * jip_ballot_form_with_step:
 * @steps: whole points to add, or to take away; the value stays between 0 and the maximum
 *
 * From nothing, a step up starts at 0 and a step down at the maximum, so that one press gives a value near the end.
 */
JipBallotForm *
jip_ballot_form_with_step (JipBallotForm *self, guint index, int steps)
{
  g_return_val_if_fail (self != NULL && index < jip_ballot_form_get_n_values (self), NULL);

  gint64 amount = 0, max = maximum (self, index);
  JipValueCheck check = parse (self->values[index], &amount);
  if (check == JIP_VALUE_OK || check == JIP_VALUE_TOO_HIGH)
    amount = CLAMP (amount + (gint64) steps * UNIT, 0, max);
  else
    amount = steps < 0 ? max : 0;
  g_autofree char *text = format (amount);
  return jip_ballot_form_with_value (self, index, text);
}

/**
 * jip_ballot_form_with_pick:
 *
 * Picks or unpicks an entry; one pick too many changes nothing.
 */
JipBallotForm *
jip_ballot_form_with_pick (JipBallotForm *self, const char *entry, gboolean picked)
{
  g_return_val_if_fail (self != NULL && entry != NULL, NULL);

  JipBallotForm *other = copy (self);
  guint position = 0;
  gboolean has = g_ptr_array_find_with_equal_func (other->picks, entry, g_str_equal, &position);
  if (has && !picked)
    g_ptr_array_remove_index (other->picks, position);
  if (!has && picked && other->picks->len < other->max_picks)
    g_ptr_array_add (other->picks, g_strdup (entry));
  return other;
}

JipPanelMode
jip_ballot_form_get_mode (JipBallotForm *self)
{
  g_return_val_if_fail (self != NULL, JIP_PANEL_RUBRIC);
  return self->mode;
}

guint
jip_ballot_form_get_n_values (JipBallotForm *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return g_strv_length (self->values);
}

const char *
jip_ballot_form_get_value (JipBallotForm *self, guint index)
{
  g_return_val_if_fail (self != NULL && index < jip_ballot_form_get_n_values (self), NULL);
  return self->values[index];
}

const char *
jip_ballot_form_get_max (JipBallotForm *self, guint index)
{
  g_return_val_if_fail (self != NULL && index < jip_ballot_form_get_n_values (self), NULL);
  return self->maxima[index];
}

JipValueCheck
jip_ballot_form_check (JipBallotForm *self, guint index)
{
  gint64 amount = 0;

  g_return_val_if_fail (self != NULL && index < jip_ballot_form_get_n_values (self), JIP_VALUE_EMPTY);
  return check_amount (self, index, &amount);
}

/**
 * jip_ballot_form_describe_check:
 *
 * Returns: (transfer full) (nullable): what is wrong with the value, a sentence; %NULL when nothing is
 */
char *
jip_ballot_form_describe_check (JipBallotForm *self, guint index)
{
  switch (jip_ballot_form_check (self, index))
    {
    case JIP_VALUE_NOT_A_NUMBER:
      return g_strdup (_ ("Only a number such as 35 or 35.5 can stand here."));
    case JIP_VALUE_NEGATIVE:
      return g_strdup (_ ("A score cannot be below 0."));
    case JIP_VALUE_TOO_PRECISE:
      return g_strdup (_ ("At most four decimals can be given."));
    case JIP_VALUE_TOO_HIGH:
      return g_strdup_printf (_ ("At most %s points can be given."), self->maxima[index]);
    case JIP_VALUE_EMPTY:
    case JIP_VALUE_OK:
    default:
      return NULL;
    }
}

gboolean
jip_ballot_form_has_pick (JipBallotForm *self, const char *entry)
{
  g_return_val_if_fail (self != NULL && entry != NULL, FALSE);
  return g_ptr_array_find_with_equal_func (self->picks, entry, g_str_equal, NULL);
}

guint
jip_ballot_form_get_n_picks (JipBallotForm *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->picks->len;
}

guint
jip_ballot_form_get_max_picks (JipBallotForm *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->max_picks;
}

gboolean
jip_ballot_form_is_empty (JipBallotForm *self)
{
  g_return_val_if_fail (self != NULL, TRUE);

  for (guint i = 0; i < jip_ballot_form_get_n_values (self); i++)
    if (jip_ballot_form_check (self, i) != JIP_VALUE_EMPTY)
      return FALSE;
  return self->picks->len == 0;
}

/**
 * jip_ballot_form_is_valid:
 *
 * Returns: whether nothing in it is wrong; what is missing is not wrong
 */
gboolean
jip_ballot_form_is_valid (JipBallotForm *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  for (guint i = 0; i < jip_ballot_form_get_n_values (self); i++)
    if (jip_ballot_form_check (self, i) > JIP_VALUE_OK)
      return FALSE;
  return TRUE;
}

/**
 * jip_ballot_form_is_complete:
 *
 * Returns: whether it counts when it is handed in: every value is there and right; a pick ballot may be empty
 * (scoring.md, rule 5)
 */
gboolean
jip_ballot_form_is_complete (JipBallotForm *self)
{
  return jip_ballot_form_find_unfinished (self) < 0;
}

/**
 * jip_ballot_form_find_unfinished:
 *
 * Returns: the first value that is missing or wrong; -1 when there is none
 */
int
jip_ballot_form_find_unfinished (JipBallotForm *self)
{
  g_return_val_if_fail (self != NULL, -1);

  for (guint i = 0; i < jip_ballot_form_get_n_values (self); i++)
    if (jip_ballot_form_check (self, i) != JIP_VALUE_OK)
      return (int) i;
  return -1;
}

/**
 * jip_ballot_form_equal:
 *
 * Returns: whether both say the same: "35" and "35.0" do, the order of picks does not matter
 */
gboolean
jip_ballot_form_equal (JipBallotForm *self, JipBallotForm *other)
{
  g_return_val_if_fail (self != NULL && other != NULL, FALSE);

  guint count = jip_ballot_form_get_n_values (self);
  if (count != jip_ballot_form_get_n_values (other) || self->picks->len != other->picks->len)
    return FALSE;
  for (guint i = 0; i < count; i++)
    {
      gint64 mine = 0, theirs = 0;
      JipValueCheck check = check_amount (self, i, &mine);
      if (check != check_amount (other, i, &theirs) || mine != theirs)
        return FALSE;
      if (check > JIP_VALUE_OK && !g_str_equal (self->values[i], other->values[i]))
        return FALSE;
    }
  for (guint i = 0; i < self->picks->len; i++)
    if (!jip_ballot_form_has_pick (other, self->picks->pdata[i]))
      return FALSE;
  return TRUE;
}

/**
 * jip_ballot_form_get_total:
 *
 * Returns: (transfer full): the exact sum of the values that are right, such as "87.5"
 */
char *
jip_ballot_form_get_total (JipBallotForm *self)
{
  gint64 sum = 0;

  g_return_val_if_fail (self != NULL, NULL);
  for (guint i = 0; i < jip_ballot_form_get_n_values (self); i++)
    {
      gint64 amount = 0;
      if (check_amount (self, i, &amount) == JIP_VALUE_OK)
        sum += amount;
    }
  return format (sum);
}

char *
jip_ballot_form_get_total_max (JipBallotForm *self)
{
  gint64 sum = 0;

  g_return_val_if_fail (self != NULL, NULL);
  for (guint i = 0; i < jip_ballot_form_get_n_values (self); i++)
    sum += maximum (self, i);
  return format (sum);
}

/**
 * jip_ballot_form_to_scores:
 *
 * Returns: (transfer full): criterion -> whole number or decimal text; values that are missing or wrong are left out
 */
JsonObject *
jip_ballot_form_to_scores (JipBallotForm *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  JsonObject *scores = json_object_new ();
  for (guint i = 0; i < jip_ballot_form_get_n_values (self); i++)
    {
      gint64 amount = 0;
      if (check_amount (self, i, &amount) != JIP_VALUE_OK)
        continue;
      g_autofree char *text = format (amount);
      if (amount % UNIT == 0)
        json_object_set_int_member (scores, self->ids[i], amount / UNIT);
      else
        json_object_set_string_member (scores, self->ids[i], text);
    }
  return scores;
}

/**
 * jip_ballot_form_to_score:
 *
 * Returns: (transfer full) (nullable): the score of a score panel as decimal text
 */
char *
jip_ballot_form_to_score (JipBallotForm *self)
{
  gint64 amount = 0;

  g_return_val_if_fail (self != NULL && self->mode == JIP_PANEL_SCORE, NULL);
  return check_amount (self, 0, &amount) == JIP_VALUE_OK ? format (amount) : NULL;
}

/**
 * jip_ballot_form_get_picks:
 *
 * Returns: (transfer none) (array zero-terminated=1): the entries picked
 */
const char *const *
jip_ballot_form_get_picks (JipBallotForm *self)
{
  static const char *const none[] = { NULL };

  g_return_val_if_fail (self != NULL, none);
  return self->picks->len > 0 ? (const char *const *) self->picks->pdata : none;
}

/**
 * jip_ballot_form_to_text:
 *
 * Returns: (transfer full): the form as it is typed, to be kept through a crash
 */
char *
jip_ballot_form_to_text (JipBallotForm *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_autoptr (JsonObject) object = json_object_new ();
  JsonArray *picks = json_array_new ();
  for (guint i = 0; i < jip_ballot_form_get_n_values (self); i++)
    json_object_set_string_member (object, self->ids[i], self->values[i]);
  for (guint i = 0; i < self->picks->len; i++)
    json_array_add_string_element (picks, self->picks->pdata[i]);
  if (self->mode == JIP_PANEL_PICK)
    json_object_set_array_member (object, "picks", picks);
  else
    json_array_unref (picks);
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);
  return json_to_string (node, FALSE);
}

static void
read_picks (JipBallotForm *self, JsonObject *object)
{
  JsonNode *node = json_object_get_member (object, "picks");

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return;
  JsonArray *picks = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (picks) && self->picks->len < self->max_picks; i++)
    {
      JsonNode *pick = json_array_get_element (picks, i);
      if (json_node_get_value_type (pick) == G_TYPE_STRING)
        g_ptr_array_add (self->picks, json_node_dup_string (pick));
    }
}

/**
 * jip_ballot_form_new_from_text:
 * @text: (nullable): what jip_ballot_form_to_text() gave
 *
 * Returns: (transfer full) (nullable): the form as it was typed; %NULL when @text holds none
 */
JipBallotForm *
jip_ballot_form_new_from_text (const JipPanel *panel, const char *text)
{
  g_autoptr (JsonNode) node = text != NULL && *text != '\0' ? jip_json_parse (text, -1, NULL) : NULL;

  g_return_val_if_fail (panel != NULL, NULL);
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return NULL;
  JipBallotForm *self = jip_ballot_form_new (panel);
  JsonObject *object = json_node_get_object (node);
  for (guint i = 0; i < jip_ballot_form_get_n_values (self); i++)
    set_value (self, i, g_strdup (json_object_get_string_member_with_default (object, self->ids[i], "")));
  if (self->mode == JIP_PANEL_PICK)
    read_picks (self, object);
  return self;
}
