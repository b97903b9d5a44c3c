/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The bar under a window's header. It reads one place and acts on it; what it shows is one of a few
 * cases, chosen in one function from the place's state, the warning and the announcement that came
 * last. Its owner tells it of every sign of life, because that is what ends the idle warning. */

#include "hallway-config.h"

#include "connection-bar.h"

#include "place-words.h"
#include "speech.h"

#include "client/isolate.h"

#include <glib/gi18n.h>

typedef enum
{
  CASE_NONE,
  CASE_WAITING, /* the link is lost, the next try is at a known time */
  CASE_TRYING,  /* a try is under way */
  CASE_ASKING,  /* the certificate */
  CASE_REFUSED, /* the login */
  CASE_ENDED,   /* shown out, or the place has closed */
  CASE_IDLE,    /* shown out soon, for being silent */
  CASE_TROUBLE, /* what is said is not kept on this computer */
  CASE_ANNOUNCED,
} Case;

struct _HwConnectionBar
{
  GtkBin parent_instance;

  GtkWidget *box;
  GtkStack *gutter;
  GtkImage *icon;
  GtkSpinner *spinner;
  GtkLabel *label;
  GtkButton *button;

  HwPlace *place;             /* nullable */
  GtkEventController *motion; /* nullable */
  Case shown;
  guint tick;           /* source: a countdown is shown */
  gint64 idle_deadline; /* monotonic microseconds, 0: no warning */
  char *announcement;   /* nullable: not taken away yet */
};

G_DEFINE_FINAL_TYPE (HwConnectionBar, hw_connection_bar, GTK_TYPE_BIN)

enum
{
  ASK,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void update (HwConnectionBar *self);

static guint
seconds_until (gint64 at)
{
  gint64 left = at - g_get_monotonic_time ();

  return left > 0 ? (guint) ((left + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC) : 0;
}

static Case
find_case (HwConnectionBar *self)
{
  if (self->place == NULL)
    return CASE_NONE;

  switch (hw_place_get_state (self->place))
    {
    case HW_PLACE_RECONNECTING:
      return seconds_until (hw_place_get_retry_at (self->place)) > 0 ? CASE_WAITING : CASE_TRYING;
    case HW_PLACE_CONNECTING:
    case HW_PLACE_LOGGING_IN:
      return CASE_TRYING;
    case HW_PLACE_ASKING:
      return CASE_ASKING;
    case HW_PLACE_REFUSED:
      return CASE_REFUSED;
    case HW_PLACE_ENDED:
      return CASE_ENDED;
    case HW_PLACE_ONLINE:
      if (self->idle_deadline != 0)
        return CASE_IDLE;
      if (hw_place_get_trouble (self->place) != NULL)
        return CASE_TROUBLE;
      return self->announcement != NULL ? CASE_ANNOUNCED : CASE_NONE;
    case HW_PLACE_IDLE:
    default:
      return CASE_NONE;
    }
}

static char *
describe_trouble (const GError *error)
{
  /* Before that stands which file, which helps nobody here; it is in the journal. */
  const char *reason = g_strrstr (error->message, ": ");
  g_autofree char *what = hw_isolate (reason != NULL ? reason + 2 : error->message);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BUSY))
    return g_strdup (_ ("Another Hallway of yours is here under this name. What you write in this "
                        "one is not kept on this computer."));
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE))
    return g_strdup (_ ("The disk is full. What you write is sent, but not kept on this "
                        "computer."));
  /* Translators: %s: what is the matter with a file, in the system’s words */
  return g_strdup_printf (_ ("What you write is sent, but cannot be kept on this computer: %s"),
                          what);
}

static char *
describe (HwConnectionBar *self, Case shown)
{
  const GError *error;
  guint seconds;

  switch (shown)
    {
    case CASE_WAITING:
      seconds = seconds_until (hw_place_get_retry_at (self->place));
      return g_strdup_printf (ngettext ("Connection lost. Trying again in %u s",
                                        "Connection lost. Trying again in %u s", seconds),
                              seconds);
    case CASE_TRYING:
      return g_strdup (_ ("Connecting again…"));
    case CASE_ASKING:
      return g_strdup (_ ("The place shows another certificate than before. Nothing was sent."));
    case CASE_REFUSED:
      error = hw_place_get_error (self->place);
      return g_strdup (error != NULL ? error->message : _ ("The place did not let you in."));
    case CASE_ENDED:
      return hw_place_words_end (self->place);
    case CASE_IDLE:
      seconds = seconds_until (self->idle_deadline);
      return g_strdup_printf (
          ngettext ("You have been silent for a while. The place lets you go in %u s.",
                    "You have been silent for a while. The place lets you go in %u s.", seconds),
          seconds);
    case CASE_TROUBLE:
      return describe_trouble (hw_place_get_trouble (self->place));
    case CASE_ANNOUNCED:
      return g_strdup (self->announcement);
    case CASE_NONE:
    default:
      return g_strdup ("");
    }
}

static const char *
get_button_words (HwConnectionBar *self, Case shown)
{
  switch (shown)
    {
    case CASE_WAITING:
      return _ ("Try now");
    case CASE_REFUSED:
      return _ ("Log in anew");
    case CASE_ENDED:
      return hw_place_words_return (self->place);
    case CASE_IDLE:
      return _ ("I’m still here");
    case CASE_TROUBLE:
    case CASE_ANNOUNCED:
      return _ ("Close");
    case CASE_ASKING: /* a dialog asks */
    case CASE_TRYING:
    case CASE_NONE:
    default:
      return NULL;
    }
}

static const char *
get_icon (Case shown)
{
  switch (shown)
    {
    case CASE_WAITING:
      return "network-offline-symbolic";
    case CASE_IDLE:
      return "hallway-waiting-symbolic";
    case CASE_ANNOUNCED:
      return "dialog-information-symbolic";
    default:
      return "dialog-warning-symbolic";
    }
}

static void
set_tone (HwConnectionBar *self, const char *tone)
{
  GtkStyleContext *context = gtk_widget_get_style_context (self->box);

  gtk_style_context_remove_class (context, "calm");
  gtk_style_context_remove_class (context, "bad");
  if (tone != NULL)
    gtk_style_context_add_class (context, tone);
}

static const char *
get_tone (HwConnectionBar *self, Case shown)
{
  const char *code;

  switch (shown)
    {
    case CASE_IDLE:
    case CASE_ANNOUNCED:
      return "calm";
    case CASE_ASKING:
    case CASE_REFUSED:
      return "bad";
    case CASE_ENDED:
      code = hw_place_get_kicked_code (self->place);
      return g_strcmp0 (code, "idle") == 0 || g_strcmp0 (code, "closing") == 0 ? "calm" : "bad";
    default:
      return NULL;
    }
}

static gboolean
on_tick (gpointer data)
{
  update (data);
  return G_SOURCE_CONTINUE;
}

static void
update (HwConnectionBar *self)
{
  Case shown = find_case (self);
  gboolean counts = shown == CASE_WAITING || shown == CASE_IDLE;
  g_autofree char *words = describe (self, shown);
  const char *button = get_button_words (self, shown);
  gboolean changed = shown != self->shown;

  /* A countdown wakes us once a second, and nothing else does. */
  if (counts && self->tick == 0)
    self->tick = g_timeout_add_seconds (1, on_tick, self);
  else if (!counts)
    g_clear_handle_id (&self->tick, g_source_remove);

  self->shown = shown;
  if (g_strcmp0 (gtk_label_get_text (self->label), words) != 0)
    gtk_label_set_text (self->label, words);
  gtk_widget_set_visible (GTK_WIDGET (self->button), button != NULL);
  if (button != NULL)
    gtk_button_set_label (self->button, button);

  if (!changed)
    return;
  set_tone (self, get_tone (self, shown));
  gtk_image_set_from_icon_name (self->icon, get_icon (shown), GTK_ICON_SIZE_MENU);
  gtk_stack_set_visible_child (self->gutter, shown == CASE_TRYING ? GTK_WIDGET (self->spinner)
                                                                  : GTK_WIDGET (self->icon));
  g_object_set (self->spinner, "active", shown == CASE_TRYING, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self), shown != CASE_NONE);
  if (shown != CASE_NONE)
    hw_speech_say (GTK_WIDGET (self), words);
}

static void
on_place_changed (HwConnectionBar *self)
{
  if (hw_place_get_state (self->place) != HW_PLACE_ONLINE)
    self->idle_deadline = 0;
  update (self);
}

static void
on_idle_warning (HwConnectionBar *self, guint seconds)
{
  self->idle_deadline = g_get_monotonic_time () + seconds * G_TIME_SPAN_SECOND;
  update (self);
}

static void
on_announcement (HwConnectionBar *self, const char *text)
{
  g_free (self->announcement);
  self->announcement = g_strdup (text);
  self->shown = CASE_NONE; /* so that a second one is announced too */
  update (self);
}

static void
on_button_clicked (HwConnectionBar *self)
{
  switch (self->shown)
    {
    case CASE_WAITING:
      hw_place_retry_now (self->place);
      break;
    case CASE_REFUSED:
      g_signal_emit (self, signals[ASK], 0);
      break;
    case CASE_ENDED:
      hw_place_connect (self->place, hw_place_get_name (self->place), NULL);
      break;
    case CASE_IDLE:
      hw_connection_bar_set_present (self);
      break;
    case CASE_TROUBLE:
      hw_place_dismiss_trouble (self->place);
      break;
    case CASE_ANNOUNCED:
      g_clear_pointer (&self->announcement, g_free);
      break;
    default:
      break;
    }
  update (self);
}

static void
hw_connection_bar_dispose (GObject *object)
{
  HwConnectionBar *self = HW_CONNECTION_BAR (object);

  g_clear_handle_id (&self->tick, g_source_remove);
  if (self->place != NULL)
    g_signal_handlers_disconnect_by_data (self->place, self);
  g_clear_object (&self->motion);
  g_clear_object (&self->place);

  G_OBJECT_CLASS (hw_connection_bar_parent_class)->dispose (object);
}

static void
hw_connection_bar_finalize (GObject *object)
{
  HwConnectionBar *self = HW_CONNECTION_BAR (object);

  g_free (self->announcement);

  G_OBJECT_CLASS (hw_connection_bar_parent_class)->finalize (object);
}

static void
hw_connection_bar_class_init (HwConnectionBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hw_connection_bar_dispose;
  object_class->finalize = hw_connection_bar_finalize;

  signals[ASK] = g_signal_new ("ask", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                               NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/hallwaychat/Hallway/ui/connection-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, HwConnectionBar, box);
  gtk_widget_class_bind_template_child (widget_class, HwConnectionBar, gutter);
  gtk_widget_class_bind_template_child (widget_class, HwConnectionBar, icon);
  gtk_widget_class_bind_template_child (widget_class, HwConnectionBar, spinner);
  gtk_widget_class_bind_template_child (widget_class, HwConnectionBar, label);
  gtk_widget_class_bind_template_child (widget_class, HwConnectionBar, button);
  gtk_widget_class_bind_template_callback (widget_class, on_button_clicked);
}

static void
hw_connection_bar_init (HwConnectionBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hw_connection_bar_new:
 *
 * Returns: (transfer floating): a bar that is hidden until it has something to say
 */
GtkWidget *
hw_connection_bar_new (void)
{
  return g_object_new (HW_TYPE_CONNECTION_BAR, NULL);
}

/**
 * hw_connection_bar_set_place:
 * @self: the bar
 * @place: (nullable): whose connection it tells of
 */
void
hw_connection_bar_set_place (HwConnectionBar *self, HwPlace *place)
{
  static const struct
  {
    const char *signal;
    GCallback callback;
  } connections[] = {
    { "notify::state", G_CALLBACK (on_place_changed) },
    { "notify::retry-at", G_CALLBACK (on_place_changed) },
    { "notify::error", G_CALLBACK (on_place_changed) },
    { "trouble", G_CALLBACK (update) },
    { "idle-warning", G_CALLBACK (on_idle_warning) },
    { "announcement", G_CALLBACK (on_announcement) },
  };

  if (self->place == place)
    return;

  if (self->place != NULL)
    g_signal_handlers_disconnect_by_data (self->place, self);
  g_set_object (&self->place, place);
  self->idle_deadline = 0;
  g_clear_pointer (&self->announcement, g_free);
  if (place != NULL)
    for (guint i = 0; i < G_N_ELEMENTS (connections); i++)
      g_signal_connect_object (place, connections[i].signal, connections[i].callback, self,
                               G_CONNECT_SWAPPED);
  update (self);
}

/**
 * hw_connection_bar_watch:
 * @self: the bar
 * @window: the window that it is in
 *
 * Takes every move of the pointer in @window for a sign of life.
 */
void
hw_connection_bar_watch (HwConnectionBar *self, GtkWidget *window)
{
  g_return_if_fail (self->motion == NULL);

  self->motion = gtk_event_controller_motion_new (window);
  gtk_event_controller_set_propagation_phase (self->motion, GTK_PHASE_CAPTURE);
  g_signal_connect_object (self->motion, "motion", G_CALLBACK (hw_connection_bar_set_present), self,
                           G_CONNECT_SWAPPED);
}

/**
 * hw_connection_bar_set_present:
 * @self: the bar
 *
 * To be called for every key in the window: whoever presses one is here, and needs no warning.
 */
void
hw_connection_bar_set_present (HwConnectionBar *self)
{
  if (self->place == NULL)
    return;

  if (self->idle_deadline != 0)
    {
      self->idle_deadline = 0;
      hw_place_stay (self->place);
      update (self);
    }
  else
    hw_place_set_present (self->place);
}
