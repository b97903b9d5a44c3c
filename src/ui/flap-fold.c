/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HdyFlap folds when its children do not fit at all. This folds one earlier: the log beside the
 * members must stay wide enough to read. */

#include "hallway-config.h"

#include "flap-fold.h"

/* Pixels under which the log may not get beside the members: they slide over it instead. */
#define LOG_WIDTH_MIN 420

typedef struct
{
  HdyFlap *flap;
  GtkWidget *members;
  guint source;
} Fold;

static gboolean
on_fold (gpointer data)
{
  Fold *fold = data;
  int width = gtk_widget_get_allocated_width (GTK_WIDGET (fold->flap));
  int members;
  gboolean fits;

  fold->source = 0;
  gtk_widget_get_preferred_width (fold->members, NULL, &members);
  fits = width >= LOG_WIDTH_MIN + members;
  hdy_flap_set_fold_policy (fold->flap,
                            fits ? HDY_FLAP_FOLD_POLICY_NEVER : HDY_FLAP_FOLD_POLICY_ALWAYS);
  return G_SOURCE_REMOVE;
}

/* Layout cannot be changed while it is being done. */
static void
on_allocated (Fold *fold)
{
  if (fold->source == 0)
    fold->source = g_idle_add_full (GTK_PRIORITY_RESIZE, on_fold, fold, NULL);
}

static void
on_destroyed (Fold *fold)
{
  g_clear_handle_id (&fold->source, g_source_remove);
}

static void
fold_free (gpointer data, GClosure *closure)
{
  g_free (data);
}

/**
 * hw_flap_fold_follow:
 * @flap: a flap around a log
 * @members: what is in the flap
 *
 * Lets @members stand beside the log, or slide over it where that would get too narrow.
 */
void
hw_flap_fold_follow (HdyFlap *flap, GtkWidget *members)
{
  Fold *fold = g_new0 (Fold, 1);

  fold->flap = flap;
  fold->members = members;
  g_signal_connect_swapped (flap, "size-allocate", G_CALLBACK (on_allocated), fold);
  g_signal_connect_data (flap, "destroy", G_CALLBACK (on_destroyed), fold, fold_free,
                         G_CONNECT_SWAPPED);
}
