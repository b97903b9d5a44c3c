/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Prints what is shown of a log, with the print dialog's preview. Pages can only be counted when
 * all lines are there, so they are fetched first, up to a bound: whoever needs more paper than that
 * exports a web page and prints some of it. */

#include "hallway-config.h"

#include "log-print.h"

#include "alert.h"
#include "entry-text.h"
#include "words.h"

#include "client/log-stream.h"

#include <glib/gi18n.h>

/* Entries on paper at most: some hundred pages. */
#define ENTRIES_MAX 5000

/* Points: the columns of times and names, and between lines. */
#define TIMES 42
#define NAMES 92
#define SPACE 3
#define HEAD  30

typedef struct
{
  GtkWindow *parent; /* owned */
  char *title;
  char *note; /* nullable */
  HwLogStream *stream;
  GPtrArray *entries;
  GArray *breaks; /* of guint: the first entry of each page */
} Print;

static void
print_free (Print *self)
{
  g_object_unref (self->parent);
  g_free (self->title);
  g_free (self->note);
  g_object_unref (self->stream);
  g_ptr_array_unref (self->entries);
  g_array_unref (self->breaks);
  g_free (self);
}

static void
set_words (PangoLayout *layout, const char *text, double width, int size, gboolean bold)
{
  g_autoptr (PangoFontDescription) font = pango_font_description_from_string ("Sans");

  pango_font_description_set_size (font, size * PANGO_SCALE);
  pango_font_description_set_weight (font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description (layout, font);
  pango_layout_set_width (layout, (int) (width * PANGO_SCALE));
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_NONE);
  pango_layout_set_text (layout, text, -1);
}

static double
get_height (PangoLayout *layout)
{
  int height;

  pango_layout_get_pixel_size (layout, NULL, &height);
  return height;
}

static gboolean
is_new_day (Print *self, guint i, gint64 *at)
{
  HwEntry *entry = self->entries->pdata[i];
  g_autofree char *before = NULL;
  g_autofree char *here = NULL;

  *at = hw_entry_get_at (entry);
  if (i == 0)
    return TRUE;
  before = hw_entry_text_day (hw_entry_get_at (self->entries->pdata[i - 1]), 0, TRUE);
  here = hw_entry_text_day (*at, 0, TRUE);
  return g_strcmp0 (before, here) != 0;
}

/* Paints an entry at @y, or, without @cr, only measures it. */
static double
put_entry (Print *self, cairo_t *cr, PangoLayout *layout, guint i, double width, double y)
{
  HwEntry *entry = self->entries->pdata[i];
  gboolean message = hw_entry_get_kind (entry) == HW_ENTRY_MESSAGE;
  g_autofree char *time = hw_entry_text_time (hw_entry_get_at (entry));
  g_autofree char *sentence = message ? NULL : hw_entry_text_sentence (entry, TRUE);
  double text_x = message ? TIMES + NAMES : TIMES;
  double height = 0;
  gint64 at;

  if (is_new_day (self, i, &at))
    {
      g_autofree char *day = hw_entry_text_day (at, 0, TRUE);

      set_words (layout, day, width, 9, TRUE);
      if (cr != NULL)
        {
          cairo_set_source_rgb (cr, 0.3, 0.3, 0.3);
          cairo_move_to (cr, 0, y + 2 * SPACE);
          pango_cairo_show_layout (cr, layout);
        }
      height += get_height (layout) + 4 * SPACE;
    }
  if (cr != NULL)
    {
      cairo_set_source_rgb (cr, 0.4, 0.4, 0.4);
      set_words (layout, time, TIMES, 8, FALSE);
      cairo_move_to (cr, 0, y + height + 1);
      pango_cairo_show_layout (cr, layout);
      if (message)
        {
          cairo_set_source_rgb (cr, 0, 0, 0);
          set_words (layout, hw_entry_get_from (entry), NAMES - 2 * SPACE, 9, TRUE);
          pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
          cairo_move_to (cr, TIMES, y + height);
          pango_cairo_show_layout (cr, layout);
        }
      else
        cairo_set_source_rgb (cr, 0.35, 0.35, 0.35);
    }
  set_words (layout, message ? hw_entry_get_text (entry) : sentence, width - text_x, 9, FALSE);
  if (cr != NULL)
    {
      cairo_move_to (cr, text_x, y + height);
      pango_cairo_show_layout (cr, layout);
    }
  return height + get_height (layout) + SPACE;
}

static void
on_begin (GtkPrintOperation *operation, GtkPrintContext *context, Print *self)
{
  g_autoptr (PangoLayout) layout = gtk_print_context_create_pango_layout (context);
  double width = gtk_print_context_get_width (context);
  double room = gtk_print_context_get_height (context) - HEAD;
  double y = room + 1;

  g_array_set_size (self->breaks, 0);
  for (guint i = 0; i < self->entries->len; i++)
    {
      double height = put_entry (self, NULL, layout, i, width, 0);

      if (y + height > room)
        {
          g_array_append_val (self->breaks, i);
          y = 0;
        }
      y += height;
    }
  gtk_print_operation_set_n_pages (operation, (int) MAX (self->breaks->len, 1));
}

static void
on_page (GtkPrintOperation *operation, GtkPrintContext *context, int page, Print *self)
{
  g_autoptr (PangoLayout) layout = gtk_print_context_create_pango_layout (context);
  cairo_t *cr = gtk_print_context_get_cairo_context (context);
  double width = gtk_print_context_get_width (context);
  /* Translators: at the top of a printed page: the room and place, the page's number, how many */
  g_autofree char *head = g_strdup_printf (_ ("%s · page %d of %u"), self->title, page + 1,
                                           MAX (self->breaks->len, 1));
  double y = HEAD;
  guint first, end;

  set_words (layout, head, width, 8, FALSE);
  cairo_set_source_rgb (cr, 0.4, 0.4, 0.4);
  cairo_move_to (cr, 0, 0);
  pango_cairo_show_layout (cr, layout);
  if (self->note != NULL)
    {
      set_words (layout, self->note, width, 8, FALSE);
      pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
      cairo_move_to (cr, 0, 12);
      pango_cairo_show_layout (cr, layout);
    }
  if ((guint) page >= self->breaks->len)
    return;
  first = g_array_index (self->breaks, guint, page);
  end = (guint) page + 1 < self->breaks->len ? g_array_index (self->breaks, guint, page + 1)
                                             : self->entries->len;
  for (guint i = first; i < end; i++)
    y += put_entry (self, cr, layout, i, width, y);
}

static void
tell (Print *self, const char *title, const char *text)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self->parent)))
    gtk_window_present (GTK_WINDOW (hw_alert_new (self->parent, title, text, _ ("Close"), NULL)));
}

static void
on_done (GtkPrintOperation *operation, GtkPrintOperationResult result, Print *self)
{
  g_autoptr (GError) error = NULL;

  if (result == GTK_PRINT_OPERATION_RESULT_ERROR)
    {
      gtk_print_operation_get_error (operation, &error);
      tell (self, _ ("It is not printed"), error != NULL ? error->message : "");
    }
  print_free (self);
}

/* Takes @self: it goes when the operation is done. */
static void
run (Print *self)
{
  g_autoptr (GtkPrintOperation) operation = gtk_print_operation_new ();

  gtk_print_operation_set_job_name (operation, self->title);
  gtk_print_operation_set_unit (operation, GTK_UNIT_POINTS);
  gtk_print_operation_set_embed_page_setup (operation, TRUE);
  gtk_print_operation_set_allow_async (operation, TRUE);
  g_signal_connect (operation, "begin-print", G_CALLBACK (on_begin), self);
  g_signal_connect (operation, "draw-page", G_CALLBACK (on_page), self);
  g_signal_connect (operation, "done", G_CALLBACK (on_done), self);
  gtk_print_operation_run (operation, GTK_PRINT_OPERATION_ACTION_PRINT_DIALOG, self->parent, NULL);
}

static void
on_entries (GObject *source, GAsyncResult *result, gpointer data)
{
  Print *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) entries
      = hw_log_stream_next_finish (HW_LOG_STREAM (source), result, &error);

  if (error != NULL)
    {
      g_autofree char *words = hw_words_problem (error);

      tell (self, _ ("It is not printed"), words);
      print_free (self);
      return;
    }
  for (guint i = 0; entries != NULL && i < entries->len; i++)
    g_ptr_array_add (self->entries, g_object_ref (entries->pdata[i]));
  if (entries != NULL && self->entries->len < ENTRIES_MAX)
    {
      hw_log_stream_next_async (self->stream, NULL, on_entries, self);
      return;
    }
  if (gtk_widget_in_destruction (GTK_WIDGET (self->parent))
      || !gtk_widget_get_mapped (GTK_WIDGET (self->parent)))
    {
      /* Whoever wanted it has closed the window. */
      print_free (self);
      return;
    }
  if (self->entries->len > ENTRIES_MAX)
    g_ptr_array_set_size (self->entries, ENTRIES_MAX);
  run (self);
}

/**
 * hw_log_print:
 * @parent: the window that asks
 * @place: where the log is; we are its admin
 * @reader: what reads it
 *
 * Fetches what the filter lets through, and shows the print dialog, in which there is a preview.
 */
void
hw_log_print (GtkWindow *parent, HwPlace *place, HwLogReader *reader)
{
  HwLog *log = hw_log_reader_get_log (reader);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (hw_log_reader_get_picked (reader)));
  guint64 low, high;
  Print *self;

  if (!hw_log_reader_get_range (reader, &low, &high))
    return;
  if (n > ENTRIES_MAX)
    {
      g_autofree char *words = g_strdup_printf (
          /* Translators: %'u is a number */
          ngettext ("At most %'u entry goes on paper. Filter the log, or export a web page and "
                    "print some of it.",
                    "At most %'u entries go on paper. Filter the log, or export a web page and "
                    "print some of it.",
                    ENTRIES_MAX),
          ENTRIES_MAX);

      gtk_window_present (GTK_WINDOW (
          hw_alert_new (parent, _ ("This is too much to print"), words, _ ("Close"), NULL)));
      return;
    }
  self = g_new0 (Print, 1);
  self->parent = g_object_ref (parent);
  self->title = g_strdup_printf ("%s · %s", hw_log_get_room (log), hw_place_get_title (place));
  self->note = hw_log_reader_describe_filter (reader);
  self->entries = g_ptr_array_new_with_free_func (g_object_unref);
  self->breaks = g_array_new (FALSE, FALSE, sizeof (guint));
  self->stream = hw_log_stream_new (place, hw_log_get_id (log), hw_log_reader_get_filter (reader),
                                    low, high);
  hw_log_stream_next_async (self->stream, NULL, on_entries, self);
}
