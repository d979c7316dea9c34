/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-replica-list.h"

#include "jip-client-private.h"
#include "jip-query.h"

#define PAGE 100    /* rows that are read at once */
#define NEAR_END 30 /* asking for one of the last loaded rows reads the next page */

typedef struct
{
  JipClient *client;
  GPtrArray *items;      /* of JipItem, loaded, in order */
  GHashTable *positions; /* id -> position + 1; NULL when out of date */
  guint total;
  guint wanted;
  gboolean loading; /* nothing has been read yet */
  gboolean reading;
  gboolean again; /* something changed while reading */
  guint serial;   /* of the query; an answer to an older one is dropped */
  guint asked;    /* the serial that is being read */
  guint idle;
} JipReplicaListPrivate;

static void list_model_init (GListModelInterface *iface);

G_DEFINE_ABSTRACT_TYPE_WITH_CODE (JipReplicaList,
                                  jip_replica_list,
                                  G_TYPE_OBJECT,
                                  G_ADD_PRIVATE (JipReplicaList)
                                      G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

enum
{
  PROP_CLIENT = 1,
  PROP_LOADING,
  PROP_TOTAL,
  PROP_N_ITEMS,
  N_PROPERTIES,
};

static GParamSpec *properties[N_PROPERTIES];

/* What the reader thread gets and gives back. */
typedef struct
{
  JipQuery *query;
  guint limit;
  GHashTable *known;
  JipQueryResult result;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  jip_query_free (reading->query);
  g_hash_table_unref (reading->known);
  g_clear_pointer (&reading->result.items, g_ptr_array_unref);
  g_free (reading);
}

static gboolean
run_reading (JipDatabase *database, gpointer data, GError **error)
{
  Reading *reading = data;
  return jip_query_run (reading->query, database, reading->limit, reading->known, &reading->result, error);
}

static JipReplicaListPrivate *
get_private (JipReplicaList *self)
{
  return jip_replica_list_get_instance_private (self);
}

static JipItem *
item_at (GPtrArray *items, guint position)
{
  return g_ptr_array_index (items, position);
}

static gboolean
same_id (GPtrArray *a, guint i, GPtrArray *b, guint j)
{
  return g_str_equal (item_at (a, i)->id, item_at (b, j)->id);
}

static void
splice (JipReplicaList *self,
        guint position,
        guint removed,
        GPtrArray *from,
        guint from_position,
        guint added)
{
  JipReplicaListPrivate *priv = get_private (self);

  if (removed == 0 && added == 0)
    return;
  if (removed > 0)
    g_ptr_array_remove_range (priv->items, position, removed);
  for (guint i = 0; i < added; i++)
    {
      JipItem *source = item_at (from, from_position + i), *item = g_new0 (JipItem, 1);
      *item = (JipItem){ g_strdup (source->id), source->stamp, g_object_ref (source->record) };
      g_ptr_array_insert (priv->items, (int) (position + i), item);
    }
  g_clear_pointer (&priv->positions, g_hash_table_unref);
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
}

static GHashTable *
set_of_ids (GPtrArray *items, guint from, guint to)
{
  GHashTable *set = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = from; i < to; i++)
    g_hash_table_add (set, item_at (items, i)->id);
  return set;
}

/* Removes what is gone, run by run, so that what stays keeps its place. Returns how many rows the range has left. */
static guint
remove_gone (JipReplicaList *self, guint from, guint to, GHashTable *staying)
{
  JipReplicaListPrivate *priv = get_private (self);
  guint end = to, left = to - from;

  while (end > from)
    {
      guint start = end;
      while (start > from && !g_hash_table_contains (staying, item_at (priv->items, start - 1)->id))
        start--;
      left -= end - start;
      splice (self, start, end - start, NULL, 0, 0);
      end = start > from ? start - 1 : from;
    }
  return left;
}

static void
add_new (JipReplicaList *self, guint from, guint left, GPtrArray *fresh, guint fresh_to)
{
  JipReplicaListPrivate *priv = get_private (self);
  guint i = from;

  while (i < fresh_to)
    {
      if (left > 0 && same_id (priv->items, i, fresh, i))
        {
          i++, left--;
          continue;
        }
      guint end = i + 1;
      while (end < fresh_to && !(left > 0 && same_id (priv->items, i, fresh, end)))
        end++;
      if (left > 0 && end == fresh_to)
        break; /* rows changed places: replaced as a whole below */
      splice (self, i, 0, fresh, i, end - i);
      i = end;
    }
  if (i < fresh_to || left > 0)
    splice (self, i, left, fresh, i, fresh_to - i);
}

static void
replace_changed (JipReplicaList *self, GPtrArray *fresh)
{
  JipReplicaListPrivate *priv = get_private (self);

  for (guint i = 0; i < fresh->len; i++)
    {
      guint end = i;
      while (end < fresh->len && item_at (priv->items, end)->stamp != item_at (fresh, end)->stamp)
        end++;
      splice (self, i, end - i, fresh, i, end - i);
      if (end > i)
        i = end - 1;
    }
}

/* The result leaves out records that the list has; it may have dropped them since, but only for a newer query. */
static gboolean
complete (JipReplicaList *self, GPtrArray *fresh)
{
  for (guint i = 0; i < fresh->len; i++)
    {
      JipItem *item = item_at (fresh, i);
      guint position;
      if (item->record == NULL && !jip_replica_list_find (self, item->id, &position))
        return FALSE;
      if (item->record == NULL)
        item->record = g_object_ref (item_at (get_private (self)->items, position)->record);
    }
  return TRUE;
}

static void
take_items (JipReplicaList *self, GPtrArray *fresh)
{
  JipReplicaListPrivate *priv = get_private (self);
  guint old_len = priv->items->len, prefix = 0, suffix = 0;

  while (prefix < old_len && prefix < fresh->len && same_id (priv->items, prefix, fresh, prefix))
    prefix++;
  while (suffix < old_len - prefix && suffix < fresh->len - prefix
         && same_id (priv->items, old_len - 1 - suffix, fresh, fresh->len - 1 - suffix))
    suffix++;
  g_autoptr (GHashTable) staying = set_of_ids (fresh, prefix, fresh->len - suffix);
  guint left = remove_gone (self, prefix, old_len - suffix, staying);
  add_new (self, prefix, left, fresh, fresh->len - suffix);
  replace_changed (self, fresh);
  if (priv->items->len != old_len)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_ITEMS]);
}

static void start_reading (JipReplicaList *self);

static void
set_total (JipReplicaList *self, guint total)
{
  JipReplicaListPrivate *priv = get_private (self);
  gboolean was_loading = priv->loading, changed = priv->total != total;

  priv->total = total;
  priv->loading = FALSE;
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TOTAL]);
  if (was_loading)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADING]);
}

static void
reading_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipReplicaList) self = user_data;
  JipReplicaListPrivate *priv = get_private (self);
  g_autoptr (GError) error = NULL;
  Reading *reading = jip_local_finish (result, &error);

  priv->reading = FALSE;
  if (reading != NULL && priv->asked == priv->serial && complete (self, reading->result.items))
    {
      take_items (self, reading->result.items);
      set_total (self, reading->result.total);
    }
  else if (error == NULL)
    priv->again = TRUE;
  g_clear_pointer (&reading, reading_free);
  if (priv->again)
    start_reading (self);
}

static GHashTable *
known_stamps (JipReplicaList *self)
{
  JipReplicaListPrivate *priv = get_private (self);
  GHashTable *known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 0; i < priv->items->len; i++)
    {
      JipItem *item = item_at (priv->items, i);
      g_hash_table_insert (known, g_strdup (item->id), g_memdup2 (&item->stamp, sizeof item->stamp));
    }
  return known;
}

static void
start_reading (JipReplicaList *self)
{
  JipReplicaListPrivate *priv = get_private (self);
  JipLocal *local = jip_client_get_local (priv->client);

  priv->again = TRUE;
  if (priv->reading || local == NULL)
    return;
  Reading *reading = g_new0 (Reading, 1);
  reading->query = JIP_REPLICA_LIST_GET_CLASS (self)->make_query (self);
  /* a list that is loaded to its end stays so when rows come */
  if (!priv->loading && priv->items->len == priv->total && priv->serial == priv->asked)
    priv->wanted = MAX (priv->wanted, priv->total + PAGE);
  reading->limit = priv->wanted;
  reading->known = known_stamps (self);
  priv->asked = priv->serial;
  priv->again = FALSE;
  priv->reading = TRUE;
  jip_local_read_async (local, run_reading, reading, reading_free, NULL, reading_cb, g_object_ref (self));
}

/**
 * jip_replica_list_refresh:
 *
 * Reads again from the start; for subclasses whose query changed.
 */
void
jip_replica_list_refresh (JipReplicaList *self)
{
  g_return_if_fail (JIP_IS_REPLICA_LIST (self));
  JipReplicaListPrivate *priv = get_private (self);

  priv->serial++;
  priv->wanted = PAGE;
  start_reading (self);
}

/**
 * jip_replica_list_read_again:
 *
 * Reads what is loaded again, where something else than a table of the replica has changed.
 */
void
jip_replica_list_read_again (JipReplicaList *self)
{
  g_return_if_fail (JIP_IS_REPLICA_LIST (self));
  start_reading (self);
}

static gboolean
read_more_cb (gpointer user_data)
{
  JipReplicaList *self = user_data;
  JipReplicaListPrivate *priv = get_private (self);

  priv->idle = 0;
  if (priv->items->len >= priv->wanted && priv->items->len < priv->total)
    {
      priv->wanted += PAGE;
      start_reading (self);
    }
  return G_SOURCE_REMOVE;
}

static gpointer
get_item (GListModel *model, guint position)
{
  JipReplicaListPrivate *priv = get_private (JIP_REPLICA_LIST (model));

  if (position >= priv->items->len)
    return NULL;
  if (position + NEAR_END >= priv->items->len && priv->items->len < priv->total && priv->idle == 0)
    priv->idle = g_idle_add (read_more_cb, model);
  return g_object_ref (item_at (priv->items, position)->record);
}

static guint
get_n_items (GListModel *model)
{
  return get_private (JIP_REPLICA_LIST (model))->items->len;
}

static GType
get_item_type (GListModel *model)
{
  return JIP_TYPE_RECORD;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item = get_item;
  iface->get_n_items = get_n_items;
  iface->get_item_type = get_item_type;
}

/* An idea shows who supports it, so other tables than its own concern it. */
static gboolean
concerns (const char *own, const char *changed)
{
  return *changed == '\0' || g_str_equal (own, changed)
         || (g_str_equal (own, "proposal")
             && (g_str_equal (changed, "vote") || g_str_equal (changed, "own_proposal")));
}

static void
table_changed_cb (JipReplicaList *self, const char *table)
{
  g_autoptr (JipQuery) query = JIP_REPLICA_LIST_GET_CLASS (self)->make_query (self);

  if (concerns (jip_query_get_table (query), table))
    start_reading (self);
}

/**
 * jip_replica_list_get_loading:
 *
 * Returns: whether the first rows are still on their way
 */
gboolean
jip_replica_list_get_loading (JipReplicaList *self)
{
  g_return_val_if_fail (JIP_IS_REPLICA_LIST (self), FALSE);
  return get_private (self)->loading;
}

guint
jip_replica_list_get_total (JipReplicaList *self)
{
  g_return_val_if_fail (JIP_IS_REPLICA_LIST (self), 0);
  return get_private (self)->total;
}

/**
 * jip_replica_list_get_client:
 *
 * Returns: (transfer none): whose replica the list shows
 */
JipClient *
jip_replica_list_get_client (JipReplicaList *self)
{
  g_return_val_if_fail (JIP_IS_REPLICA_LIST (self), NULL);
  return get_private (self)->client;
}

/**
 * jip_replica_list_find:
 * @position: (out): where the record with this id is
 *
 * Returns: whether it is loaded
 */
gboolean
jip_replica_list_find (JipReplicaList *self, const char *id, guint *position)
{
  g_return_val_if_fail (JIP_IS_REPLICA_LIST (self), FALSE);
  JipReplicaListPrivate *priv = get_private (self);

  if (priv->positions == NULL)
    {
      priv->positions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      for (guint i = 0; i < priv->items->len; i++)
        g_hash_table_insert (priv->positions, g_strdup (item_at (priv->items, i)->id),
                             GUINT_TO_POINTER (i + 1));
    }
  guint found = GPOINTER_TO_UINT (g_hash_table_lookup (priv->positions, id));
  if (found > 0)
    *position = found - 1;
  return found > 0;
}

static void
jip_replica_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  JipReplicaListPrivate *priv = get_private (JIP_REPLICA_LIST (object));

  switch (id)
    {
    case PROP_CLIENT:
      g_value_set_object (value, priv->client);
      break;
    case PROP_LOADING:
      g_value_set_boolean (value, priv->loading);
      break;
    case PROP_TOTAL:
      g_value_set_uint (value, priv->total);
      break;
    case PROP_N_ITEMS:
      g_value_set_uint (value, priv->items->len);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
jip_replica_list_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  JipReplicaListPrivate *priv = get_private (JIP_REPLICA_LIST (object));

  if (id == PROP_CLIENT)
    priv->client = g_value_dup_object (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static gboolean
first_reading_cb (gpointer user_data)
{
  JipReplicaList *self = user_data;

  get_private (self)->idle = 0;
  start_reading (self);
  return G_SOURCE_REMOVE;
}

static void
jip_replica_list_constructed (GObject *object)
{
  JipReplicaListPrivate *priv = get_private (JIP_REPLICA_LIST (object));

  G_OBJECT_CLASS (jip_replica_list_parent_class)->constructed (object);
  g_signal_connect_object (priv->client, "table-changed", G_CALLBACK (table_changed_cb), object,
                           G_CONNECT_SWAPPED);
  /* once the constructor function has set its filters */
  priv->idle = g_idle_add_full (G_PRIORITY_HIGH, first_reading_cb, object, NULL);
}

static void
jip_replica_list_finalize (GObject *object)
{
  JipReplicaListPrivate *priv = get_private (JIP_REPLICA_LIST (object));

  g_clear_handle_id (&priv->idle, g_source_remove);
  g_clear_object (&priv->client);
  g_clear_pointer (&priv->items, g_ptr_array_unref);
  g_clear_pointer (&priv->positions, g_hash_table_unref);
  G_OBJECT_CLASS (jip_replica_list_parent_class)->finalize (object);
}

static void
jip_replica_list_class_init (JipReplicaListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->constructed = jip_replica_list_constructed;
  object_class->finalize = jip_replica_list_finalize;
  object_class->get_property = jip_replica_list_get_property;
  object_class->set_property = jip_replica_list_set_property;
  properties[PROP_CLIENT]
      = g_param_spec_object ("client", NULL, NULL, JIP_TYPE_CLIENT,
                             G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, TRUE, readable);
  properties[PROP_TOTAL] = g_param_spec_uint ("total", NULL, NULL, 0, G_MAXUINT, 0, readable);
  properties[PROP_N_ITEMS] = g_param_spec_uint ("n-items", NULL, NULL, 0, G_MAXUINT, 0, readable);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
jip_replica_list_init (JipReplicaList *self)
{
  JipReplicaListPrivate *priv = get_private (self);

  priv->items = g_ptr_array_new_with_free_func ((GDestroyNotify) jip_item_free);
  priv->wanted = PAGE;
  priv->loading = TRUE;
}
