/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The dialog that writes a log into a file. Where to is asked by the desktop's own chooser (in a
 * sandbox: its portal), which also asks before something is overwritten. */

#include "hallway-config.h"

#include "export-dialog.h"

#include "dialog.h"
#include "log-export.h"
#include "speech.h"
#include "words.h"

#include "client/isolate.h"

#include <glib/gi18n.h>
#include <string.h>

struct _HwExportDialog
{
  HdyWindow parent_instance;

  GtkStack *steps;
  HdyHeaderBar *header;
  GtkWidget *verb;
  HdyActionRow *shown_row;
  HdyActionRow *all_row;
  GtkToggleButton *shown, *all;
  GtkToggleButton *html, *text, *csv, *json;
  GtkLabel *problem;
  GtkWidget *working;
  GtkProgressBar *bar;
  GtkLabel *progress;
  GtkWidget *done;
  GtkLabel *done_title;
  GtkLabel *done_path;
  GtkWidget *close;

  HwPlace *place;
  HwLogReader *reader;
  HwLog *log;
  GtkFileChooserNative *chooser; /* nullable */
  GCancellable *cancellable;     /* nullable: it is being written */
  GFile *target;                 /* nullable */
  guint64 total;                 /* entries that are expected, 0: not known */
};

G_DEFINE_FINAL_TYPE (HwExportDialog, hw_export_dialog, HDY_TYPE_WINDOW)

static HwLogFormatKind
get_kind (HwExportDialog *self)
{
  if (gtk_toggle_button_get_active (self->csv))
    return HW_LOG_FORMAT_CSV;
  if (gtk_toggle_button_get_active (self->json))
    return HW_LOG_FORMAT_JSON;
  if (gtk_toggle_button_get_active (self->text))
    return HW_LOG_FORMAT_TEXT;
  return HW_LOG_FORMAT_HTML;
}

static char *
count_entries (guint64 n)
{
  g_autofree char *count = g_strdup_printf ("%'" G_GUINT64_FORMAT, n);

  return g_strdup_printf (ngettext ("%s entry", "%s entries", (gulong) n), count);
}

static void
set_problem (HwExportDialog *self, const char *problem)
{
  gtk_label_set_text (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
}

static void
on_progress (guint64 n, gpointer data)
{
  HwExportDialog *self = data;
  g_autofree char *words = count_entries (n);

  if (self->cancellable == NULL || g_cancellable_is_cancelled (self->cancellable))
    return;
  gtk_label_set_text (self->progress, words);
  if (self->total > 0)
    gtk_progress_bar_set_fraction (self->bar, MIN (1, (double) n / (double) self->total));
  else
    gtk_progress_bar_pulse (self->bar);
}

static void
on_exported (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HwExportDialog) self = data;
  g_autoptr (GError) error = NULL;
  guint64 n = hw_log_export_finish (result, &error);
  g_autofree char *count = NULL;
  g_autofree char *title = NULL;
  g_autofree char *path = NULL;

  g_clear_object (&self->cancellable);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      || gtk_widget_in_destruction (GTK_WIDGET (self)))
    return;
  if (error != NULL)
    {
      g_autofree char *words = hw_words_problem (error);

      gtk_stack_set_visible_child_name (self->steps, "ask");
      set_problem (self, words);
      return;
    }
  count = count_entries (n);
  /* Translators: "1,236 entries are written" */
  title = g_strdup_printf (_ ("%s written"), count);
  path = g_file_get_parse_name (self->target);
  gtk_label_set_text (self->done_title, title);
  gtk_label_set_text (self->done_path, path);
  gtk_stack_set_visible_child (self->steps, self->done);
  gtk_widget_grab_focus (self->close);
  hw_speech_say (GTK_WIDGET (self), title);
}

static void
begin (HwExportDialog *self)
{
  gboolean all = gtk_toggle_button_get_active (self->all);
  g_autoptr (HwLogFilter) filter
      = all ? hw_log_filter_new () : hw_log_filter_copy (hw_log_reader_get_filter (self->reader));
  guint64 low = 1, high = hw_log_get_n_entries (self->log);
  g_autofree char *note = NULL;
  HwLogFormat *format;

  if (!all)
    {
      HwHistory *history = hw_log_reader_get_picked (self->reader);

      hw_log_reader_get_range (self->reader, &low, &high);
      self->total = g_list_model_get_n_items (G_LIST_MODEL (history));
      note = hw_log_reader_describe_filter (self->reader);
    }
  else
    self->total = high;
  format = hw_log_format_new (get_kind (self), hw_log_get_room (self->log),
                              hw_place_get_title (self->place), note);
  self->cancellable = g_cancellable_new ();
  gtk_progress_bar_set_fraction (self->bar, 0);
  gtk_stack_set_visible_child (self->steps, self->working);
  hw_log_export_async (hw_log_stream_new (self->place, hw_log_get_id (self->log), filter, low,
                                          high),
                       format, self->target, self->cancellable, on_progress, self, on_exported,
                       g_object_ref (self));
}

static void
on_chosen (HwExportDialog *self, int response, GtkFileChooserNative *chooser)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT
                               ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser))
                               : NULL;

  g_clear_object (&self->chooser);
  if (file == NULL)
    return;
  g_set_object (&self->target, file);
  begin (self);
}

/* A name that every file system takes. */
static char *
propose_name (HwExportDialog *self)
{
  g_autofree char *room = g_strdup (hw_log_get_room (self->log));

  for (char *p = room; *p != '\0'; p++)
    if (strchr ("/\\:*?\"<>|", *p) != NULL || (p == room && *p == '.'))
      *p = '_';
  return g_strdup_printf ("%s.%s", room, hw_log_format_get_suffix (get_kind (self)));
}

static void
on_verb_clicked (HwExportDialog *self)
{
  g_autofree char *name = propose_name (self);

  if (self->chooser != NULL || self->cancellable != NULL)
    return;
  set_problem (self, NULL);
  self->chooser
      = gtk_file_chooser_native_new (_ ("Export the log"), GTK_WINDOW (self),
                                     GTK_FILE_CHOOSER_ACTION_SAVE, _ ("Export"), _ ("Cancel"));
  gtk_file_chooser_set_do_overwrite_confirmation (GTK_FILE_CHOOSER (self->chooser), TRUE);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), name);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (on_chosen), self,
                           G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
on_stop_clicked (HwExportDialog *self)
{
  g_cancellable_cancel (self->cancellable);
  gtk_stack_set_visible_child_name (self->steps, "ask");
}

static void
hw_export_dialog_destroy (GtkWidget *widget)
{
  HwExportDialog *self = HW_EXPORT_DIALOG (widget);

  g_cancellable_cancel (self->cancellable);
  GTK_WIDGET_CLASS (hw_export_dialog_parent_class)->destroy (widget);
}

static void
hw_export_dialog_dispose (GObject *object)
{
  HwExportDialog *self = HW_EXPORT_DIALOG (object);

  g_clear_object (&self->chooser);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->target);
  g_clear_object (&self->log);
  g_clear_object (&self->reader);
  g_clear_object (&self->place);

  G_OBJECT_CLASS (hw_export_dialog_parent_class)->dispose (object);
}

static void
hw_export_dialog_class_init (HwExportDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hw_export_dialog_dispose;
  widget_class->destroy = hw_export_dialog_destroy;

  hw_dialog_class_close_on_escape (widget_class);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/hallwaychat/Hallway/ui/export-dialog.ui");
#define BIND(child) gtk_widget_class_bind_template_child (widget_class, HwExportDialog, child)
  BIND (steps);
  BIND (header);
  BIND (verb);
  BIND (shown_row);
  BIND (all_row);
  BIND (shown);
  BIND (all);
  BIND (html);
  BIND (text);
  BIND (csv);
  BIND (json);
  BIND (problem);
  BIND (working);
  BIND (bar);
  BIND (progress);
  BIND (done);
  BIND (done_title);
  BIND (done_path);
  BIND (close);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, gtk_window_close);
  gtk_widget_class_bind_template_callback (widget_class, on_stop_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_verb_clicked);
}

static void
hw_export_dialog_init (HwExportDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_window_set_default (GTK_WINDOW (self), self->verb);
  gtk_widget_grab_focus (self->verb);
}

/**
 * hw_export_dialog_new:
 * @parent: the window that asks
 * @place: where the log is; we are its admin
 * @reader: what reads it
 *
 * Returns: (transfer none): a dialog; present it by gtk_window_present()
 */
GtkWidget *
hw_export_dialog_new (GtkWindow *parent, HwPlace *place, HwLogReader *reader)
{
  HwExportDialog *self = g_object_new (HW_TYPE_EXPORT_DIALOG, "transient-for", parent, NULL);
  HwHistory *history = hw_log_reader_get_picked (reader);
  g_autofree char *filter = hw_log_reader_describe_filter (reader);
  g_autofree char *isolated = NULL;
  g_autofree char *title = NULL;
  g_autofree char *all = NULL;
  g_autofree char *some = NULL;
  g_autofree char *shown = NULL;

  self->place = g_object_ref (place);
  self->reader = g_object_ref (reader);
  self->log = g_object_ref (hw_log_reader_get_log (reader));
  isolated = hw_isolate (hw_log_get_room (self->log));
  /* Translators: %s is a room's name */
  title = g_strdup_printf (_ ("Export “%s”"), isolated);
  all = count_entries (hw_log_get_n_entries (self->log));
  some = count_entries (g_list_model_get_n_items (G_LIST_MODEL (history)));
  shown = filter != NULL ? g_strdup_printf ("%s · %s", some, filter) : g_strdup (some);
  gtk_window_set_title (GTK_WINDOW (self), title);
  hdy_header_bar_set_title (self->header, title);
  hdy_action_row_set_subtitle (self->all_row, all);
  hdy_action_row_set_subtitle (self->shown_row, shown);
  gtk_widget_set_sensitive (GTK_WIDGET (self->shown_row), filter != NULL);
  gtk_toggle_button_set_active (filter != NULL ? self->shown : self->all, TRUE);
  hw_dialog_fit (GTK_WINDOW (self));
  return GTK_WIDGET (self);
}
