/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A row of the list of members. It follows one member by itself; that time passes it is told. */

#include "hallway-config.h"

#include "member-row.h"

#include "list-box.h"

#include <glib/gi18n.h>
#include <handy.h>

struct _HwMemberRow
{
  GtkListBoxRow parent_instance;

  HdyAvatar *avatar;
  GtkLabel *name;
  GtkWidget *own;
  GtkLabel *away;
  GtkWidget *typing;
  GtkWidget *focus;
  GtkWidget *admin;

  HwMember *member;
  gboolean is_away;
};

G_DEFINE_FINAL_TYPE (HwMemberRow, hw_member_row, GTK_TYPE_LIST_BOX_ROW)

static void
append_spoken (GString *spoken, const char *words)
{
  if (spoken->len > 0)
    g_string_append (spoken, ", ");
  g_string_append (spoken, words);
}

static char *
format_away (gint64 silent)
{
  guint minutes = (guint) (silent / G_TIME_SPAN_MINUTE);

  if (minutes < 60)
    /* Translators: how long somebody was silent, short */
    return g_strdup_printf (ngettext ("%u min", "%u min", minutes), minutes);
  return g_strdup_printf (ngettext ("%u h", "%u h", minutes / 60), minutes / 60);
}

/* Shows the member as it is now. The spoken name is the plain name; all else describes it. */
static void
update (HwMemberRow *self)
{
  const char *name = hw_member_get_name (self->member);
  gboolean own = gtk_widget_get_visible (self->own);
  gboolean typing = hw_member_get_typing (self->member);
  gint64 active_at = hw_member_get_active_at (self->member);
  gint64 silent = g_get_monotonic_time () - active_at;
  AtkObject *accessible = gtk_widget_get_accessible (GTK_WIDGET (self));
  GtkStyleContext *name_style = gtk_widget_get_style_context (GTK_WIDGET (self->name));
  g_autoptr (GString) spoken = g_string_new (NULL);

  self->is_away = !own && !typing && silent >= HW_MEMBER_AWAY_AFTER;

  hdy_avatar_set_text (self->avatar, name);
  gtk_label_set_text (self->name, name);
  gtk_widget_set_visible (self->typing, typing);
  gtk_widget_set_visible (self->focus, !typing && hw_member_get_focus (self->member));
  gtk_widget_set_visible (self->admin, !typing && hw_member_get_admin (self->member));
  gtk_widget_set_visible (GTK_WIDGET (self->away), self->is_away);
  if (self->is_away)
    gtk_style_context_add_class (name_style, "hw-dim");
  else
    gtk_style_context_remove_class (name_style, "hw-dim");

  if (own)
    append_spoken (spoken, _ ("you"));
  if (typing)
    append_spoken (spoken, _ ("is typing"));
  if (hw_member_get_focus (self->member))
    append_spoken (spoken, _ ("wants to focus"));
  if (hw_member_get_admin (self->member))
    append_spoken (spoken, _ ("looks after this place"));
  if (self->is_away)
    {
      g_autofree char *away = format_away (silent);
      g_autofree char *words = g_strdup_printf (_ ("away for %s"), away);

      gtk_label_set_text (self->away, away);
      append_spoken (spoken, words);
    }

  atk_object_set_name (accessible, name);
  atk_object_set_description (accessible, spoken->str);
  gtk_list_box_row_changed (GTK_LIST_BOX_ROW (self));
}

static void
hw_member_row_finalize (GObject *object)
{
  HwMemberRow *self = HW_MEMBER_ROW (object);

  g_clear_object (&self->member);

  G_OBJECT_CLASS (hw_member_row_parent_class)->finalize (object);
}

static void
hw_member_row_class_init (HwMemberRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hw_member_row_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hallwaychat/Hallway/ui/member-row.ui");
  gtk_widget_class_bind_template_child (widget_class, HwMemberRow, avatar);
  gtk_widget_class_bind_template_child (widget_class, HwMemberRow, name);
  gtk_widget_class_bind_template_child (widget_class, HwMemberRow, own);
  gtk_widget_class_bind_template_child (widget_class, HwMemberRow, away);
  gtk_widget_class_bind_template_child (widget_class, HwMemberRow, typing);
  gtk_widget_class_bind_template_child (widget_class, HwMemberRow, focus);
  gtk_widget_class_bind_template_child (widget_class, HwMemberRow, admin);
  hw_list_box_row_class_set_accessible (widget_class);
}

static void
hw_member_row_init (HwMemberRow *self)
{
  g_type_ensure (HDY_TYPE_AVATAR);
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hw_member_row_new:
 * @member: who it stands for
 * @own: whether that is the person at this window
 *
 * Returns: (transfer floating): a row
 */
GtkWidget *
hw_member_row_new (HwMember *member, gboolean own)
{
  HwMemberRow *self = g_object_new (HW_TYPE_MEMBER_ROW, NULL);

  self->member = g_object_ref (member);
  gtk_widget_set_visible (self->own, own);
  g_signal_connect_object (member, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

/**
 * hw_member_row_get_member:
 * @self: the row
 *
 * Returns: (transfer none): who it stands for
 */
HwMember *
hw_member_row_get_member (HwMemberRow *self)
{
  return self->member;
}

/**
 * hw_member_row_get_away:
 * @self: the row
 *
 * Returns: whether nothing was seen of that person for HW_MEMBER_AWAY_AFTER
 */
gboolean
hw_member_row_get_away (HwMemberRow *self)
{
  return self->is_away;
}

/**
 * hw_member_row_refresh:
 * @self: the row
 *
 * Shows how long it is now since anything was seen of that person.
 *
 * Returns: whether that changed if the person counts as away
 */
gboolean
hw_member_row_refresh (HwMemberRow *self)
{
  gboolean before = self->is_away;

  update (self);
  return before != self->is_away;
}
