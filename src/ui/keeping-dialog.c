/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The lists of people, bans and accounts. Each is asked for when it is looked at, page by page, and
 * again after every change: what stands here is what the server said last. */

#include "hallway-config.h"

#include "keeping-dialog.h"

#include "ask-dialog.h"
#include "dialog.h"
#include "moderation-dialog.h"
#include "words.h"

#include "client/isolate.h"

#include <glib/gi18n.h>

/* Rows at most: a list that nobody reads to its end needs none. */
#define ROWS_MAX 2000

/* Letters of a protected name's password, at least. */
#define PASSWORD_MIN 8
#define NAME_LENGTH  32

typedef enum
{
  PEOPLE,
  BANS,
  ACCOUNTS,
  N_LISTS
} Which;

struct _HwKeepingDialog
{
  HdyWindow parent_instance;

  GtkStack *lists;
  GtkListBox *people;
  GtkListBox *bans;
  GtkListBox *accounts;
  GtkLabel *nothing;
  GtkLabel *problem;
  GtkButton *add;

  HwPlace *place;
  GCancellable *asking; /* nullable */
  Which which;
  guint n_rows;
};

G_DEFINE_FINAL_TYPE (HwKeepingDialog, hw_keeping_dialog, HDY_TYPE_WINDOW)

static const struct
{
  const char *page;
  const char *op;
  const char *field;
  const char *id; /* of a row, to go on behind it */
  const char *nothing;
  const char *add; /* nullable */
} kinds[] = {
  [PEOPLE] = { "people", "who", "users", "name", N_ ("Nobody is here."), NULL },
  [BANS] = { "bans", "bans", "bans", "ban", N_ ("Nobody is banned."), N_ ("Add a ban…") },
  [ACCOUNTS] = { "accounts", "accounts", "accounts", "name",
                 N_ ("No name is protected yet. A protected name can only be used with its "
                     "password."),
                 N_ ("Add an account…") },
};

static void ask (HwKeepingDialog *self, JsonNode *start);

static GtkListBox *
get_list (HwKeepingDialog *self)
{
  GtkListBox *const lists[] = { self->people, self->bans, self->accounts };

  return lists[self->which];
}

static void
set_problem (HwKeepingDialog *self, const char *problem)
{
  gtk_label_set_text (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
}

static void
refresh (HwKeepingDialog *self)
{
  ask (self, NULL);
}

static void
on_dialog_closed (HwKeepingDialog *self)
{
  if (!gtk_widget_in_destruction (GTK_WIDGET (self)))
    refresh (self);
}

static void
present (HwKeepingDialog *self, GtkWidget *dialog)
{
  g_signal_connect_object (dialog, "destroy", G_CALLBACK (on_dialog_closed), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* End a ban, remove an account: the row's data says what to ask of the server. */
static void
on_remove_send (HwAskDialog *dialog, JsonObject *fields)
{
  hw_ask_dialog_request (dialog, g_object_get_data (G_OBJECT (dialog), "op"), fields);
}

static void
on_remove_clicked (GtkButton *button, HwKeepingDialog *self)
{
  const char *name = g_object_get_data (G_OBJECT (button), "name");
  JsonObject *fields = g_object_get_data (G_OBJECT (button), "fields");
  gboolean ban = json_object_has_member (fields, "ban");
  g_autofree char *isolated = hw_isolate (name);
  g_autofree char *title
      = g_strdup_printf (ban ? _ ("End the ban of %s?") : _ ("Remove the account of %s?"),
                         isolated);
  GtkWidget *dialog = hw_ask_dialog_new (GTK_WINDOW (self), self->place, title,
                                         ban ? _ ("End the ban") : _ ("Remove"));

  hw_ask_dialog_set_meaning (HW_ASK_DIALOG (dialog),
                             ban ? _ ("They are let in again.")
                                 : _ ("The name can be used by anybody, without a password. What "
                                      "was said under it stays."));
  if (!ban)
    hw_ask_dialog_set_destructive (HW_ASK_DIALOG (dialog));
  g_object_set_data (G_OBJECT (dialog), "op", (gpointer) (ban ? "unban" : "account-remove"));
  g_signal_connect_data (dialog, "send", G_CALLBACK (on_remove_send), json_object_ref (fields),
                         (GClosureNotify) (void (*) (void)) json_object_unref, 0);
  hw_ask_dialog_update (HW_ASK_DIALOG (dialog));
  present (self, dialog);
}

static void
on_moderate_clicked (GtkButton *button, HwKeepingDialog *self)
{
  HwModeration what
      = (HwModeration) GPOINTER_TO_INT (g_object_get_data (G_OBJECT (button), "what"));

  present (self, hw_moderation_dialog_new (GTK_WINDOW (self), self->place, what,
                                           g_object_get_data (G_OBJECT (button), "name")));
}

static GtkWidget *
add_button (HdyActionRow *row, const char *name, const char *icon, const char *words)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon, GTK_ICON_SIZE_BUTTON);
  /* Translators: a button beside somebody's name in a list: what it does, to whom */
  g_autofree char *spoken = g_strdup_printf (C_ ("screen reader", "%s %s"), words, name);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, words);
  atk_object_set_name (gtk_widget_get_accessible (button), spoken);
  gtk_style_context_add_class (gtk_widget_get_style_context (button), "flat");
  g_object_set_data_full (G_OBJECT (button), "name", g_strdup (name), g_free);
  gtk_container_add (GTK_CONTAINER (row), button);
  return button;
}

static char *
describe_moment (gint64 at)
{
  g_autoptr (GDateTime) moment = g_date_time_new_from_unix_local (at / 1000);

  /* Translators: a moment, short: "20 Nov 2026, 14:30" */
  return moment != NULL ? g_date_time_format (moment, _ ("%-e %b %Y, %H:%M")) : g_strdup ("");
}

static const char *
get_string (JsonObject *object, const char *field)
{
  JsonNode *node = json_object_get_member (object, field);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
                 && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : "";
}

static void
fill_person (HwKeepingDialog *self, HdyActionRow *row, JsonObject *person, const char *name)
{
  static const struct
  {
    const char *icon;
    const char *words;
    HwModeration what;
  } deeds[] = {
    { "hallway-mute-symbolic", N_ ("Mute…"), HW_MODERATION_MUTE },
    { "system-log-out-symbolic", N_ ("Kick…"), HW_MODERATION_KICK },
    { "action-unavailable-symbolic", N_ ("Ban…"), HW_MODERATION_BAN },
  };
  gint64 idle = json_object_get_int_member_with_default (person, "idle", 0) / 60;
  g_autofree char *quiet
      = g_strdup_printf (ngettext ("silent for %d minute", "silent for %d minutes", (gulong) idle),
                         (int) CLAMP (idle, 0, G_MAXINT));
  gboolean own = g_strcmp0 (name, hw_place_get_name (self->place)) == 0;

  hdy_action_row_set_subtitle (row,
                               own        ? _ ("you")
                               : idle > 0 ? quiet
                               : json_object_get_boolean_member_with_default (person, "guest", TRUE)
                                   ? _ ("guest")
                                   : _ ("account"));
  for (guint i = 0; i < G_N_ELEMENTS (deeds) && !own; i++)
    {
      GtkWidget *button = add_button (row, name, deeds[i].icon, _ (deeds[i].words));

      g_object_set_data (G_OBJECT (button), "what", GINT_TO_POINTER (deeds[i].what));
      g_signal_connect_object (button, "clicked", G_CALLBACK (on_moderate_clicked), self, 0);
    }
}

static void
add_remove (HwKeepingDialog *self,
            HdyActionRow *row,
            const char *name,
            const char *words,
            JsonObject *fields)
{
  GtkWidget *button = add_button (row, name, "user-trash-symbolic", words);

  g_object_set_data_full (G_OBJECT (button), "fields", fields, (GDestroyNotify) json_object_unref);
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_remove_clicked), self, 0);
}

static void
fill_ban (HwKeepingDialog *self, HdyActionRow *row, JsonObject *ban, const char *name)
{
  const char *why = get_string (ban, "text");
  g_autofree char *until
      = describe_moment (json_object_get_int_member_with_default (ban, "until", 0));
  g_autofree char *when = g_strdup_printf (C_ ("ban", "Until %s"), until);
  g_autofree char *words
      = *why != '\0' ? g_strdup_printf ("%s · %s", when, why) : g_steal_pointer (&when);
  JsonObject *fields = json_object_new ();

  hdy_action_row_set_subtitle (row, words);
  json_object_set_int_member (fields, "ban",
                              json_object_get_int_member_with_default (ban, "ban", 0));
  add_remove (self, row, name, _ ("End the ban"), fields);
}

static void
fill_account (HwKeepingDialog *self, HdyActionRow *row, JsonObject *account, const char *name)
{
  gint64 last = json_object_get_int_member_with_default (account, "last", 0);
  g_autofree char *when = describe_moment (last);
  g_autofree char *words
      = last > 0 ? g_strdup_printf (_ ("Last here %s"), when) : g_strdup (_ ("Never here yet"));
  JsonObject *fields = json_object_new ();

  hdy_action_row_set_subtitle (row, words);
  json_object_set_string_member (fields, "name", name);
  add_remove (self, row, name, _ ("Remove"), fields);
}

static void
add_row (HwKeepingDialog *self, JsonObject *object)
{
  HdyActionRow *row = HDY_ACTION_ROW (hdy_action_row_new ());
  const char *name = get_string (object, "name");

  if (*name == '\0')
    name = get_string (object, "address");
  hdy_preferences_row_set_title (HDY_PREFERENCES_ROW (row), name);
  hdy_preferences_row_set_use_underline (HDY_PREFERENCES_ROW (row), FALSE);
  hdy_action_row_set_title_lines (row, 1);
  hdy_action_row_set_subtitle_lines (row, 2);
  switch (self->which)
    {
    case BANS:
      fill_ban (self, row, object, name);
      break;
    case ACCOUNTS:
      fill_account (self, row, object, name);
      break;
    case PEOPLE:
    case N_LISTS:
    default:
      fill_person (self, row, object, name);
      break;
    }
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (row)), name);
  gtk_widget_show_all (GTK_WIDGET (row));
  gtk_container_add (GTK_CONTAINER (get_list (self)), GTK_WIDGET (row));
  self->n_rows++;
}

static void
clear (GtkListBox *list)
{
  g_autoptr (GList) rows = gtk_container_get_children (GTK_CONTAINER (list));

  for (GList *link = rows; link != NULL; link = link->next)
    gtk_widget_destroy (link->data);
}

static void
on_told (GObject *source, GAsyncResult *result, gpointer data)
{
  HwKeepingDialog *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) reply = hw_place_request_finish (HW_PLACE (source), result, &error);
  JsonNode *node, *last = NULL;
  JsonArray *rows;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->asking);
  if (reply == NULL)
    {
      g_autofree char *words = hw_words_problem (error);

      set_problem (self, words);
      return;
    }
  node = json_object_get_member (reply, kinds[self->which].field);
  rows = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  /* The first page takes the place of what stood there. */
  if (self->n_rows == 0)
    clear (get_list (self));
  for (guint i = 0; rows != NULL && i < json_array_get_length (rows); i++)
    {
      JsonNode *row = json_array_get_element (rows, i);

      if (!JSON_NODE_HOLDS_OBJECT (row))
        continue;
      add_row (self, json_node_get_object (row));
      last = json_object_get_member (json_node_get_object (row), kinds[self->which].id);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->nothing), self->n_rows == 0);
  gtk_widget_set_visible (GTK_WIDGET (self->lists), self->n_rows > 0);
  if (last != NULL && self->n_rows < ROWS_MAX
      && json_object_get_boolean_member_with_default (reply, "more", FALSE))
    ask (self, last);
}

/* The list that is looked at, from its beginning or behind @start. */
static void
ask (HwKeepingDialog *self, JsonNode *start)
{
  g_autoptr (JsonObject) fields = json_object_new ();

  g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  set_problem (self, NULL);
  if (start == NULL)
    self->n_rows = 0;
  else
    json_object_set_member (fields, "start", json_node_copy (start));
  self->asking = g_cancellable_new ();
  hw_place_request_async (self->place, kinds[self->which].op, fields, self->asking, on_told, self);
}

static void
on_list_changed (HwKeepingDialog *self)
{
  const char *page = gtk_stack_get_visible_child_name (self->lists);

  if (page == NULL || self->place == NULL)
    return;
  for (guint i = 0; i < N_LISTS; i++)
    if (g_str_equal (kinds[i].page, page))
      self->which = (Which) i;
  gtk_label_set_text (self->nothing, _ (kinds[self->which].nothing));
  gtk_widget_set_visible (GTK_WIDGET (self->add), kinds[self->which].add != NULL);
  if (kinds[self->which].add != NULL)
    gtk_button_set_label (self->add, _ (kinds[self->which].add));
  refresh (self);
}

typedef struct
{
  HwFieldRow *name;
  HwFieldRow *password;
} Account;

static gboolean
on_account_check (HwAskDialog *dialog, Account *account)
{
  return *hw_field_row_get_text (account->name) != '\0'
         && g_utf8_strlen (hw_field_row_get_text (account->password), -1) >= PASSWORD_MIN;
}

static void
on_account_send (HwAskDialog *dialog, Account *account)
{
  g_autoptr (JsonObject) fields = json_object_new ();

  json_object_set_string_member (fields, "name", hw_field_row_get_text (account->name));
  json_object_set_string_member (fields, "password", hw_field_row_get_text (account->password));
  hw_ask_dialog_request (dialog, "account-add", fields);
}

static void
on_add_clicked (HwKeepingDialog *self)
{
  GtkWidget *dialog;
  Account *account;

  if (self->which == BANS)
    {
      present (self,
               hw_moderation_dialog_new (GTK_WINDOW (self), self->place, HW_MODERATION_BAN, ""));
      return;
    }
  dialog = hw_ask_dialog_new (GTK_WINDOW (self), self->place, _ ("Add an account"), _ ("Add"));
  account = g_new0 (Account, 1);
  account->name = hw_ask_dialog_add_field (HW_ASK_DIALOG (dialog), _ ("Name"), NAME_LENGTH);
  account->password
      = hw_ask_dialog_add_field (HW_ASK_DIALOG (dialog), _ ("Password, 8 characters at least"), 0);
  g_object_set (account->password, "secret", TRUE, NULL);
  hw_ask_dialog_set_meaning (HW_ASK_DIALOG (dialog),
                             _ ("From then on, nobody uses this name without that password."));
  g_object_set_data_full (G_OBJECT (dialog), "account", account, g_free);
  g_signal_connect (dialog, "check", G_CALLBACK (on_account_check), account);
  g_signal_connect (dialog, "send", G_CALLBACK (on_account_send), account);
  hw_ask_dialog_update (HW_ASK_DIALOG (dialog));
  present (self, dialog);
}

static void
hw_keeping_dialog_dispose (GObject *object)
{
  HwKeepingDialog *self = HW_KEEPING_DIALOG (object);

  g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  g_clear_object (&self->place);

  G_OBJECT_CLASS (hw_keeping_dialog_parent_class)->dispose (object);
}

static void
hw_keeping_dialog_class_init (HwKeepingDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hw_keeping_dialog_dispose;

  hw_dialog_class_close_on_escape (widget_class);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/hallwaychat/Hallway/ui/keeping-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HwKeepingDialog, lists);
  gtk_widget_class_bind_template_child (widget_class, HwKeepingDialog, people);
  gtk_widget_class_bind_template_child (widget_class, HwKeepingDialog, bans);
  gtk_widget_class_bind_template_child (widget_class, HwKeepingDialog, accounts);
  gtk_widget_class_bind_template_child (widget_class, HwKeepingDialog, nothing);
  gtk_widget_class_bind_template_child (widget_class, HwKeepingDialog, problem);
  gtk_widget_class_bind_template_child (widget_class, HwKeepingDialog, add);
  gtk_widget_class_bind_template_callback (widget_class, on_add_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_list_changed);
}

static void
hw_keeping_dialog_init (HwKeepingDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hw_keeping_dialog_new:
 * @parent: the window that asks
 * @place: a place whose admin we are
 *
 * Returns: (transfer none): a dialog; present it by gtk_window_present()
 */
GtkWidget *
hw_keeping_dialog_new (GtkWindow *parent, HwPlace *place)
{
  HwKeepingDialog *self = g_object_new (HW_TYPE_KEEPING_DIALOG, "transient-for", parent, NULL);

  self->place = g_object_ref (place);
  on_list_changed (self);
  return GTK_WIDGET (self);
}
