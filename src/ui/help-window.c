/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The help that is always there: a table of short pages, shown one at a time beside their names. It
 * says nothing that the windows say by themselves. */

#include "hallway-config.h"

#include "help-window.h"

#include "list-box.h"

#include <glib/gi18n.h>

struct _HwHelpWindow
{
  HdyWindow parent_instance;

  HdyLeaflet *leaflet;
  GtkListBox *contents;
  GtkWidget *sidebar;
  GtkWidget *content;
  HdyHeaderBar *content_bar;
  GtkWidget *back;
  GtkScrolledWindow *scroller;
  GtkBox *page;
};

G_DEFINE_FINAL_TYPE (HwHelpWindow, hw_help_window, HDY_TYPE_WINDOW)

static const struct
{
  const char *page; /* begins a page, and has nothing else */
  const char *heading;
  const char *text;
} table[] = {
  { .page = N_ ("First steps") },
  { .heading = N_ ("Say who you are"),
    .text
    = N_ ("Enter a name in the menu window. Leave it empty to be a guest: the place gives you "
          "a name.") },
  { .heading = N_ ("Choose a place"),
    .text = N_ ("A place is a computer on your network that runs Hallway’s server. Places nearby "
                "appear by themselves. If one does not, ask whoever runs it for its address, and "
                "choose “Enter an address”.") },
  { .heading = N_ ("Choose a room"),
    .text = N_ ("One click opens a room. A room with a padlock asks for its password. “New room” "
                "makes one; it stays when everybody has left.") },
  { .heading = N_ ("Talk"),
    .text = N_ ("Write, and press Enter. What you send is grey until the place has kept it. When "
                "the connection is lost, it waits and goes out once the connection is back.") },
  { .heading = N_ ("Whisper, or have peace"),
    .text = N_ ("Choose somebody in the list of members to whisper to them. While you focus, "
                "whispers of people with whom you share no room wait.") },
  { .heading = N_ ("Send a file or a picture"),
    .text = N_ ("Drop it on what was said, paste it, or choose it with the paper clip. It is on "
                "offer there, and goes straight from computer to computer once somebody saves it. "
                "A picture that was saved is shown small; nothing opens by itself.") },
  { .page = N_ ("Hosting a place") },
  { .heading = N_ ("On this computer"),
    .text = N_ ("“Host a place here” in the menu window opens a place for as long as Hallway runs. "
                "It shows the addresses that others can enter. Choose a name that they will know, "
                "and a password for yourself as its admin.") },
  { .heading = N_ ("One that stays"),
    .text = N_ ("Run hallwayd, the server, on a computer that is always on. Its manual page, "
                "hallwayd(8), says how.") },
  { .heading = N_ ("Others do not find it"),
    .text = N_ ("Both computers must be on the same network, and some guest networks keep them "
                "apart. A firewall must let port 55667 in, TCP and UDP.") },
  { .page = N_ ("For admins") },
  { .heading = N_ ("Open the logs"),
    .text = N_ ("Enter the place’s admin password under its rooms, and choose “Open logs”. You see "
                "every room from its first line to the latest, closed rooms too.") },
  { .heading = N_ ("Look after people"),
    .text
    = N_ ("In the menu of a line or of a member you can show somebody out, silence them for a "
          "while, or keep them away for some time. What was said stays in the log.") },
  { .heading = N_ ("Look after the place"),
    .text
    = N_ ("The log window’s menu has announcements, backups, and the end of a room. “Stop the "
          "server” keeps all that was said.") },
  { .page = N_ ("Privacy") },
  { .heading = N_ ("Who can read what you say"),
    .text = N_ ("A room is read by everybody in it, by those who come later, and by the admins of "
                "the place. Whispers are in no room’s log. Whispers that go straight from computer "
                "to computer have a mark of two joined dots; others go by way of the place.") },
  { .heading = N_ ("On the network"),
    .text = N_ ("Connections to other computers are encrypted. The first time, Hallway shows the "
                "place’s fingerprint. If it ever changes, Hallway stops and asks: somebody may be "
                "pretending to be that place.") },
  { .heading = N_ ("On this computer"),
    .text
    = N_ ("Hallway keeps your name, the places you have been to with their fingerprints, and "
          "what is not sent yet. Passwords are kept only when you say so. The preferences let "
          "you forget a place.") },
  { .page = N_ ("Keyboard") },
  { .heading = N_ ("Everything can be done by keyboard"),
    .text = N_ ("Tab goes from one part of a window to the next, the arrow keys go on within it, "
                "and Enter opens what is chosen. F10 opens the menu, Shift+F10 the menu of what is "
                "chosen.") },
  { .heading = N_ ("While you write"),
    .text = N_ ("Shift+Enter begins another line. Tab completes names and commands. The Up key "
                "brings back what you wrote before. Ctrl+. opens the emoji. A slash at the "
                "beginning lists the commands.") },
  { .heading = N_ ("While you read"),
    .text = N_ ("In the messages the arrow keys go from line to line, with Shift they select. "
                "Ctrl+C copies, Ctrl+End goes to the newest, Ctrl+F finds words.") },
  { .heading = N_ ("All of them"), .text = N_ ("Ctrl+? lists every shortcut.") },
};

static GtkWidget *
add_label (HwHelpWindow *self, const char *text, const char *class)
{
  GtkWidget *label
      = g_object_new (GTK_TYPE_LABEL, "label", text, "xalign", 0.0, "wrap", TRUE, "max-width-chars",
                      60, "selectable", class == NULL, "visible", TRUE, NULL);

  if (class != NULL)
    gtk_style_context_add_class (gtk_widget_get_style_context (label), class);
  gtk_container_add (GTK_CONTAINER (self->page), label);
  return label;
}

/* Where in the table the page at @index begins. */
static guint
find_page (int index)
{
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (table[i].page != NULL && index-- == 0)
      return i;
  return 0;
}

static void
on_selected (HwHelpWindow *self, GtkListBoxRow *row)
{
  g_autoptr (GList) before = gtk_container_get_children (GTK_CONTAINER (self->page));
  guint first;

  if (row == NULL)
    return;
  for (GList *link = before; link != NULL; link = link->next)
    gtk_widget_destroy (link->data);

  first = find_page (gtk_list_box_row_get_index (row));
  hdy_header_bar_set_title (self->content_bar, _ (table[first].page));
  for (guint i = first + 1; i < G_N_ELEMENTS (table) && table[i].page == NULL; i++)
    {
      GtkWidget *heading = add_label (self, _ (table[i].heading), "hw-heading");
      GtkWidget *text = add_label (self, _ (table[i].text), NULL);

      gtk_widget_set_margin_top (heading, i > first + 1 ? 12 : 0);
      atk_object_set_role (gtk_widget_get_accessible (heading), ATK_ROLE_HEADING);
      gtk_widget_set_can_focus (text, FALSE);
    }
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scroller), 0);
}

static void
on_activated (HwHelpWindow *self)
{
  hdy_leaflet_set_visible_child (self->leaflet, self->content);
}

static void
on_back (HwHelpWindow *self)
{
  hdy_leaflet_set_visible_child (self->leaflet, self->sidebar);
}

static gboolean
on_key (GtkWidget *widget, GdkEventKey *event, HwHelpWindow *self)
{
  if (event->keyval != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;
  gtk_window_close (GTK_WINDOW (self));
  return GDK_EVENT_STOP;
}

static void
hw_help_window_class_init (HwHelpWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hallwaychat/Hallway/ui/help-window.ui");
  gtk_widget_class_bind_template_child (widget_class, HwHelpWindow, leaflet);
  gtk_widget_class_bind_template_child (widget_class, HwHelpWindow, contents);
  gtk_widget_class_bind_template_child (widget_class, HwHelpWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, HwHelpWindow, content);
  gtk_widget_class_bind_template_child (widget_class, HwHelpWindow, content_bar);
  gtk_widget_class_bind_template_child (widget_class, HwHelpWindow, back);
  gtk_widget_class_bind_template_child (widget_class, HwHelpWindow, scroller);
  gtk_widget_class_bind_template_child (widget_class, HwHelpWindow, page);
  gtk_widget_class_bind_template_callback (widget_class, on_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_back);
  gtk_widget_class_bind_template_callback (widget_class, on_key);
  gtk_widget_class_bind_template_callback (widget_class, on_selected);
}

static void
add_row (HwHelpWindow *self, const char *title)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *label = gtk_label_new (title);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_container_add (GTK_CONTAINER (row), label);
  atk_object_set_name (gtk_widget_get_accessible (row), title);
  gtk_widget_show_all (row);
  gtk_container_add (GTK_CONTAINER (self->contents), row);
}

static void
hw_help_window_init (HwHelpWindow *self)
{
  g_type_ensure (HW_TYPE_LIST_BOX);
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (table[i].page != NULL)
      add_row (self, _ (table[i].page));
  gtk_list_box_select_row (self->contents, gtk_list_box_get_row_at_index (self->contents, 0));
  gtk_widget_grab_focus (GTK_WIDGET (gtk_list_box_get_row_at_index (self->contents, 0)));
}

/**
 * hw_help_window_new:
 * @parent: (nullable): the window it belongs to
 *
 * Returns: (transfer none): the window, not shown yet; it destroys itself
 */
GtkWidget *
hw_help_window_new (GtkWindow *parent)
{
  return g_object_new (HW_TYPE_HELP_WINDOW, "transient-for", parent, NULL);
}
