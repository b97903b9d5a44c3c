/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the menu window says while no place is looked at. Where nothing is found it does not leave
 * it at that: it says what was tried and what came of it, why that may be, as far as this computer
 * can know, and what to do about it. */

#include "hallway-config.h"

#include "firewall-card.h"
#include "nothing-page.h"

#include "client/isolate.h"

#include <glib/gi18n.h>
#include <handy.h>

struct _HwNothingPage
{
  GtkBox parent_instance;

  HdyStatusPage *status;
  GtkButton *enter_address;
  GtkButton *look_again;
  GtkBox *scan;
  GtkProgressBar *progress;
  HdyClamp *details;
  GtkListBox *tried;
  GtkLabel *hint;
  HwFirewallCard *firewall;

  char *shown; /* (nullable): the rows of @tried, in words: they are made anew only for others */
};

enum
{
  SIGNAL_ENTER_ADDRESS,
  SIGNAL_STOP,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HwNothingPage, hw_nothing_page, GTK_TYPE_BOX)

/* HdyStatusPage reads its description as markup, and keeps its words from those who do not see. */
static void
set_words (HwNothingPage *self, const char *title, const char *description)
{
  g_autofree char *markup = g_markup_escape_text (description, -1);
  AtkObject *accessible = gtk_widget_get_accessible (GTK_WIDGET (self->status));

  if (g_strcmp0 (hdy_status_page_get_title (self->status), title) != 0)
    hdy_status_page_set_title (self->status, title);
  if (g_strcmp0 (hdy_status_page_get_description (self->status), markup) != 0)
    hdy_status_page_set_description (self->status, markup);
  atk_object_set_name (accessible, title);
  atk_object_set_description (accessible, description);
}

static void
add_row (HwNothingPage *self, const char *icon, const char *words, const char *result)
{
  /* Translators: what was tried to find places, then what came of it */
  g_autofree char *spoken = g_strdup_printf (_ ("%s: %s"), words, result);
  GtkWidget *row
      = g_object_new (GTK_TYPE_LIST_BOX_ROW, "activatable", FALSE, "can-focus", FALSE, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *image = gtk_image_new_from_icon_name (icon, GTK_ICON_SIZE_BUTTON);
  GtkWidget *what = gtk_label_new (words);
  GtkWidget *came_of_it = gtk_label_new (result);

  g_object_set (box, "margin-start", 15, "margin-end", 15, "margin-top", 9, "margin-bottom", 9,
                NULL);
  g_object_set (what, "xalign", 0.0, "hexpand", TRUE, "wrap", TRUE, "width-chars", 12, NULL);
  g_object_set (came_of_it, "xalign", 1.0, "wrap", TRUE, "width-chars", 10, "max-width-chars", 24,
                "justify", GTK_JUSTIFY_RIGHT, NULL);
  gtk_style_context_add_class (gtk_widget_get_style_context (image), "hw-dim");
  gtk_style_context_add_class (gtk_widget_get_style_context (came_of_it), "hw-small");
  gtk_style_context_add_class (gtk_widget_get_style_context (came_of_it), "hw-dim");
  gtk_container_add (GTK_CONTAINER (box), image);
  gtk_container_add (GTK_CONTAINER (box), what);
  gtk_container_add (GTK_CONTAINER (box), came_of_it);
  gtk_container_add (GTK_CONTAINER (row), box);
  atk_object_set_name (gtk_widget_get_accessible (row), spoken);
  gtk_widget_show_all (row);
  gtk_container_add (GTK_CONTAINER (self->tried), row);
}

static void
add_known (HwNothingPage *self, const HwPlaceChoice *choice)
{
  g_autofree char *words = NULL;
  g_autofree char *result = NULL;

  if (choice->n_known == 1)
    {
      g_autofree char *name = hw_isolate (choice->known);

      words = g_strdup (_ ("Tried the place you remember"));
      /* Translators: %s is a place's name */
      result = g_strdup_printf (_ ("%s is not reachable"), name);
    }
  else
    {
      words = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "Tried the %u place you remember",
                                            "Tried the %u places you remember", choice->n_known),
                               choice->n_known);
      result = g_strdup (_ ("none is reachable"));
    }
  add_row (self, "document-open-recent-symbolic", words, result);
}

static void
destroy_row (GtkWidget *row, gpointer data)
{
  gtk_widget_destroy (row);
}

static void
show_tried (HwNothingPage *self, const HwPlaceChoice *choice)
{
  const HwFinderReport *report = &choice->report;
  g_autofree char *now = g_strdup_printf ("%u %d %u %u %u %s", report->n_asked, report->has_dnssd,
                                          report->n_announced, report->n_scanned, choice->n_known,
                                          choice->known != NULL ? choice->known : "");
  g_autofree char *times = NULL;

  gtk_widget_show (GTK_WIDGET (self->tried));
  if (g_strcmp0 (self->shown, now) == 0)
    return;
  g_free (self->shown);
  self->shown = g_steal_pointer (&now);
  gtk_container_foreach (GTK_CONTAINER (self->tried), destroy_row, NULL);

  times = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "no answer, %u time",
                                        "no answer, %u times", report->n_asked),
                           report->n_asked);
  add_row (self, "network-wireless-symbolic", _ ("Asked everyone on this network"), times);
  if (report->n_announced > 0)
    {
      g_autofree char *announced
          = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u, not reachable",
                                          "%u, none reachable", report->n_announced),
                             report->n_announced);

      add_row (self, "edit-find-symbolic", _ ("Looked for announced places"), announced);
    }
  else
    {
      add_row (self, "edit-find-symbolic", _ ("Looked for announced places"),
               report->has_dnssd ? C_ ("places", "none") : _ ("Avahi does not run here"));
    }
  if (choice->n_known > 0)
    add_known (self, choice);
  if (report->n_scanned > 0)
    {
      g_autofree char *words
          = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "Tried %u address",
                                          "Tried %u addresses one by one", report->n_scanned),
                             report->n_scanned);

      add_row (self, "view-grid-symbolic", words, _ ("none is a place"));
    }
}

static void
set_buttons (HwNothingPage *self, gboolean look_again, gboolean details, gboolean firewall)
{
  gtk_widget_set_visible (GTK_WIDGET (self->enter_address), !look_again);
  gtk_widget_set_visible (GTK_WIDGET (self->look_again), look_again);
  gtk_widget_set_visible (GTK_WIDGET (self->details), details);
  gtk_widget_set_visible (GTK_WIDGET (self->firewall), firewall);
}

/* A place is there, and yet there is none to go to. */
static void
say_why_not_in (HwNothingPage *self, const HwPlaceChoice *choice)
{
  g_autofree char *name = hw_isolate (choice->closed != NULL ? choice->closed : choice->foreign);
  g_autofree char *title = NULL;

  if (choice->closed != NULL)
    {
      /* Translators: %s is a place's name */
      title = g_strdup_printf (_ ("%s lets nobody in"), name);
      set_words (self, title,
                 _ ("It answers when somebody asks who is there, but no connection reaches it. "
                    "Most likely a firewall on its computer stops TCP port 55667."));
      gtk_label_set_text (self->hint, _ ("Tell whoever runs the place."));
      set_buttons (self, TRUE, TRUE, TRUE);
      gtk_widget_hide (GTK_WIDGET (self->tried));
      return;
    }
  /* Translators: %s is a place's name */
  title = g_strdup_printf (_ ("%s speaks another version"), name);
  set_words (self, title,
             _ ("This Hallway and the place do not understand each other. The older of the two "
                "needs an update."));
  set_buttons (self, TRUE, FALSE, FALSE);
}

static void
say_why_nothing (HwNothingPage *self, const HwPlaceChoice *choice)
{
  const HwFinderReport *report = &choice->report;
  g_autofree char *others = NULL;

  show_tried (self, choice);
  set_buttons (self, TRUE, TRUE, FALSE);
  if (report->reason == HW_FINDER_SILENT)
    {
      others = g_strdup_printf (
          g_dngettext (GETTEXT_PACKAGE,
                       "%u other device was seen on this network, but it does not answer as a "
                       "place. Perhaps none is open yet, or a firewall keeps the question out.",
                       "%u other devices were seen on this network, but none of them answers as a "
                       "place. Perhaps none is open yet, or a firewall keeps the question out.",
                       report->n_machines),
          report->n_machines);
      set_words (self, _ ("No place found nearby"), others);
      gtk_label_set_text (self->hint, _ ("Enter the place’s address, or host a place yourself."));
      gtk_widget_show (GTK_WIDGET (self->firewall));
      return;
    }
  if (report->reason == HW_FINDER_ISOLATED)
    set_words (self, _ ("No place found nearby"),
               _ ("Nobody answered here, not even other devices: this Wi-Fi seems to keep its "
                  "guests apart."));
  else
    set_words (self, _ ("No place found nearby"),
               _ ("Nobody answered here, and no other device was seen: either this computer is "
                  "alone on its network, or the network keeps its devices apart."));
  gtk_label_set_text (self->hint,
                      _ ("Use a cable, another Wi-Fi or the hotspot of a phone, the same one as "
                         "the place; or host a place yourself."));
}

static void
on_enter_address (HwNothingPage *self)
{
  g_signal_emit (self, signals[SIGNAL_ENTER_ADDRESS], 0);
}

static void
on_stop (HwNothingPage *self)
{
  g_signal_emit (self, signals[SIGNAL_STOP], 0);
}

static void
hw_nothing_page_finalize (GObject *object)
{
  g_free (HW_NOTHING_PAGE (object)->shown);
  G_OBJECT_CLASS (hw_nothing_page_parent_class)->finalize (object);
}

static void
hw_nothing_page_class_init (HwNothingPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hw_nothing_page_finalize;

  signals[SIGNAL_ENTER_ADDRESS]
      = g_signal_new ("enter-address", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                      NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_STOP] = g_signal_new ("stop", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (HW_TYPE_FIREWALL_CARD);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hallwaychat/Hallway/ui/nothing-page.ui");
  gtk_widget_class_bind_template_child (widget_class, HwNothingPage, status);
  gtk_widget_class_bind_template_child (widget_class, HwNothingPage, enter_address);
  gtk_widget_class_bind_template_child (widget_class, HwNothingPage, look_again);
  gtk_widget_class_bind_template_child (widget_class, HwNothingPage, scan);
  gtk_widget_class_bind_template_child (widget_class, HwNothingPage, progress);
  gtk_widget_class_bind_template_child (widget_class, HwNothingPage, details);
  gtk_widget_class_bind_template_child (widget_class, HwNothingPage, tried);
  gtk_widget_class_bind_template_child (widget_class, HwNothingPage, hint);
  gtk_widget_class_bind_template_child (widget_class, HwNothingPage, firewall);
  gtk_widget_class_bind_template_callback (widget_class, on_enter_address);
  gtk_widget_class_bind_template_callback (widget_class, on_stop);
}

static void
hw_nothing_page_init (HwNothingPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hw_nothing_page_set_choice:
 * @self: the page
 * @choice: what there is to choose from
 */
void
hw_nothing_page_set_choice (HwNothingPage *self, const HwPlaceChoice *choice)
{
  gboolean nothing = choice->n_choices == 0;

  g_return_if_fail (HW_IS_NOTHING_PAGE (self));

  gtk_widget_set_visible (GTK_WIDGET (self->scan), nothing && choice->progress >= 0);
  gtk_progress_bar_set_fraction (self->progress, CLAMP (choice->progress, 0, 1));
  if (!nothing)
    {
      set_words (self, _ ("Where to?"), _ ("Choose a place, or enter the address of another."));
      set_buttons (self, FALSE, FALSE, FALSE);
    }
  else if (choice->report.reason == HW_FINDER_OFF)
    {
      set_words (self, _ ("No place yet"),
                 _ ("A place is a computer that Hallway’s server runs on. Ask whoever runs one for "
                    "its address, and enter it here. Hallway remembers it."));
      set_buttons (self, FALSE, FALSE, FALSE);
    }
  else if (choice->report.reason == HW_FINDER_NO_NETWORK)
    {
      set_words (self, _ ("No network"),
                 _ ("This computer is on no network. Plug in a cable or join a Wi-Fi, and places "
                    "show up by themselves."));
      set_buttons (self, FALSE, FALSE, FALSE);
    }
  else if (choice->closed != NULL || choice->foreign != NULL)
    {
      say_why_not_in (self, choice);
    }
  else if (choice->looking || choice->report.reason == HW_FINDER_LOOKING)
    {
      set_words (self, _ ("Looking for places…"),
                 _ ("If you know where yours is, enter its address."));
      set_buttons (self, FALSE, FALSE, FALSE);
    }
  else
    {
      say_why_nothing (self, choice);
    }
}
