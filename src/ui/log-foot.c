/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What stands under the timeline. */

#include "hallway-config.h"

#include "log-foot.h"

#include "words.h"

#include <glib/gi18n.h>

struct _HwLogFoot
{
  GtkBox parent_instance;

  GtkWidget *dot;
  GtkLabel *live;
  GtkLabel *hint;
};

G_DEFINE_FINAL_TYPE (HwLogFoot, hw_log_foot, GTK_TYPE_BOX)

static void
hw_log_foot_class_init (HwLogFootClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hallwaychat/Hallway/ui/log-foot.ui");
  gtk_widget_class_bind_template_child (widget_class, HwLogFoot, dot);
  gtk_widget_class_bind_template_child (widget_class, HwLogFoot, live);
  gtk_widget_class_bind_template_child (widget_class, HwLogFoot, hint);
}

static void
hw_log_foot_init (HwLogFoot *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
show (HwLogFoot *self, const char *style, const char *words, const char *hint)
{
  GtkStyleContext *context = gtk_widget_get_style_context (self->dot);

  gtk_style_context_remove_class (context, "away");
  gtk_style_context_remove_class (context, "lost");
  if (style != NULL)
    gtk_style_context_add_class (context, style);
  gtk_label_set_text (self->live, words);
  gtk_label_set_text (self->hint, hint);
}

/**
 * hw_log_foot_update:
 * @self: the line
 * @place: where the log is
 * @row: (nullable): of the log that is shown; without one there is no line
 * @view: what shows it
 */
void
hw_log_foot_update (HwLogFoot *self, HwPlace *place, HwLogListRow *row, HwLogView *view)
{
  guint n_below = hw_log_view_get_n_below (view);
  gint64 closed = row != NULL ? hw_log_list_row_get_closed (row) : 0;
  g_autofree char *hint = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self), row != NULL);
  if (hw_place_get_state (place) != HW_PLACE_ONLINE)
    show (self, "lost", _ ("Not live"), _ ("what you see is what was loaded"));
  else if (closed != 0)
    {
      g_autofree char *day = hw_words_day (closed / 1000);

      hint = g_strdup_printf (_ ("%s; nothing is added any more"), day);
      show (self, "away", _ ("Closed"), hint);
    }
  else if (n_below > 0)
    {
      hint = g_strdup_printf (ngettext ("%u new entry below", "%u new entries below", n_below),
                              n_below);
      show (self, NULL, _ ("Live"), hint);
    }
  else
    show (self, NULL, _ ("Live"), _ ("new entries appear as they are saved"));
}
