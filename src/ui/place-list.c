/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The places of the menu's sidebar. A place is one row, whether it is remembered, found, open, or
 * all of it; its address tells which is which. A row stays where it is while the window is open: a
 * place must not jump away under the pointer because it was just visited.
 *
 * That a place answers the question who is there does not mean that it can be entered: a firewall
 * may let the one through and stop the other. So it is tried, and the row tells. */

#include "hallway-config.h"

#include "list-box.h"
#include "place-list.h"
#include "place-row.h"

#include <glib/gi18n.h>

/* Seconds until a place that answers, but could not be reached, is tried again. */
#define TRY_INTERVAL 10

struct _HwPlaceList
{
  GtkBox parent_instance;

  GtkListBox *list;

  HwKnownPlaces *known;
  GListModel *places;
  GHashTable *rows; /* address → HwPlaceRow, both owned by the list */
  char *selected;   /* (nullable): an address */
  HwReach *reach;
  HwFinder *finder;
  guint try_source;
  gboolean was_empty;
};

enum
{
  PROP_0,
  PROP_LOOKING,
  PROP_EMPTY,
  PROP_PROGRESS,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

enum
{
  SIGNAL_CHANGED,
  SIGNAL_CHOSEN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HwPlaceList, hw_place_list, GTK_TYPE_BOX)

static gboolean
is_worth_a_row (HwPlaceList *self, HwPlace *place)
{
  HwPlaceState state = hw_place_get_state (place);

  return (state != HW_PLACE_IDLE && state != HW_PLACE_ENDED)
         || g_strcmp0 (hw_place_get_address (place), self->selected) == 0;
}

static void
put_row (HwPlaceList *self,
         GHashTable *seen,
         const char *address,
         HwKnownPlace *known,
         HwFoundPlace *found,
         HwPlace *place)
{
  GtkWidget *row = g_hash_table_lookup (self->rows, address);

  if (row == NULL)
    {
      row = hw_place_row_new (address);
      g_hash_table_insert (self->rows, (char *) hw_place_row_get_address (HW_PLACE_ROW (row)), row);
      gtk_list_box_insert (self->list, row, -1);
    }
  hw_place_row_set (HW_PLACE_ROW (row), known, found, place);
  /* Whoever was found by another way has let us in to say hello. */
  if (found != NULL && hw_found_place_get_ways (found) == HW_FOUND_BY_ANSWER
      && hw_reach_get (self->reach, address, NULL) == HW_REACH_UNKNOWN)
    hw_reach_look (self->reach, address);
  if (found != NULL)
    hw_place_row_set_trust (HW_PLACE_ROW (row),
                            hw_known_places_check (self->known, hw_found_place_get_id (found),
                                                   address, hw_found_place_get_fingerprint (found),
                                                   NULL));
  g_hash_table_add (seen, row);
}

/* The place that answers with what is remembered of @known: its address may be another one today.
 */
static HwFoundPlace *
find_found (HwPlaceList *self, HwKnownPlace *known)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->finder)); i++)
    {
      g_autoptr (HwFoundPlace) found = g_list_model_get_item (G_LIST_MODEL (self->finder), i);
      const char *fingerprint = hw_known_place_get_fingerprint (known);

      if (!g_str_equal (hw_found_place_get_id (found), hw_known_place_get_id (known)))
        continue;
      /* Somebody who only says the id must not draw us to another address. */
      if (hw_found_place_has_address (found, hw_known_place_get_address (known))
          || (fingerprint != NULL
              && g_str_equal (hw_found_place_get_fingerprint (found), fingerprint)))
        return found; /* the finder keeps it */
    }
  return NULL;
}

static HwPlace *
find_place (HwPlaceList *self, const char *address)
{
  for (guint i = 0; i < g_list_model_get_n_items (self->places); i++)
    {
      g_autoptr (HwPlace) place = g_list_model_get_item (self->places, i);

      if (g_str_equal (hw_place_get_address (place), address))
        return place; /* the model keeps it */
    }
  return NULL;
}

static void
show_selected (HwPlaceList *self)
{
  GtkListBoxRow *row
      = self->selected != NULL ? g_hash_table_lookup (self->rows, self->selected) : NULL;

  if (gtk_list_box_get_selected_row (self->list) != row)
    gtk_list_box_select_row (self->list, row);
}

/* A place that we have lost, and that answers from another address now, has moved. */
static void
follow (HwPlaceList *self, HwPlace *place, HwFoundPlace *found)
{
  const char *address = hw_found_place_get_address (found);
  gboolean selected = g_strcmp0 (hw_place_get_address (place), self->selected) == 0;

  if (hw_place_get_state (place) != HW_PLACE_RECONNECTING || hw_found_place_get_fading (found)
      || g_strcmp0 (hw_found_place_get_fingerprint (found), hw_place_get_fingerprint (place)) != 0
      || g_str_equal (hw_place_get_address (place), address))
    return;
  if (selected)
    {
      g_free (self->selected);
      self->selected = g_strdup (address);
    }
  hw_place_move (place, address);
}

static void
update (HwPlaceList *self)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) matched = g_hash_table_new (NULL, NULL);
  GHashTableIter iter;
  gpointer row;

  if (self->known == NULL)
    return;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->known)); i++)
    {
      g_autoptr (HwKnownPlace) known = g_list_model_get_item (G_LIST_MODEL (self->known), i);
      const char *address = hw_known_place_get_address (known);
      HwPlace *place = find_place (self, address);
      HwFoundPlace *found = find_found (self, known);

      if (found != NULL && place != NULL)
        follow (self, place, found);
      if (place != NULL)
        address = hw_place_get_address (place);
      /* Where we are already we stay, whatever else it answers by. */
      if (found != NULL && (place == NULL || hw_place_get_state (place) == HW_PLACE_IDLE))
        {
          address = hw_found_place_get_address (found);
          place = find_place (self, address);
        }
      if (found != NULL)
        g_hash_table_add (matched, found);
      put_row (self, seen, address, known, found, place);
    }
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->finder)); i++)
    {
      g_autoptr (HwFoundPlace) found = g_list_model_get_item (G_LIST_MODEL (self->finder), i);
      const char *address = hw_found_place_get_address (found);

      if (!g_hash_table_contains (matched, found))
        put_row (self, seen, address, hw_known_places_find_address (self->known, address), found,
                 find_place (self, address));
    }
  for (guint i = 0; i < g_list_model_get_n_items (self->places); i++)
    {
      g_autoptr (HwPlace) place = g_list_model_get_item (self->places, i);
      const char *address = hw_place_get_address (place);

      row = g_hash_table_lookup (self->rows, address);
      if ((row == NULL || !g_hash_table_contains (seen, row)) && is_worth_a_row (self, place))
        put_row (self, seen, address, hw_known_places_find_address (self->known, address), NULL,
                 place);
    }

  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, NULL, &row))
    if (!g_hash_table_contains (seen, row))
      {
        g_hash_table_iter_remove (&iter);
        gtk_widget_destroy (row);
      }
  gtk_widget_set_visible (GTK_WIDGET (self->list), g_hash_table_size (self->rows) > 0);
  if (self->was_empty != hw_place_list_is_empty (self))
    {
      self->was_empty = !self->was_empty;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EMPTY]);
    }
  show_selected (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
on_places_changed (
    GListModel *places, guint position, guint n_removed, guint n_added, HwPlaceList *self)
{
  for (guint i = 0; i < n_added; i++)
    {
      g_autoptr (HwPlace) place = g_list_model_get_item (places, position + i);

      g_signal_connect_object (place, "notify::state", G_CALLBACK (update), self,
                               G_CONNECT_SWAPPED);
    }
  update (self);
}

static void
on_reach_changed (HwPlaceList *self, const char *address)
{
  HwPlaceRow *row = g_hash_table_lookup (self->rows, address);
  guint milliseconds;
  HwReachState state = hw_reach_get (self->reach, address, &milliseconds);

  /* While it is looked at again, what was known of it stays. */
  if (row != NULL && state != HW_REACH_LOOKING)
    hw_place_row_set_reach (row, state, milliseconds);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static gboolean
on_try (gpointer data)
{
  HwPlaceList *self = data;
  GHashTableIter iter;
  gpointer row;

  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, NULL, &row))
    if (hw_place_row_get_found (row) != NULL && hw_place_row_get_reach (row) == HW_REACH_NOBODY)
      hw_reach_look (self->reach, hw_place_row_get_address (row));
  return G_SOURCE_CONTINUE;
}

static void
on_progressed (HwPlaceList *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROGRESS]);
}

static void
on_looking_changed (HwPlaceList *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOOKING]);
}

static void
on_row_activated (GtkListBox *list, GtkListBoxRow *row, HwPlaceList *self)
{
  g_autofree char *address = g_strdup (hw_place_row_get_address (HW_PLACE_ROW (row)));

  g_signal_emit (self, signals[SIGNAL_CHOSEN], 0, address);
}

/* The arrow keys walk through the rows; which one is selected tells where one is, not where the
 * cursor is, or walking through the list would give one's name to every place on the way. */
static void
on_row_selected (GtkListBox *list, GtkListBoxRow *row, HwPlaceList *self)
{
  show_selected (self);
}

/* Whether it is being found out which places answer. */
static gboolean
is_looking (HwPlaceList *self)
{
  return (self->reach != NULL && hw_reach_is_looking (self->reach))
         || (self->finder != NULL && hw_finder_is_looking (self->finder));
}

static void
hw_place_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HwPlaceList *self = HW_PLACE_LIST (object);

  if (id == PROP_PROGRESS)
    g_value_set_double (value, self->finder != NULL ? hw_finder_get_progress (self->finder) : -1);
  else
    g_value_set_boolean (value,
                         id == PROP_EMPTY ? hw_place_list_is_empty (self) : is_looking (self));
}

static void
hw_place_list_dispose (GObject *object)
{
  HwPlaceList *self = HW_PLACE_LIST (object);

  g_clear_handle_id (&self->try_source, g_source_remove);
  if (self->known != NULL)
    g_signal_handlers_disconnect_by_data (self->known, self);
  if (self->places != NULL)
    g_signal_handlers_disconnect_by_data (self->places, self);
  if (self->finder != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->finder, self);
      hw_finder_set_active (self->finder, FALSE);
    }
  g_clear_object (&self->finder);
  if (self->reach != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->reach, self);
      g_object_run_dispose (G_OBJECT (self->reach));
    }
  g_clear_object (&self->reach);
  g_clear_object (&self->known);
  g_clear_object (&self->places);
  g_hash_table_remove_all (self->rows);
  G_OBJECT_CLASS (hw_place_list_parent_class)->dispose (object);
}

static void
hw_place_list_finalize (GObject *object)
{
  HwPlaceList *self = HW_PLACE_LIST (object);

  g_hash_table_unref (self->rows);
  g_free (self->selected);
  G_OBJECT_CLASS (hw_place_list_parent_class)->finalize (object);
}

static void
hw_place_list_class_init (HwPlaceListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hw_place_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = hw_place_list_finalize;
  G_OBJECT_CLASS (klass)->get_property = hw_place_list_get_property;

  properties[PROP_LOOKING] = g_param_spec_boolean ("looking", NULL, NULL, FALSE,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_EMPTY]
      = g_param_spec_boolean ("empty", NULL, NULL, TRUE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_PROGRESS] = g_param_spec_double ("progress", NULL, NULL, -1, 1, -1,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  g_type_ensure (HW_TYPE_LIST_BOX);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hallwaychat/Hallway/ui/place-list.ui");
  gtk_widget_class_bind_template_child (widget_class, HwPlaceList, list);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_row_selected);
}

static void
hw_place_list_init (HwPlaceList *self)
{
  self->rows = g_hash_table_new (g_str_hash, g_str_equal);
  self->was_empty = TRUE;
  self->finder = hw_finder_new ();
  g_signal_connect_swapped (self->finder, "items-changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (self->finder, "notify::looking", G_CALLBACK (on_looking_changed), self);
  g_signal_connect_swapped (self->finder, "notify::progress", G_CALLBACK (on_progressed), self);
  self->reach = hw_reach_new ();
  g_signal_connect_swapped (self->reach, "changed", G_CALLBACK (on_reach_changed), self);
  g_signal_connect_swapped (self->reach, "notify::looking", G_CALLBACK (on_looking_changed), self);
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hw_place_list_set_models:
 * @self: the list, that has none yet
 * @known: the places that are remembered
 * @places: HwPlace: those that were opened
 */
void
hw_place_list_set_models (HwPlaceList *self, HwKnownPlaces *known, GListModel *places)
{
  g_return_if_fail (HW_IS_PLACE_LIST (self));
  g_return_if_fail (self->known == NULL);

  self->known = g_object_ref (known);
  self->places = g_object_ref (places);
  hw_finder_set_known (self->finder, G_LIST_MODEL (known));
  g_signal_connect_object (g_network_monitor_get_default (), "network-changed",
                           G_CALLBACK (hw_place_list_look_again), self, G_CONNECT_SWAPPED);
  g_signal_connect_swapped (known, "items-changed", G_CALLBACK (update), self);
  g_signal_connect (places, "items-changed", G_CALLBACK (on_places_changed), self);
  on_places_changed (places, 0, 0, g_list_model_get_n_items (places), self);
}

/**
 * hw_place_list_select:
 * @self: the list
 * @address: (nullable): where one is
 */
void
hw_place_list_select (HwPlaceList *self, const char *address)
{
  g_return_if_fail (HW_IS_PLACE_LIST (self));

  if (g_strcmp0 (self->selected, address) == 0)
    return;
  g_free (self->selected);
  self->selected = g_strdup (address);
  update (self);
}

/**
 * hw_place_list_look_again:
 * @self: the list
 *
 * Finds out which of the places where we are not answer now.
 */
void
hw_place_list_look_again (HwPlaceList *self)
{
  g_autoptr (GList) rows = NULL;

  g_return_if_fail (HW_IS_PLACE_LIST (self));

  if (self->finder == NULL)
    return;
  hw_finder_look_again (self->finder);
  rows = g_hash_table_get_values (self->rows);
  for (GList *link = rows; link != NULL; link = link->next)
    {
      HwPlace *place = hw_place_row_get_place (link->data);
      HwPlaceState state = place != NULL ? hw_place_get_state (place) : HW_PLACE_IDLE;

      if (state == HW_PLACE_IDLE || state == HW_PLACE_ENDED)
        hw_reach_look (self->reach, hw_place_row_get_address (link->data));
    }
}

/**
 * hw_place_list_set_active:
 * @self: the list
 * @active: whether somebody looks at it, so that places nearby are to be found
 */
void
hw_place_list_set_active (HwPlaceList *self, gboolean active)
{
  g_return_if_fail (HW_IS_PLACE_LIST (self));

  if (self->finder == NULL)
    return;
  hw_finder_set_active (self->finder, active);
  if (!active)
    g_clear_handle_id (&self->try_source, g_source_remove);
  else if (self->try_source == 0)
    self->try_source = g_timeout_add_seconds (TRY_INTERVAL, on_try, self);
}

/**
 * hw_place_list_search:
 * @self: the list
 *
 * Looks again, in every way there is, because the person wants it.
 */
void
hw_place_list_search (HwPlaceList *self)
{
  g_return_if_fail (HW_IS_PLACE_LIST (self));

  hw_place_list_look_again (self);
  hw_finder_scan (self->finder);
}

/**
 * hw_place_list_stop_search:
 * @self: the list
 *
 * Tries no more addresses one by one.
 */
void
hw_place_list_stop_search (HwPlaceList *self)
{
  g_return_if_fail (HW_IS_PLACE_LIST (self));

  hw_finder_stop_scan (self->finder);
}

static gboolean
is_a_choice (HwPlaceRow *row)
{
  HwPlace *place = hw_place_row_get_place (row);
  HwPlaceState state = place != NULL ? hw_place_get_state (place) : HW_PLACE_IDLE;

  return hw_place_row_is_open (row)
         || (hw_place_row_get_found (row) == NULL && hw_place_row_get_reach (row) == HW_REACH_THERE)
         || (state != HW_PLACE_IDLE && state != HW_PLACE_ENDED);
}

/**
 * hw_place_list_get_choice:
 * @self: the list
 * @choice: (out caller-allocates): what there is to choose from, and why there is nothing; its
 *   strings are the list's, until it changes
 */
void
hw_place_list_get_choice (HwPlaceList *self, HwPlaceChoice *choice)
{
  GHashTableIter iter;
  gpointer row;

  g_return_if_fail (HW_IS_PLACE_LIST (self));

  *choice = (HwPlaceChoice){ .looking = is_looking (self),
                             .progress = hw_finder_get_progress (self->finder) };
  hw_finder_get_report (self->finder, &choice->report);
  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, NULL, &row))
    {
      HwFoundPlace *found = hw_place_row_get_found (row);
      HwKnownPlace *known = hw_place_row_get_known (row);

      choice->n_choices += is_a_choice (row) || choice->report.reason == HW_FINDER_OFF;
      if (known != NULL && choice->n_known++ == 0)
        choice->known = hw_known_place_get_title (known);
      if (found == NULL || hw_found_place_get_fading (found))
        continue;
      if (!hw_found_place_get_compatible (found))
        choice->foreign = hw_found_place_get_title (found);
      else if (hw_place_row_get_reach (row) == HW_REACH_NOBODY)
        choice->closed = hw_found_place_get_title (found);
    }
}

/**
 * hw_place_list_answers:
 * @self: the list
 * @address: "host:port"
 *
 * Returns: whether the place there answers now when somebody asks who is there
 */
gboolean
hw_place_list_answers (HwPlaceList *self, const char *address)
{
  HwFoundPlace *found;
  HwPlaceRow *row;

  g_return_val_if_fail (HW_IS_PLACE_LIST (self), FALSE);

  row = g_hash_table_lookup (self->rows, address);
  found = row != NULL ? hw_place_row_get_found (row) : NULL;
  return found != NULL && !hw_found_place_get_fading (found);
}

/**
 * hw_place_list_is_empty:
 * @self: the list
 *
 * Returns: whether there is no place in it
 */
gboolean
hw_place_list_is_empty (HwPlaceList *self)
{
  g_return_val_if_fail (HW_IS_PLACE_LIST (self), TRUE);

  return g_hash_table_size (self->rows) == 0;
}
