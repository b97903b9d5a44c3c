/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a screen reader is to say though the focus stays where it is. ATK's word for that is
 * "announcement", but a screen reader of the time in which ATK learnt it knew nothing of it yet
 * (Orca 43, of Debian 12): to these it is told as a notification that shows for a while. Newer ones
 * would say both, so they are told from the older ones by what their ATK has. */

#include "speech.h"

#include <gtk/gtk-a11y.h>

/* Seconds for which a notification can be looked at by whoever is to read it. */
#define LIFE 15

#define HW_TYPE_SPEECH (hw_speech_get_type ())
G_DECLARE_FINAL_TYPE (HwSpeech, hw_speech, HW, SPEECH, AtkObject)

struct _HwSpeech
{
  AtkObject parent_instance;
};

G_DEFINE_FINAL_TYPE (HwSpeech, hw_speech, ATK_TYPE_OBJECT)

static AtkStateSet *
hw_speech_ref_state_set (AtkObject *object)
{
  AtkStateSet *states = ATK_OBJECT_CLASS (hw_speech_parent_class)->ref_state_set (object);

  atk_state_set_add_state (states, ATK_STATE_ENABLED);
  atk_state_set_add_state (states, ATK_STATE_SENSITIVE);
  atk_state_set_add_state (states, ATK_STATE_SHOWING);
  atk_state_set_add_state (states, ATK_STATE_VISIBLE);
  return states;
}

static void
hw_speech_class_init (HwSpeechClass *klass)
{
  ATK_OBJECT_CLASS (klass)->ref_state_set = hw_speech_ref_state_set;
}

static void
hw_speech_init (HwSpeech *self)
{
}

static gboolean
on_heard (gpointer data)
{
  return G_SOURCE_REMOVE;
}

static void
notify (AtkObject *near, const char *words)
{
  /* One for each: who reads it asks for its name later. */
  AtkObject *speech = g_object_new (HW_TYPE_SPEECH, NULL);

  atk_object_set_role (speech, ATK_ROLE_NOTIFICATION);
  atk_object_set_name (speech, words);
  atk_object_set_parent (speech, near);
  atk_object_notify_state_change (speech, ATK_STATE_SHOWING, TRUE);
  g_timeout_add_seconds_full (G_PRIORITY_LOW, LIFE, on_heard, speech, g_object_unref);
}

/**
 * hw_speech_say:
 * @widget: what it is about, in a window that is shown
 * @words: what is to be said
 *
 * Has a screen reader say it, if there is one.
 */
void
hw_speech_say (GtkWidget *widget, const char *words)
{
  AtkObject *accessible = gtk_widget_get_accessible (widget);

  if (g_signal_lookup ("announcement", ATK_TYPE_OBJECT) != 0)
    g_signal_emit_by_name (accessible, "announcement", words);
  if (g_signal_lookup ("notification", ATK_TYPE_OBJECT) == 0)
    notify (accessible, words);
}
