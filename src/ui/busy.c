/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Shows that something is under way, once it has been so for a fifth of a second. */

#include "hallway-config.h"

#include "busy.h"

/* Milliseconds below which a person takes an answer for immediate. */
#define PATIENCE 200

struct _HwBusy
{
  GtkSpinner parent_instance;

  guint timeout;
  gboolean busy;
};

G_DEFINE_FINAL_TYPE (HwBusy, hw_busy, GTK_TYPE_SPINNER)

static gboolean
on_patience_over (gpointer data)
{
  HwBusy *self = data;

  self->timeout = 0;
  gtk_widget_show (GTK_WIDGET (self));
  gtk_spinner_start (GTK_SPINNER (self));
  return G_SOURCE_REMOVE;
}

static void
hw_busy_dispose (GObject *object)
{
  g_clear_handle_id (&HW_BUSY (object)->timeout, g_source_remove);
  G_OBJECT_CLASS (hw_busy_parent_class)->dispose (object);
}

static void
hw_busy_class_init (HwBusyClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hw_busy_dispose;
}

static void
hw_busy_init (HwBusy *self)
{
  gtk_widget_set_no_show_all (GTK_WIDGET (self), TRUE);
}

/**
 * hw_busy_new:
 *
 * Returns: (transfer floating): one that is not seen
 */
GtkWidget *
hw_busy_new (void)
{
  return g_object_new (HW_TYPE_BUSY, NULL);
}

/**
 * hw_busy_set:
 * @self: a spinner
 * @busy: whether something is under way
 */
void
hw_busy_set (HwBusy *self, gboolean busy)
{
  g_return_if_fail (HW_IS_BUSY (self));

  if (self->busy == busy)
    return;
  self->busy = busy;

  g_clear_handle_id (&self->timeout, g_source_remove);
  if (busy)
    {
      self->timeout = g_timeout_add (PATIENCE, on_patience_over, self);
    }
  else
    {
      gtk_spinner_stop (GTK_SPINNER (self));
      gtk_widget_hide (GTK_WIDGET (self));
    }
}
