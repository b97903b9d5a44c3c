/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The entry of a room. It knows neither room nor place: it says by signals what is to be sent, and
 * is told what to show. Whatever could not be done stays in it, with a note that says why. */

#include "hallway-config.h"

#include "composer.h"

#include "composer-text.h"
#include "name-completion.h"
#include "said-before.h"
#include "speech.h"
#include "spelling.h"
#include "text-undo.h"

#include "client/member.h"
#include "protocol/limits.h"

#include <glib/gi18n.h>
#include <string.h>

/* Lines that it grows to before it scrolls. */
#define LINES_MAX 6
/* The counter shows from this share of the limit on. */
#define COUNTER_PERCENT 90

struct _HwComposer
{
  GtkBox parent_instance;

  GtkWidget *note;
  GtkImage *note_icon;
  GtkLabel *note_label;
  GtkWidget *note_close;
  GtkWidget *frame;
  GtkScrolledWindow *scroller;
  GtkTextView *view;
  GtkTextBuffer *buffer;
  GtkWidget *placeholder;
  GtkLabel *counter;
  GtkWidget *emoji_button;
  GtkWidget *send_button;

  HwCommandList *commands; /* nullable, ours by a reference: somebody else shows it */
  GListModel *members;     /* nullable */
  gsize text_max;

  HwSaidBefore *before;

  HwNameCompletion *completion; /* under way: the name before the cursor is ours to replace */
  gsize completed;              /* characters of that name */
  gboolean filling;             /* we change the text, not the person */
  int width;                    /* of the view, when its height was last asked for */
  guint resize;                 /* source */
};

G_DEFINE_FINAL_TYPE (HwComposer, hw_composer, GTK_TYPE_BOX)

enum
{
  CHANGED,
  SAY,
  COMMAND,
  TYPING,
  ATTACH,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
end_completion (HwComposer *self)
{
  g_clear_pointer (&self->completion, hw_name_completion_free);
  self->completed = 0;
}

static void
fill (HwComposer *self, const char *text)
{
  self->filling = TRUE;
  gtk_text_buffer_begin_user_action (self->buffer);
  gtk_text_buffer_set_text (self->buffer, text, -1);
  gtk_text_buffer_end_user_action (self->buffer);
  self->filling = FALSE;
  gtk_text_view_scroll_mark_onscreen (self->view, gtk_text_buffer_get_insert (self->buffer));
}

/* Everything beside the text that follows from the text. */
static void
update (HwComposer *self)
{
  g_autofree char *text = hw_composer_get_text (self);
  g_autofree char *clean = hw_composer_text_clean (text);
  GtkStyleContext *counter = gtk_widget_get_style_context (GTK_WIDGET (self->counter));
  GtkStyleContext *send = gtk_widget_get_style_context (self->send_button);
  gsize length = strlen (clean);
  gboolean too_long = length > self->text_max;
  gboolean ready = !hw_composer_text_is_blank (clean) && !too_long;

  gtk_widget_set_visible (self->placeholder, *text == '\0');
  gtk_widget_set_sensitive (self->send_button, ready);
  if (ready)
    gtk_style_context_add_class (send, "suggested-action");
  else
    gtk_style_context_remove_class (send, "suggested-action");

  if (length * 100 >= self->text_max * COUNTER_PERCENT)
    {
      g_autofree char *written = g_strdup_printf ("%'" G_GSIZE_FORMAT, length);
      g_autofree char *limit = g_strdup_printf ("%'" G_GSIZE_FORMAT, self->text_max);
      /* Translators: bytes written, and how many a message may have */
      g_autofree char *words = g_strdup_printf (_ ("%s of %s"), written, limit);

      gtk_label_set_text (self->counter, words);
      if (too_long)
        gtk_style_context_add_class (counter, "over");
      else
        gtk_style_context_remove_class (counter, "over");
      gtk_widget_show (GTK_WIDGET (self->counter));
    }
  else
    gtk_widget_hide (GTK_WIDGET (self->counter));

  if (self->commands != NULL)
    hw_command_list_set_typed (self->commands, *text == '/' ? text : NULL);
}

/* Up and Down through what was said before. */
static gboolean
recall (HwComposer *self, int step)
{
  g_autofree char *writing = hw_composer_get_text (self);
  const char *text = hw_said_before_step (self->before, step, writing);

  if (text == NULL)
    return FALSE;
  fill (self, text);
  return TRUE;
}

static void
send (HwComposer *self)
{
  g_autoptr (HwComposer) alive G_GNUC_UNUSED = g_object_ref (self);
  g_autofree char *text = hw_composer_get_text (self);
  g_autofree char *clean = hw_composer_text_clean (text);
  gboolean done = TRUE;

  if (hw_composer_text_is_blank (clean))
    return;
  if (strlen (clean) > self->text_max)
    {
      hw_composer_set_note (self, TRUE,
                            _ ("This is longer than one message may be. Send it in two."));
      return;
    }

  hw_composer_set_note (self, FALSE, NULL);
  if (hw_commands_is_command (clean))
    g_signal_emit (self, signals[COMMAND], 0, clean, &done);
  else
    {
      g_autofree char *said = hw_commands_unescape (clean);

      g_signal_emit (self, signals[SAY], 0, said);
    }

  /* A command may have closed what we stand in. */
  if (!done || self->view == NULL)
    return;
  hw_said_before_add (self->before, clean);
  hw_composer_set_text (self, "");
}

/* Puts the selected command's name into the entry. Returns FALSE when it stands there already. */
static gboolean
take_command (HwComposer *self, const HwCommand *command)
{
  g_autofree char *text = hw_composer_get_text (self);
  gsize length = strcspn (text + 1, " \t\n");
  g_autofree char *whole
      = g_strconcat ("/", command->name, command->argument != NULL ? " " : "", NULL);

  if (strlen (command->name) == length && g_ascii_strncasecmp (text + 1, command->name, length) == 0
      && (command->argument == NULL || text[1 + length] != '\0'))
    return FALSE;
  fill (self, whole);
  return TRUE;
}

static gboolean
complete (HwComposer *self, int step)
{
  GtkTextIter start, end;
  g_autofree char *name = NULL;

  if (gtk_text_buffer_get_has_selection (self->buffer))
    return FALSE;
  gtk_text_buffer_get_iter_at_mark (self->buffer, &end, gtk_text_buffer_get_insert (self->buffer));

  if (self->completion == NULL)
    {
      g_autofree char *before = NULL;

      if (self->members == NULL)
        return FALSE;
      gtk_text_buffer_get_start_iter (self->buffer, &start);
      before = gtk_text_buffer_get_text (self->buffer, &start, &end, FALSE);
      self->completion = hw_name_completion_new (self->members, before);
      if (self->completion == NULL)
        return FALSE;
      self->completed = (gsize) g_utf8_strlen (
          before + strlen (before) - hw_name_completion_get_length (self->completion), -1);
    }

  name = hw_name_completion_next (self->completion, step);
  start = end;
  gtk_text_iter_backward_chars (&start, (int) self->completed);
  self->filling = TRUE;
  gtk_text_buffer_begin_user_action (self->buffer);
  gtk_text_buffer_delete (self->buffer, &start, &end);
  gtk_text_buffer_insert (self->buffer, &start, name, -1);
  gtk_text_buffer_end_user_action (self->buffer);
  self->filling = FALSE;
  self->completed = (gsize) g_utf8_strlen (name, -1);
  gtk_text_view_scroll_mark_onscreen (self->view, gtk_text_buffer_get_insert (self->buffer));
  return TRUE;
}

/* Whether the cursor is on the first line that is seen, or on the last: only there the arrow keys
 * are not needed for moving within what is written. */
static gboolean
is_on_edge_line (HwComposer *self, int step)
{
  GtkTextIter cursor, edge;

  gtk_text_buffer_get_iter_at_mark (self->buffer, &cursor,
                                    gtk_text_buffer_get_insert (self->buffer));
  if (step < 0)
    {
      gtk_text_buffer_get_start_iter (self->buffer, &edge);
      gtk_text_view_forward_display_line_end (self->view, &edge);
      return gtk_text_iter_compare (&cursor, &edge) <= 0;
    }
  gtk_text_buffer_get_end_iter (self->buffer, &edge);
  gtk_text_view_backward_display_line_start (self->view, &edge);
  return gtk_text_iter_compare (&cursor, &edge) >= 0;
}

static gboolean
on_commands_key (HwComposer *self, guint keyval)
{
  const HwCommand *command
      = self->commands != NULL ? hw_command_list_get_selected (self->commands) : NULL;

  if (command == NULL)
    return FALSE;

  switch (keyval)
    {
    case GDK_KEY_Up:
      hw_command_list_move (self->commands, -1);
      return TRUE;
    case GDK_KEY_Down:
      hw_command_list_move (self->commands, 1);
      return TRUE;
    case GDK_KEY_Tab:
      take_command (self, command);
      return TRUE;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
      return take_command (self, command) && command->argument != NULL;
    case GDK_KEY_Escape:
      hw_command_list_set_typed (self->commands, NULL);
      return TRUE;
    default:
      return FALSE;
    }
}

/* Ctrl+Z, and Ctrl+Shift+Z or Ctrl+Y. */
static gboolean
on_undo_key (HwComposer *self, guint keyval, GdkModifierType state)
{
  gboolean redo = (state & GDK_SHIFT_MASK) != 0 || keyval == GDK_KEY_y;

  if ((state & ~GDK_SHIFT_MASK) != GDK_CONTROL_MASK || (keyval != GDK_KEY_z && keyval != GDK_KEY_y))
    return FALSE;
  if (hw_text_undo_step (self->buffer, redo))
    gtk_text_view_scroll_mark_onscreen (self->view, gtk_text_buffer_get_insert (self->buffer));
  else
    gtk_widget_error_bell (GTK_WIDGET (self->view));
  return TRUE;
}

static gboolean
on_key_press (GtkWidget *widget, GdkEventKey *event, HwComposer *self)
{
  GdkModifierType state = event->state & gtk_accelerator_get_default_mod_mask ();
  guint keyval = event->keyval == GDK_KEY_ISO_Left_Tab ? GDK_KEY_Tab : event->keyval;

  /* While letters are being composed, Enter and Tab belong to the input method. */
  if (gtk_text_view_im_context_filter_keypress (self->view, event))
    {
      gtk_text_view_reset_cursor_blink (self->view);
      return GDK_EVENT_STOP;
    }

  if ((state == 0 && on_commands_key (self, keyval))
      || on_undo_key (self, gdk_keyval_to_lower (keyval), state))
    return GDK_EVENT_STOP;

  switch (keyval)
    {
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_ISO_Enter:
      if (state != 0 && state != GDK_CONTROL_MASK)
        return GDK_EVENT_PROPAGATE; /* the view breaks the line */
      send (self);
      return GDK_EVENT_STOP;

    case GDK_KEY_Tab:
      if ((state & ~GDK_SHIFT_MASK) == 0)
        return complete (self, state & GDK_SHIFT_MASK ? -1 : 1);
      return GDK_EVENT_PROPAGATE;

    case GDK_KEY_Up:
    case GDK_KEY_Down:
      {
        int step = keyval == GDK_KEY_Up ? -1 : 1;

        if (state == 0 && is_on_edge_line (self, step)
            && (hw_said_before_is_recalling (self->before)
                || gtk_text_buffer_get_char_count (self->buffer) == 0))
          return recall (self, step);
        return GDK_EVENT_PROPAGATE;
      }

    case GDK_KEY_Escape:
      if (gtk_widget_get_visible (self->note))
        {
          hw_composer_set_note (self, FALSE, NULL);
          return GDK_EVENT_STOP;
        }
      return GDK_EVENT_PROPAGATE;

    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static void
on_buffer_changed (HwComposer *self)
{
  update (self);
  g_signal_emit (self, signals[CHANGED], 0);
  if (self->filling)
    return;

  end_completion (self);
  hw_said_before_end (self->before);
  if (gtk_text_buffer_get_char_count (self->buffer) > 0)
    {
      g_autofree char *text = hw_composer_get_text (self);

      if (!hw_commands_is_command (text))
        g_signal_emit (self, signals[TYPING], 0);
    }
}

/* GTK needs seconds to break a word of many thousand letters into lines; of what no message can
 * hold anyway, only the beginning comes in. */
static void
on_insert_text (GtkTextBuffer *buffer, GtkTextIter *where, char *text, int length, HwComposer *self)
{
  gsize fits = hw_composer_text_fits (text, (gsize) length, self->text_max + 1);

  if (fits == (gsize) length)
    return;
  g_signal_stop_emission_by_name (buffer, "insert-text");
  gtk_text_buffer_insert (buffer, where, text, (int) fits);
  hw_composer_set_note (self, TRUE,
                        _ ("Only the beginning is here: it is longer than a message may be. Send "
                           "it as a file instead."));
}

static gboolean
on_focus_changed (GtkWidget *widget, GdkEventFocus *event, HwComposer *self)
{
  GtkStyleContext *context = gtk_widget_get_style_context (self->frame);

  /* CSS cannot ask whether something within has the focus. */
  if (event->in)
    gtk_style_context_add_class (context, "focused");
  else
    gtk_style_context_remove_class (context, "focused");
  return GDK_EVENT_PROPAGATE;
}

static void
on_preedit_changed (GtkTextView *view, const char *preedit, HwComposer *self)
{
  gtk_widget_set_visible (self->placeholder,
                          *preedit == '\0' && gtk_text_buffer_get_char_count (self->buffer) == 0);
}

static void
on_view_style_updated (GtkWidget *view, HwComposer *self)
{
  PangoContext *context = gtk_widget_get_pango_context (view);
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  int line = PANGO_PIXELS (pango_font_metrics_get_ascent (metrics)
                           + pango_font_metrics_get_descent (metrics));
  int margins
      = gtk_text_view_get_top_margin (self->view) + gtk_text_view_get_bottom_margin (self->view);

  gtk_scrolled_window_set_max_content_height (self->scroller, line * LINES_MAX + margins);
  pango_font_metrics_unref (metrics);
}

static gboolean
on_resize (gpointer data)
{
  HwComposer *self = data;

  self->resize = 0;
  gtk_widget_queue_resize (GTK_WIDGET (self->view));
  gtk_text_view_scroll_mark_onscreen (self->view, gtk_text_buffer_get_insert (self->buffer));
  return G_SOURCE_REMOVE;
}

/* A text view asks for the height that its text has at its present width, not at the one it gets: a
 * new width may break the lines anew. */
static void
on_view_allocated (GtkWidget *view, GdkRectangle *allocation, HwComposer *self)
{
  if (self->width == allocation->width)
    return;
  self->width = allocation->width;
  if (self->resize == 0)
    self->resize = g_idle_add_full (GTK_PRIORITY_RESIZE, on_resize, self, NULL);
}

static void
on_attach_clicked (HwComposer *self)
{
  g_signal_emit (self, signals[ATTACH], 0);
}

static void
on_emoji_clicked (HwComposer *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
  g_signal_emit_by_name (self->view, "insert-emoji");
}

static void
on_send_clicked (HwComposer *self)
{
  send (self);
  if (self->view != NULL && gtk_widget_get_mapped (GTK_WIDGET (self->view)))
    gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
on_note_close_clicked (HwComposer *self)
{
  hw_composer_set_note (self, FALSE, NULL);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
on_command_chosen (HwCommandList *list, const char *name, HwComposer *self)
{
  const HwCommand *command = hw_command_list_get_selected (list);

  gtk_widget_grab_focus (GTK_WIDGET (self->view));
  if (command != NULL && (!take_command (self, command) || command->argument == NULL))
    send (self);
}

/* Their names are no mistakes. */
static void
on_members_changed (HwComposer *self, guint position, guint removed, guint added)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (HwMember) member = g_list_model_get_item (self->members, i);

      hw_spelling_know (self->view, hw_member_get_name (member));
    }
}

static void
hw_composer_grab_focus (GtkWidget *widget)
{
  gtk_widget_grab_focus (GTK_WIDGET (HW_COMPOSER (widget)->view));
}

static void
hw_composer_dispose (GObject *object)
{
  HwComposer *self = HW_COMPOSER (object);

  g_clear_handle_id (&self->resize, g_source_remove);
  if (self->commands != NULL)
    g_signal_handlers_disconnect_by_data (self->commands, self);
  g_clear_object (&self->commands);
  g_clear_object (&self->members);
  if (self->buffer != NULL)
    g_signal_handlers_disconnect_by_data (self->buffer, self);

  G_OBJECT_CLASS (hw_composer_parent_class)->dispose (object);
}

static void
hw_composer_finalize (GObject *object)
{
  HwComposer *self = HW_COMPOSER (object);

  end_completion (self);
  hw_said_before_free (self->before);

  G_OBJECT_CLASS (hw_composer_parent_class)->finalize (object);
}

static void
hw_composer_class_init (HwComposerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hw_composer_dispose;
  object_class->finalize = hw_composer_finalize;
  widget_class->grab_focus = hw_composer_grab_focus;

  signals[SAY] = g_signal_new ("say", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                               NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[COMMAND] = g_signal_new ("command", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   g_signal_accumulator_first_wins, NULL, NULL, G_TYPE_BOOLEAN, 1,
                                   G_TYPE_STRING);
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  signals[TYPING] = g_signal_new ("typing", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);

  signals[ATTACH] = g_signal_new ("attach", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hallwaychat/Hallway/ui/composer.ui");
  gtk_widget_class_bind_template_child (widget_class, HwComposer, note);
  gtk_widget_class_bind_template_child (widget_class, HwComposer, note_icon);
  gtk_widget_class_bind_template_child (widget_class, HwComposer, note_label);
  gtk_widget_class_bind_template_child (widget_class, HwComposer, note_close);
  gtk_widget_class_bind_template_child (widget_class, HwComposer, frame);
  gtk_widget_class_bind_template_child (widget_class, HwComposer, scroller);
  gtk_widget_class_bind_template_child (widget_class, HwComposer, view);
  gtk_widget_class_bind_template_child (widget_class, HwComposer, buffer);
  gtk_widget_class_bind_template_child (widget_class, HwComposer, placeholder);
  gtk_widget_class_bind_template_child (widget_class, HwComposer, counter);
  gtk_widget_class_bind_template_child (widget_class, HwComposer, emoji_button);
  gtk_widget_class_bind_template_child (widget_class, HwComposer, send_button);
  gtk_widget_class_bind_template_callback (widget_class, on_attach_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_buffer_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_emoji_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_focus_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_key_press);
  gtk_widget_class_bind_template_callback (widget_class, on_note_close_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_preedit_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_send_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_view_allocated);
  gtk_widget_class_bind_template_callback (widget_class, on_view_style_updated);
  gtk_widget_class_set_css_name (widget_class, "hwcomposer");
}

static void
hw_composer_init (HwComposer *self)
{
  self->before = hw_said_before_new ();
  self->text_max = HW_TEXT_MAX;
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self->buffer, "insert-text", G_CALLBACK (on_insert_text), self);
  hw_text_undo_follow (self->buffer);
  hw_spelling_follow (self->view);
}

/**
 * hw_composer_new:
 *
 * Returns: (transfer floating): an empty entry
 */
GtkWidget *
hw_composer_new (void)
{
  return g_object_new (HW_TYPE_COMPOSER, NULL);
}

/**
 * hw_composer_get_view:
 * @self: the entry
 *
 * Returns: (transfer none): what is written into, for what else than text comes there
 */
GtkTextView *
hw_composer_get_view (HwComposer *self)
{
  return self->view;
}

/**
 * hw_composer_set_placeholder:
 * @self: the entry
 * @placeholder: what stands in it while it is empty
 */
void
hw_composer_set_placeholder (HwComposer *self, const char *placeholder)
{
  gtk_label_set_text (GTK_LABEL (self->placeholder), placeholder);
}

/**
 * hw_composer_set_text_max:
 * @self: the entry
 * @bytes: how long a message may be, in UTF-8
 */
void
hw_composer_set_text_max (HwComposer *self, gsize bytes)
{
  if (self->text_max == bytes)
    return;
  self->text_max = bytes;
  update (self);
}

/**
 * hw_composer_set_members:
 * @self: the entry
 * @members: (nullable): a model of HwMember, whose names Tab completes
 */
void
hw_composer_set_members (HwComposer *self, GListModel *members)
{
  end_completion (self);
  if (self->members != NULL)
    g_signal_handlers_disconnect_by_func (self->members, on_members_changed, self);
  g_set_object (&self->members, members);
  if (members == NULL)
    return;
  g_signal_connect_object (members, "items-changed", G_CALLBACK (on_members_changed), self,
                           G_CONNECT_SWAPPED);
  on_members_changed (self, 0, 0, g_list_model_get_n_items (members));
}

/**
 * hw_composer_set_command_list:
 * @self: the entry
 * @list: where the commands are to be shown; it stands somewhere over the entry
 */
void
hw_composer_set_command_list (HwComposer *self, HwCommandList *list)
{
  g_return_if_fail (self->commands == NULL);

  self->commands = g_object_ref (list);
  g_signal_connect (list, "chosen", G_CALLBACK (on_command_chosen), self);
}

/**
 * hw_composer_get_text:
 * @self: the entry
 *
 * Returns: (transfer full): what is being written
 */
char *
hw_composer_get_text (HwComposer *self)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  return gtk_text_buffer_get_text (self->buffer, &start, &end, FALSE);
}

/**
 * hw_composer_set_text:
 * @self: the entry
 * @text: what is to stand in it, the cursor after it
 *
 * Fills the entry without telling anybody that somebody is typing. It is another text than the one
 * before, which undoing does not bring back.
 */
void
hw_composer_set_text (HwComposer *self, const char *text)
{
  end_completion (self);
  fill (self, text);
  hw_text_undo_forget (self->buffer);
}

/**
 * hw_composer_insert:
 * @self: the entry
 * @text: what is to be written at the cursor, in place of what is selected
 */
void
hw_composer_insert (HwComposer *self, const char *text)
{
  gtk_text_buffer_delete_selection (self->buffer, TRUE, TRUE);
  gtk_text_buffer_insert_at_cursor (self->buffer, text, -1);
}

/**
 * hw_composer_set_note:
 * @self: the entry
 * @bad: whether something could not be done
 * @text: (nullable): the note over the entry; NULL takes it away
 */
void
hw_composer_set_note (HwComposer *self, gboolean bad, const char *text)
{
  GtkStyleContext *context = gtk_widget_get_style_context (self->note);

  if (text == NULL)
    {
      gtk_widget_hide (self->note);
      return;
    }

  if (bad)
    gtk_style_context_add_class (context, "warn");
  else
    gtk_style_context_remove_class (context, "warn");
  gtk_image_set_from_icon_name (self->note_icon,
                                bad ? "dialog-warning-symbolic" : "dialog-information-symbolic",
                                GTK_ICON_SIZE_MENU);
  gtk_label_set_text (self->note_label, text);
  gtk_widget_show (self->note);
  /* A screen reader speaks it, though the focus stays in the entry. */
  hw_speech_say (GTK_WIDGET (self), text);
}
