/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Keeps libhandy from crashing where people read from right to left. There HdyLeaflet, and HdyDeck,
 * which every HdyWindow has inside, walk along a second list of their children, which is made anew
 * whenever somebody asks for the children. While they give them their places somebody does: whoever
 * follows what is on the screen wants to know which child has just been shown or hidden. Then they
 * walk on along a list that is gone (libhandy 1.8.3 still does). So whoever asks meanwhile is
 * answered from here. */

#include "rtl-guard.h"

#include <handy.h>

/* Where a widget's children are remembered while it gives them their places. */
#define PLACING "hw-rtl-guard-placing"

typedef struct
{
  void (*forall) (GtkContainer *container,
                  gboolean include_internals,
                  GtkCallback callback,
                  gpointer data);
  void (*size_allocate) (GtkWidget *widget, GtkAllocation *allocation);
} Original;

static Original deck;
static Original leaflet;

static const Original *
get_original (gpointer widget)
{
  return HDY_IS_DECK (widget) ? &deck : &leaflet;
}

static void
guarded_forall (GtkContainer *container,
                gboolean include_internals,
                GtkCallback callback,
                gpointer data)
{
  GList *placing = g_object_get_data (G_OBJECT (container), PLACING);
  g_autoptr (GList) children = NULL;

  if (placing == NULL)
    {
      get_original (container)->forall (container, include_internals, callback, data);
      return;
    }

  children = g_list_copy (placing);
  for (GList *link = children; link != NULL; link = link->next)
    callback (link->data, data);
}

static void
guarded_size_allocate (GtkWidget *widget, GtkAllocation *allocation)
{
  gpointer outer = g_object_get_data (G_OBJECT (widget), PLACING);
  g_autoptr (GList) children = gtk_container_get_children (GTK_CONTAINER (widget));

  g_object_set_data (G_OBJECT (widget), PLACING, children);
  get_original (widget)->size_allocate (widget, allocation);
  g_object_set_data (G_OBJECT (widget), PLACING, outer);
}

static void
guard (GType type, Original *original)
{
  gpointer klass = g_type_class_ref (type); /* for ever */

  original->forall = GTK_CONTAINER_CLASS (klass)->forall;
  original->size_allocate = GTK_WIDGET_CLASS (klass)->size_allocate;
  GTK_CONTAINER_CLASS (klass)->forall = guarded_forall;
  GTK_WIDGET_CLASS (klass)->size_allocate = guarded_size_allocate;
}

/**
 * hw_rtl_guard_init:
 *
 * Guards all leaflets and decks that are made from now on. To be called once, after hdy_init().
 */
void
hw_rtl_guard_init (void)
{
  guard (HDY_TYPE_DECK, &deck);
  guard (HDY_TYPE_LEAFLET, &leaflet);
}
