/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-settlement.h"

#include <string.h>

#include "jip-json.h"
#include "jip-text.h"
#include "jip-text-merge.h"

struct _JipSettlement
{
  GArray *fields; /* of JipSettleField */
};

/* docs/protocol.md, proposal.submit */
static const struct
{
  const char *name;
  guint max_chars;
} known[] = { { "title", 200 }, { "body", 20000 }, { "category", 100 }, { "department", 36 } };

static const char *const choice_names[] = { "open", "theirs", "mine", "merged" };

static void
field_clear (gpointer data)
{
  JipSettleField *field = data;

  g_free (field->base);
  g_free (field->theirs);
  g_free (field->mine);
  g_free (field->merged);
}

/* The text of a member; %NULL where it is absent or no text. */
static const char *
text_of (JsonObject *object, const char *member)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, member) : NULL;

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node)
                                                                          : NULL;
}

static JsonObject *
object_of (JsonObject *object, const char *member)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, member) : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

/* What the server compared with where it was a conflict, else what the writer said to have started from. */
static char *
find_base (JsonObject *conflict, JsonObject *seen, const char *name)
{
  const char *base = conflict != NULL ? text_of (conflict, "base") : NULL;

  if (conflict != NULL && base == NULL)
    return g_strdup ("");
  return g_strdup (base != NULL ? base : text_of (seen, name));
}

static void
merge (JipSettleField *field)
{
  g_autoptr (GPtrArray) pieces
      = field->base != NULL ? jip_text_merge (field->base, field->mine, field->theirs) : NULL;

  g_free (field->merged);
  field->merged = pieces != NULL ? jip_merge_to_text (pieces, &field->n_conflicts) : g_strdup (field->mine);
  if (pieces == NULL)
    field->n_conflicts = 1;
}

static void
add_field (JipSettlement *self, guint which, const char *mine, char *base, const char *theirs)
{
  JipSettleField field = { .name = known[which].name, .max_chars = known[which].max_chars, .base = base };

  field.mine = g_strdup (mine);
  field.theirs = g_strdup (theirs);
  field.collides = base == NULL || strcmp (base, theirs) != 0;
  merge (&field);
  /* what nobody else touched goes through as it was meant */
  field.choice = field.collides ? JIP_SETTLE_OPEN : JIP_SETTLE_MINE;
  g_array_append_val (self->fields, field);
}

/**
 * jip_settlement_new:
 * @args: the arguments of the `proposal.edit` that was not taken
 * @detail: (nullable): of its verdict
 * @now: (nullable): the idea's row as it is now; %NULL when it is gone
 *
 * Returns: (transfer full): the fields in which my change and the idea differ; none when the idea has all that I wrote,
 *   or is gone
 */
JipSettlement *
jip_settlement_new (JsonObject *args, JsonObject *detail, JsonObject *now)
{
  JipSettlement *self = g_new0 (JipSettlement, 1);
  JsonObject *fields = object_of (args, "fields"), *seen = object_of (args, "base");
  JsonObject *conflicts = object_of (detail, "fields");

  self->fields = g_array_new (FALSE, FALSE, sizeof (JipSettleField));
  g_array_set_clear_func (self->fields, field_clear);
  for (guint i = 0; now != NULL && i < G_N_ELEMENTS (known); i++)
    {
      const char *mine = text_of (fields, known[i].name), *theirs = text_of (now, known[i].name);
      theirs = theirs != NULL ? theirs : "";
      if (mine != NULL && strcmp (mine, theirs) != 0)
        add_field (self, i, mine, find_base (object_of (conflicts, known[i].name), seen, known[i].name),
                   theirs);
    }
  return self;
}

void
jip_settlement_free (JipSettlement *self)
{
  g_array_unref (self->fields);
  g_free (self);
}

guint
jip_settlement_get_n_fields (JipSettlement *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->fields->len;
}

static JipSettleField *
field_at (JipSettlement *self, guint index)
{
  return &g_array_index (self->fields, JipSettleField, index);
}

const JipSettleField *
jip_settlement_get_field (JipSettlement *self, guint index)
{
  g_return_val_if_fail (self != NULL && index < self->fields->len, NULL);
  return field_at (self, index);
}

void
jip_settlement_choose (JipSettlement *self, guint index, JipSettleChoice choice)
{
  g_return_if_fail (self != NULL && index < self->fields->len);
  field_at (self, index)->choice = choice;
}

/**
 * jip_settlement_set_merged:
 * @text: what the writer makes of the merged text
 */
void
jip_settlement_set_merged (JipSettlement *self, guint index, const char *text)
{
  g_return_if_fail (self != NULL && index < self->fields->len && text != NULL);
  JipSettleField *field = field_at (self, index);

  g_free (field->merged);
  field->merged = g_strdup (text);
}

/**
 * jip_settlement_get_result:
 *
 * Returns: (transfer none) (nullable): what is to stand in the field; %NULL while nothing is chosen
 */
const char *
jip_settlement_get_result (JipSettlement *self, guint index)
{
  g_return_val_if_fail (self != NULL && index < self->fields->len, NULL);
  const JipSettleField *field = field_at (self, index);

  switch (field->choice)
    {
    case JIP_SETTLE_THEIRS:
      return field->theirs;
    case JIP_SETTLE_MINE:
      return field->mine;
    case JIP_SETTLE_MERGED:
      return field->merged;
    default:
      return NULL;
    }
}

/**
 * jip_settlement_is_complete:
 * @wrong: (out) (optional): the first field without a choice, or with a text that the server would not take
 *
 * Returns: whether each field has a choice that can be sent
 */
gboolean
jip_settlement_is_complete (JipSettlement *self, guint *wrong)
{
  g_return_val_if_fail (self != NULL, FALSE);

  for (guint i = 0; i < self->fields->len; i++)
    {
      const JipSettleField *field = field_at (self, i);
      const char *text = jip_settlement_get_result (self, i);
      if (wrong != NULL)
        *wrong = i;
      if (text == NULL || g_utf8_strlen (text, -1) > field->max_chars
          || (strcmp (field->name, "body") == 0 && jip_text_is_blank (text)))
        return FALSE;
    }
  return TRUE;
}

/**
 * jip_settlement_get_edit:
 * @fields: gets the fields of the new `proposal.edit`
 * @base: gets what stands in them now
 *
 * Returns: whether there is anything to send: %FALSE when everything stays as it is
 */
gboolean
jip_settlement_get_edit (JipSettlement *self, JsonObject *fields, JsonObject *base)
{
  g_return_val_if_fail (self != NULL && fields != NULL && base != NULL, FALSE);

  for (guint i = 0; i < self->fields->len; i++)
    {
      const JipSettleField *field = field_at (self, i);
      const char *text = jip_settlement_get_result (self, i);
      if (text == NULL || strcmp (text, field->theirs) == 0)
        continue;
      json_object_set_string_member (fields, field->name, text);
      json_object_set_string_member (base, field->name, field->theirs);
    }
  return json_object_get_size (fields) > 0;
}

/**
 * jip_settlement_to_text:
 *
 * Returns: (transfer full): what has been chosen and written so far, for jip_settlement_take_text()
 */
char *
jip_settlement_to_text (JipSettlement *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *all = json_object_new ();

  for (guint i = 0; i < self->fields->len; i++)
    {
      const JipSettleField *field = field_at (self, i);
      JsonObject *one = json_object_new ();
      json_object_set_string_member (one, "choice", choice_names[field->choice]);
      json_object_set_string_member (one, "theirs", field->theirs);
      json_object_set_string_member (one, "merged", field->merged);
      json_object_set_object_member (all, field->name, one);
    }
  json_node_take_object (node, all);
  return jip_json_to_string (node);
}

/* Where the idea changed since, its new text is brought into what was being written; who chose without having seen it
 * chooses again. */
static void
take_field (JipSettleField *field, JsonObject *kept)
{
  const char *choice = text_of (kept, "choice"), *theirs = text_of (kept, "theirs");
  const char *written = text_of (kept, "merged");

  if (choice == NULL || theirs == NULL || written == NULL)
    return;
  gboolean same = strcmp (theirs, field->theirs) == 0;
  g_autoptr (GPtrArray) pieces = same ? NULL : jip_text_merge (theirs, written, field->theirs);
  guint n_conflicts = field->n_conflicts;
  char *merged = same ? g_strdup (written) : jip_merge_to_text (pieces, &n_conflicts);

  g_free (field->merged);
  field->merged = merged;
  field->n_conflicts = n_conflicts;
  for (guint i = 0; same && i < G_N_ELEMENTS (choice_names); i++)
    if (strcmp (choice_names[i], choice) == 0)
      field->choice = i;
}

/**
 * jip_settlement_take_text:
 * @text: (nullable): from jip_settlement_to_text(), of an earlier look at the same change
 */
void
jip_settlement_take_text (JipSettlement *self, const char *text)
{
  g_return_if_fail (self != NULL);
  g_autoptr (JsonNode) node = text != NULL ? jip_json_parse (text, -1, NULL) : NULL;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return;
  for (guint i = 0; i < self->fields->len; i++)
    {
      JipSettleField *field = field_at (self, i);
      JsonObject *kept = object_of (json_node_get_object (node), field->name);
      if (kept != NULL)
        take_field (field, kept);
    }
}
