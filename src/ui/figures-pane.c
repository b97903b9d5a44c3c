/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The server's figures at the side of the log window. Whoever shows it says when to ask. */

#include "hallway-config.h"

#include "figures-pane.h"

#include "sparkline.h"
#include "words.h"

#include <glib/gi18n.h>
#include <string.h>

struct _HwFiguresPane
{
  GtkBox parent_instance;

  GtkLabel *clients;
  GtkLabel *clients_unit;
  HwSparkline *clients_line;
  GtkLabel *messages;
  GtkLabel *messages_unit;
  HwSparkline *messages_line;
  GtkLabel *commit;
  GtkLabel *commit_unit;
  HwSparkline *commit_line;
  GtkLabel *memory;
  GtkLabel *memory_unit;
  HwSparkline *memory_line;
  GtkLabel *running;

  GCancellable *asking; /* nullable */
};

G_DEFINE_FINAL_TYPE (HwFiguresPane, hw_figures_pane, GTK_TYPE_BOX)

static double
get_number (JsonObject *object, const char *field)
{
  JsonNode *node = json_object_get_member (object, field);
  double value = node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_double (node) : 0;

  return MAX (value, 0);
}

static char *
describe_since (gint64 started)
{
  gint64 seconds = MAX (0, g_get_real_time () / G_USEC_PER_SEC - started / 1000);
  guint n;

  if (seconds < 60 * 60)
    {
      n = (guint) (seconds / 60);
      return g_strdup_printf (ngettext ("Up %u minute", "Up %u minutes", n), n);
    }
  if (seconds < 48 * 60 * 60)
    {
      n = (guint) (seconds / (60 * 60));
      return g_strdup_printf (ngettext ("Up %u hour", "Up %u hours", n), n);
    }
  n = (guint) (seconds / (24 * 60 * 60));
  return g_strdup_printf (ngettext ("Up %u day", "Up %u days", n), n);
}

/* A figure that may be small keeps one place behind the point. */
static char *
format_figure (double value)
{
  return value < 10 && value != (double) (gint64) value ? g_strdup_printf ("%.1f", value)
                                                        : g_strdup_printf ("%'.0f", value);
}

static void
show_memory (HwFiguresPane *self, double bytes)
{
  g_autofree char *size = g_format_size ((guint64) bytes);
  char *unit = strchr (size, ' ') != NULL ? strchr (size, ' ') : strstr (size, "\302\240");

  /* The unit stands smaller beside the figure. */
  if (unit != NULL)
    {
      gtk_label_set_text (self->memory_unit, unit + (*unit == ' ' ? 1 : 2));
      *unit = '\0';
    }
  gtk_label_set_text (self->memory, size);
  hw_sparkline_add (self->memory_line, bytes);
}

static void
show (HwFiguresPane *self, JsonObject *stats)
{
  double clients = get_number (stats, "clients");
  double in = get_number (stats, "in_per_s");
  JsonNode *node = json_object_get_member (stats, "commit_ms");
  double commit = node != NULL && JSON_NODE_HOLDS_OBJECT (node)
                      ? get_number (json_node_get_object (node), "p50")
                      : 0;
  double slow = node != NULL && JSON_NODE_HOLDS_OBJECT (node)
                    ? get_number (json_node_get_object (node), "p99")
                    : 0;
  g_autofree char *clients_text = format_figure (clients);
  g_autofree char *in_text = format_figure (in);
  g_autofree char *commit_text = format_figure (commit);
  g_autofree char *most = g_strdup_printf (_ ("most %.0f"), get_number (stats, "clients_most"));
  g_autofree char *slowest = format_figure (slow);
  g_autofree char *commit_hint = g_strdup_printf (_ ("99 of 100 within %s ms"), slowest);
  g_autofree char *size = hw_words_size ((guint64) get_number (stats, "log_bytes"));
  g_autofree char *since = describe_since ((gint64) get_number (stats, "started"));
  /* Translators: "Up 12 days · 41 MB" */
  g_autofree char *running = g_strdup_printf (_ ("%s · %s"), since, size);

  gtk_label_set_text (self->clients, clients_text);
  gtk_label_set_text (self->clients_unit, most);
  hw_sparkline_add (self->clients_line, clients);
  gtk_label_set_text (self->messages, in_text);
  gtk_label_set_text (self->messages_unit, _ ("a second"));
  hw_sparkline_add (self->messages_line, in);
  gtk_label_set_text (self->commit, commit_text);
  gtk_label_set_text (self->commit_unit, _ ("ms"));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->commit), commit_hint);
  hw_sparkline_add (self->commit_line, commit);
  show_memory (self, get_number (stats, "rss_bytes"));
  gtk_label_set_text (self->running, running);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->running), running);
  gtk_widget_show (GTK_WIDGET (self));
}

static void
on_told (GObject *source, GAsyncResult *result, gpointer data)
{
  HwFiguresPane *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) reply = hw_place_request_finish (HW_PLACE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->asking);
  if (reply != NULL)
    show (self, reply);
}

static void
hw_figures_pane_dispose (GObject *object)
{
  HwFiguresPane *self = HW_FIGURES_PANE (object);

  g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);

  G_OBJECT_CLASS (hw_figures_pane_parent_class)->dispose (object);
}

static void
hw_figures_pane_class_init (HwFiguresPaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hw_figures_pane_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hallwaychat/Hallway/ui/figures-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, HwFiguresPane, clients);
  gtk_widget_class_bind_template_child (widget_class, HwFiguresPane, clients_unit);
  gtk_widget_class_bind_template_child (widget_class, HwFiguresPane, clients_line);
  gtk_widget_class_bind_template_child (widget_class, HwFiguresPane, messages);
  gtk_widget_class_bind_template_child (widget_class, HwFiguresPane, messages_unit);
  gtk_widget_class_bind_template_child (widget_class, HwFiguresPane, messages_line);
  gtk_widget_class_bind_template_child (widget_class, HwFiguresPane, commit);
  gtk_widget_class_bind_template_child (widget_class, HwFiguresPane, commit_unit);
  gtk_widget_class_bind_template_child (widget_class, HwFiguresPane, commit_line);
  gtk_widget_class_bind_template_child (widget_class, HwFiguresPane, memory);
  gtk_widget_class_bind_template_child (widget_class, HwFiguresPane, memory_unit);
  gtk_widget_class_bind_template_child (widget_class, HwFiguresPane, memory_line);
  gtk_widget_class_bind_template_child (widget_class, HwFiguresPane, running);
}

static void
hw_figures_pane_init (HwFiguresPane *self)
{
  g_type_ensure (HW_TYPE_SPARKLINE);
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hw_figures_pane_refresh:
 * @self: the pane
 * @place: a place whose admin we are
 *
 * Asks for the figures, unless they are asked for already.
 */
void
hw_figures_pane_refresh (HwFiguresPane *self, HwPlace *place)
{
  if (self->asking != NULL)
    return;
  self->asking = g_cancellable_new ();
  hw_place_request_async (place, "stats", NULL, self->asking, on_told, self);
}
