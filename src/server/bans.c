/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who may not come in, in memory; the store keeps them. They are few, so they are looked for one by
 * one. */

#include "bans.h"

#include "protocol/error.h"
#include "protocol/name.h"

struct _HwBans
{
  HwStore *store;
  GPtrArray *list; /* HwBan, by id */
};

typedef struct
{
  HwBans *bans;
  HwBan *ban; /* of a new one */
  gint64 id;  /* of one that goes */
  HwStoreBanned added;
  HwStoreWritten removed;
  gpointer user_data;
} Change;

/**
 * hw_bans_new:
 * @store: where they are kept
 * @error: where to put why they cannot be read
 *
 * Blocks: for the start.
 *
 * Returns: (transfer full) (nullable): the bans
 */
HwBans *
hw_bans_new (HwStore *store, GError **error)
{
  GPtrArray *list = hw_store_list_bans (store, error);
  HwBans *self;

  if (!list)
    return NULL;
  self = g_new0 (HwBans, 1);
  self->store = store;
  self->list = list;
  g_ptr_array_set_free_func (list, (GDestroyNotify) hw_ban_free);
  return self;
}

/**
 * hw_bans_free:
 * @self: (transfer full): bans; what is on disk stays
 */
void
hw_bans_free (HwBans *self)
{
  g_ptr_array_unref (self->list);
  g_free (self);
}

static void
on_forgotten (const GError *error, gpointer user_data)
{
  if (error)
    g_debug ("A ban that has ended is still stored: %s", error->message);
}

/* Lets those go that have ended. */
static void
forget_ended (HwBans *self)
{
  gint64 now = g_get_real_time () / 1000;

  for (guint i = self->list->len; i-- > 0;)
    {
      HwBan *ban = self->list->pdata[i];

      if (ban->until > now)
        continue;
      hw_store_remove_ban (self->store, ban->id, on_forgotten, NULL);
      g_ptr_array_remove_index (self->list, i);
    }
}

/**
 * hw_bans_find_name:
 * @self: bans
 * @folded: a folded name
 *
 * Returns: (transfer none) (nullable): the ban of that name, until the next change
 */
const HwBan *
hw_bans_find_name (HwBans *self, const char *folded)
{
  forget_ended (self);
  for (guint i = 0; i < self->list->len; i++)
    {
      HwBan *ban = self->list->pdata[i];
      g_autofree char *name = *ban->name ? hw_name_fold (ban->name) : NULL;

      if (name && g_str_equal (name, folded))
        return ban;
    }
  return NULL;
}

/**
 * hw_bans_find_address:
 * @self: bans
 * @address: an address as the system writes it
 *
 * Returns: (transfer none) (nullable): the ban of that address, until the next change
 */
const HwBan *
hw_bans_find_address (HwBans *self, const char *address)
{
  forget_ended (self);
  for (guint i = 0; i < self->list->len; i++)
    {
      HwBan *ban = self->list->pdata[i];

      if (*ban->address && g_str_equal (ban->address, address))
        return ban;
    }
  return NULL;
}

/**
 * hw_bans_list:
 * @self: bans
 *
 * Returns: (transfer none) (element-type HwBan): those that have not ended, by id, until the next
 * change
 */
GPtrArray *
hw_bans_list (HwBans *self)
{
  forget_ended (self);
  return self->list;
}

static void
on_added (gint64 id, const GError *error, gpointer user_data)
{
  Change *change = user_data;

  if (error)
    {
      hw_ban_free (change->ban);
    }
  else
    {
      change->ban->id = id;
      g_ptr_array_add (change->bans->list, change->ban);
    }
  change->added (id, error, change->user_data);
  g_free (change);
}

/**
 * hw_bans_add:
 * @self: bans
 * @name: (nullable): a normalised name
 * @address: (nullable): an address as the system writes it
 * @until: milliseconds since 1970 UTC
 * @text: why, for people
 * @callback: called when it is on disk
 * @user_data: for @callback
 */
void
hw_bans_add (HwBans *self,
             const char *name,
             const char *address,
             gint64 until,
             const char *text,
             HwStoreBanned callback,
             gpointer user_data)
{
  Change *change = g_new0 (Change, 1);

  change->bans = self;
  change->ban = g_new0 (HwBan, 1);
  change->ban->name = g_strdup (name ? name : "");
  change->ban->address = g_strdup (address ? address : "");
  change->ban->until = until;
  change->ban->text = g_strdup (text);
  change->added = callback;
  change->user_data = user_data;
  hw_store_add_ban (self->store, name, address, until, text, on_added, change);
}

static void
on_removed (const GError *error, gpointer user_data)
{
  Change *change = user_data;

  for (guint i = 0; !error && i < change->bans->list->len; i++)
    if (((HwBan *) change->bans->list->pdata[i])->id == change->id)
      {
        g_ptr_array_remove_index (change->bans->list, i);
        break;
      }
  change->removed (error, change->user_data);
  g_free (change);
}

/**
 * hw_bans_remove:
 * @self: bans
 * @id: which
 * @callback: called when that is on disk, or with %HW_ERROR_NO_SUCH_BAN
 * @user_data: for @callback
 */
void
hw_bans_remove (HwBans *self, gint64 id, HwStoreWritten callback, gpointer user_data)
{
  Change *change = g_new0 (Change, 1);

  change->bans = self;
  change->id = id;
  change->removed = callback;
  change->user_data = user_data;
  hw_store_remove_ban (self->store, id, on_removed, change);
}

/**
 * hw_ban_to_error:
 * @ban: a ban
 * @field: (nullable): the field to blame
 *
 * Returns: (transfer full): what is told to whom it keeps out
 */
GError *
hw_ban_to_error (const HwBan *ban, const char *field)
{
  GError *error = hw_error_new (HW_ERROR_BANNED, field, "You are banned from this place.%s%s",
                                *ban->text ? " " : "", ban->text);

  hw_error_set_retry (error, MAX (1, ban->until - g_get_real_time () / 1000));
  return error;
}
