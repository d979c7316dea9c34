/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loaded by atspi.py: one look at all that a program shows, over the accessibility bus. GTK's list of all objects tells most of it
 * in one answer, but not where they are, and it has an object only once somebody has asked its parent for its children. What is not
 * in the list is asked one by one; level by level all questions go out at once. */
#include <gio/gio.h>
#include <json-glib/json-glib.h>

#define ALL_ASKED_S 5
#define ACCESSIBLE "org.a11y.atspi.Accessible"
#define COMPONENT "org.a11y.atspi.Component"
#define WINDOW_COORDINATES 1
#define STATE_VISIBLE (G_GUINT64_CONSTANT (1) << 30)
#define NOTHING "/org/a11y/atspi/null"
#define TIMEOUT_MS 10000

G_MODULE_EXPORT char *
jipui_survey (const char *address, const char *const *bus_names, const char *const *paths, guint n);

typedef struct _Seen Seen;

struct _Seen
{
  char *bus_name;
  char *path;
  guint role;
  char *name;
  guint64 states;
  int box[4]; /* x, y, width, height inside the window */
  gboolean has_box;
  GPtrArray *children; /* of Seen */
};

/* An object as GTK's list tells it. */
typedef struct
{
  char *bus_name;
  char *path;
  gboolean is_widget;
  guint role;
  char *name;
  guint64 states;
  int place;           /* among its parent's children */
  int n_children;      /* those that nobody has asked for are not in the list */
  GPtrArray *children; /* of Listed, not owned */
} Listed;

static GDBusConnection *bus;
static GMainContext *context;
static guint n_waiting;
static GHashTable *listed; /* path -> Listed, during a look; of several programs, since paths are random */

static void
listed_free (gpointer data)
{
  Listed *object = data;

  g_free (object->bus_name);
  g_free (object->path);
  g_free (object->name);
  g_ptr_array_unref (object->children);
  g_free (object);
}

static Seen *
seen_new (const char *bus_name, const char *path)
{
  Seen *seen = g_new0 (Seen, 1);

  seen->bus_name = g_strdup (bus_name);
  seen->path = g_strdup (path);
  return seen;
}

static void
seen_free (gpointer data)
{
  Seen *seen = data;

  g_free (seen->bus_name);
  g_free (seen->path);
  g_free (seen->name);
  g_clear_pointer (&seen->children, g_ptr_array_unref);
  g_free (seen);
}

/* GTK gives no room to what it does not show. A page of a stack is no widget and has no room at all; a widget that says nothing of
 * its room is gone. */
static gboolean
may_show (const Seen *seen)
{
  const Listed *known = g_hash_table_lookup (listed, seen->path);

  if (!seen->has_box && known != NULL && known->is_widget)
    return FALSE;
  return (seen->states & STATE_VISIBLE) != 0 && (!seen->has_box || (seen->box[2] > 0 && seen->box[3] > 0));
}

typedef void (*Take) (Seen *seen, GVariant *answer);

typedef struct
{
  Seen *seen;
  Take take;
} Question;

static void
answered (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Question *question = data;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  n_waiting--;
  if (answer != NULL) /* else it is gone, or has no such interface */
    question->take (question->seen, answer);
}

static void
ask (Seen *seen, const char *interface, const char *method, GVariant *arguments, const char *type, Take take)
{
  Question *question = g_new (Question, 1);

  *question = (Question){ seen, take };
  n_waiting++;
  g_dbus_connection_call (bus, seen->bus_name, seen->path, interface, method, arguments,
                          G_VARIANT_TYPE (type), G_DBUS_CALL_FLAGS_NO_AUTO_START, TIMEOUT_MS, NULL, answered,
                          question);
}

static void
wait_for_all (void)
{
  while (n_waiting > 0)
    g_main_context_iteration (context, TRUE);
}

static guint64
join_words (GVariant *words)
{
  guint64 states = 0;

  for (gsize i = 0; i < 2 && i < g_variant_n_children (words); i++)
    {
      guint32 word;
      g_variant_get_child (words, i, "u", &word);
      states |= (guint64) word << (32 * i);
    }
  return states;
}

static void
take_states (Seen *seen, GVariant *answer)
{
  g_autoptr (GVariant) words = g_variant_get_child_value (answer, 0);
  seen->states = join_words (words);
}

static void
take_box (Seen *seen, GVariant *answer)
{
  g_variant_get (answer, "((iiii))", &seen->box[0], &seen->box[1], &seen->box[2], &seen->box[3]);
  seen->has_box = TRUE;
}

static void
take_role (Seen *seen, GVariant *answer)
{
  g_variant_get (answer, "(u)", &seen->role);
}

static void
take_name (Seen *seen, GVariant *answer)
{
  g_autoptr (GVariant) value = NULL;

  g_variant_get (answer, "(v)", &value);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    seen->name = g_variant_dup_string (value, NULL);
}

static void
take_children (Seen *seen, GVariant *answer)
{
  g_autoptr (GVariantIter) children = NULL;
  const char *bus_name, *path;

  g_variant_get (answer, "(a(so))", &children);
  while (g_variant_iter_next (children, "(&s&o)", &bus_name, &path))
    if (!g_str_equal (path, NOTHING))
      g_ptr_array_add (seen->children, seen_new (bus_name, path));
}

static int
by_place (gconstpointer a, gconstpointer b)
{
  return (*(Listed *const *) a)->place - (*(Listed *const *) b)->place;
}

static void
list_objects (const char *bus_name)
{
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
      bus, bus_name, "/org/a11y/atspi/cache", "org.a11y.atspi.Cache", "GetItems", NULL,
      G_VARIANT_TYPE ("(a((so)(so)(so)iiassusau))"), G_DBUS_CALL_FLAGS_NO_AUTO_START, TIMEOUT_MS, NULL, NULL);
  g_autoptr (GHashTable) parents = g_hash_table_new_full (NULL, NULL, NULL, g_free); /* Listed -> path */
  GHashTableIter iter;
  gpointer object, path;

  if (answer == NULL)
    return;
  g_autoptr (GVariant) items = g_variant_get_child_value (answer, 0);
  for (gsize i = 0; i < g_variant_n_children (items); i++)
    {
      g_autofree const char **interfaces = NULL;
      g_autoptr (GVariant) words = NULL;
      Listed *new = g_new0 (Listed, 1);
      char *parent;

      g_variant_get_child (items, i, "((so)(so)(so)ii^a&ssus@au)", &new->bus_name, &new->path, NULL, NULL,
                           NULL, &parent, &new->place, &new->n_children, &interfaces, &new->name, &new->role,
                           NULL, &words);
      new->is_widget = g_strv_contains (interfaces, COMPONENT);
      new->states = join_words (words);
      new->children = g_ptr_array_new ();
      if (g_hash_table_contains (listed, new->path)) /* the root, which has the same path in each program */
        {
          listed_free (new);
          g_free (parent);
          continue;
        }
      g_hash_table_insert (parents, new, parent);
      g_hash_table_insert (listed, new->path, new);
    }
  g_hash_table_iter_init (&iter, parents);
  while (g_hash_table_iter_next (&iter, &object, &path))
    {
      Listed *parent = g_hash_table_lookup (listed, path);
      if (parent != NULL)
        g_ptr_array_add (parent->children, object);
    }
}

static void
ask_whether_shown (Seen *seen)
{
  const Listed *known = g_hash_table_lookup (listed, seen->path);

  if (known != NULL)
    seen->states = known->states;
  else
    ask (seen, ACCESSIBLE, "GetState", NULL, "(au)", take_states);
  if (known == NULL || (known->is_widget && (known->states & STATE_VISIBLE) != 0))
    ask (seen, COMPONENT, "GetExtents", g_variant_new ("(u)", WINDOW_COORDINATES), "((iiii))", take_box);
}

/* Whether the list has all children. It has a page between a stack and each child, which an answer to "GetChildren" has not. */
static gboolean
add_listed (Seen *seen, const Listed *parent)
{
  if ((guint) parent->n_children != parent->children->len)
    return FALSE;
  g_ptr_array_sort (parent->children, by_place);
  for (guint i = 0; i < parent->children->len; i++)
    {
      const Listed *child = g_ptr_array_index (parent->children, i);
      if (child->is_widget)
        g_ptr_array_add (seen->children, seen_new (child->bus_name, child->path));
      else if (!add_listed (seen, child))
        {
          g_ptr_array_set_size (seen->children, 0);
          return FALSE;
        }
    }
  return TRUE;
}

static void
ask_what_it_is (Seen *seen)
{
  const Listed *known = g_hash_table_lookup (listed, seen->path);

  seen->children = g_ptr_array_new_with_free_func (seen_free);
  if (known != NULL)
    {
      seen->role = known->role;
      seen->name = g_strdup (known->name);
    }
  else
    {
      ask (seen, ACCESSIBLE, "GetRole", NULL, "(u)", take_role);
      ask (seen, "org.freedesktop.DBus.Properties", "Get", g_variant_new ("(ss)", ACCESSIBLE, "Name"), "(v)",
           take_name);
    }
  if (known == NULL || !add_listed (seen, known))
    ask (seen, ACCESSIBLE, "GetChildren", NULL, "(a(so))", take_children);
}

static void
remove_hidden (GPtrArray *level)
{
  for (guint i = level->len; i > 0; i--)
    if (!may_show (g_ptr_array_index (level, i - 1)))
      g_ptr_array_remove_index (level, i - 1);
}

static void
look (GPtrArray *roots)
{
  g_autoptr (GPtrArray) level = g_ptr_array_ref (roots); /* of Seen that are shown */

  while (level->len > 0)
    {
      g_autoptr (GPtrArray) next = g_ptr_array_new ();

      for (guint i = 0; i < level->len; i++)
        ask_what_it_is (g_ptr_array_index (level, i));
      wait_for_all ();
      for (guint i = 0; i < level->len; i++)
        {
          Seen *seen = g_ptr_array_index (level, i);
          for (guint j = 0; j < seen->children->len; j++)
            ask_whether_shown (g_ptr_array_index (seen->children, j));
        }
      wait_for_all ();
      for (guint i = 0; i < level->len; i++)
        {
          GPtrArray *children = ((Seen *) g_ptr_array_index (level, i))->children;
          remove_hidden (children);
          for (guint j = 0; j < children->len; j++)
            g_ptr_array_add (next, g_ptr_array_index (children, j));
        }
      g_ptr_array_unref (level);
      level = g_steal_pointer (&next);
    }
}

static void
write_down (JsonBuilder *builder, const Seen *seen, int depth)
{
  json_builder_begin_array (builder);
  json_builder_add_string_value (builder, seen->bus_name);
  json_builder_add_string_value (builder, seen->path);
  json_builder_add_int_value (builder, depth);
  json_builder_add_int_value (builder, seen->role);
  json_builder_add_string_value (builder, seen->name != NULL ? seen->name : "");
  json_builder_add_int_value (builder, (gint64) seen->states);
  json_builder_begin_array (builder);
  for (guint i = 0; seen->has_box && i < G_N_ELEMENTS (seen->box); i++)
    json_builder_add_int_value (builder, seen->box[i]);
  json_builder_end_array (builder);
  json_builder_end_array (builder);
  for (guint i = 0; i < seen->children->len; i++)
    write_down (builder, g_ptr_array_index (seen->children, i), depth + 1);
}

/* What has become visible may be missing in the list, for good, until the object that it lies in is asked: now and then all are. */
static gboolean
trusts_list (void)
{
  static gint64 all_asked;
  gint64 now = g_get_monotonic_time ();

  if (now - all_asked < ALL_ASKED_S * G_USEC_PER_SEC)
    return TRUE;
  all_asked = now;
  return FALSE;
}

/**
 * jipui_survey:
 * @address: of the accessibility bus
 * @bus_names: of @n objects, with their @paths
 *
 * Returns: (transfer full): JSON, a list for each of the objects and for all below that is shown, parents first: name on the bus, path,
 *   depth, number of the role, name, states as bits, box (empty for what is no widget)
 */
G_MODULE_EXPORT char *
jipui_survey (const char *address, const char *const *bus_names, const char *const *paths, guint n)
{
  g_autoptr (GPtrArray) roots = g_ptr_array_new_with_free_func (seen_free);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GError) error = NULL;
  gboolean trusted = trusts_list ();

  if (context == NULL)
    context = g_main_context_new ();
  g_main_context_push_thread_default (context);
  if (bus == NULL)
    bus = g_dbus_connection_new_for_address_sync (address,
                                                  G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
                                                      | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                                  NULL, NULL, &error);
  if (bus == NULL)
    g_error ("%s", error->message);
  listed = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, listed_free);
  for (guint i = 0; i < n; i++)
    {
      Seen *root = seen_new (bus_names[i], paths[i]);
      if (trusted && (i == 0 || !g_str_equal (bus_names[i], bus_names[i - 1])))
        list_objects (bus_names[i]);
      ask_whether_shown (root);
      g_ptr_array_add (roots, root);
    }
  wait_for_all ();
  look (roots);
  g_clear_pointer (&listed, g_hash_table_unref);
  g_main_context_pop_thread_default (context);
  json_builder_begin_array (builder);
  for (guint i = 0; i < roots->len; i++)
    write_down (builder, g_ptr_array_index (roots, i), 0);
  json_builder_end_array (builder);
  g_autoptr (JsonNode) list = json_builder_get_root (builder);
  return json_to_string (list, FALSE);
}
