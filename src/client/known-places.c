/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HwKnownPlaces: the places visited before, with the certificates trusted there. One key file of
 * the person's data directory, read once and written whole after each change. The file decides whom
 * we trust, so one that does not parse is never written over: it is set aside, and said so. */

#include "known-places.h"

#include "clean.h"

#include "protocol/fingerprint.h"
#include "protocol/limits.h"

#include <errno.h>
#include <glib/gstdio.h>

/* Places remembered; the one not used for longest goes first. */
#define PLACES_MAX 200

/* Bytes of the file that are read at most: far more than PLACES_MAX places need. */
#define FILE_MAX (1024 * 1024)

struct _HwKnownPlace
{
  GObject parent_instance;

  char *id;
  char *title;
  char *address;
  char *fingerprint;
  gint64 trusted_at;
  gint64 used_at;
};

G_DEFINE_FINAL_TYPE (HwKnownPlace, hw_known_place, G_TYPE_OBJECT)

struct _HwKnownPlaces
{
  GObject parent_instance;

  char *path;
  GPtrArray *places;  /* latest first */
  GKeyFile *loaded;   /* the file as it was read */
  gboolean read_only; /* a file is in the way that could not be set aside */
};

static void hw_known_places_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HwKnownPlaces,
                               hw_known_places,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      hw_known_places_iface_init))

static void
hw_known_place_finalize (GObject *object)
{
  HwKnownPlace *self = HW_KNOWN_PLACE (object);

  g_free (self->id);
  g_free (self->title);
  g_free (self->address);
  g_free (self->fingerprint);

  G_OBJECT_CLASS (hw_known_place_parent_class)->finalize (object);
}

static void
hw_known_place_class_init (HwKnownPlaceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hw_known_place_finalize;
}

static void
hw_known_place_init (HwKnownPlace *self)
{
}

const char *
hw_known_place_get_id (HwKnownPlace *self)
{
  g_return_val_if_fail (HW_IS_KNOWN_PLACE (self), NULL);

  return self->id;
}

const char *
hw_known_place_get_title (HwKnownPlace *self)
{
  g_return_val_if_fail (HW_IS_KNOWN_PLACE (self), NULL);

  return self->title;
}

const char *
hw_known_place_get_address (HwKnownPlace *self)
{
  g_return_val_if_fail (HW_IS_KNOWN_PLACE (self), NULL);

  return self->address;
}

const char *
hw_known_place_get_fingerprint (HwKnownPlace *self)
{
  g_return_val_if_fail (HW_IS_KNOWN_PLACE (self), NULL);

  return self->fingerprint;
}

gint64
hw_known_place_get_trusted_at (HwKnownPlace *self)
{
  g_return_val_if_fail (HW_IS_KNOWN_PLACE (self), 0);

  return self->trusted_at;
}

gint64
hw_known_place_get_used_at (HwKnownPlace *self)
{
  g_return_val_if_fail (HW_IS_KNOWN_PLACE (self), 0);

  return self->used_at;
}

static GType
hw_known_places_get_item_type (GListModel *model)
{
  return HW_TYPE_KNOWN_PLACE;
}

static guint
hw_known_places_get_n_items (GListModel *model)
{
  return HW_KNOWN_PLACES (model)->places->len;
}

static gpointer
hw_known_places_get_item (GListModel *model, guint position)
{
  HwKnownPlaces *self = HW_KNOWN_PLACES (model);

  return position < self->places->len ? g_object_ref (self->places->pdata[position]) : NULL;
}

static void
hw_known_places_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = hw_known_places_get_item_type;
  iface->get_n_items = hw_known_places_get_n_items;
  iface->get_item = hw_known_places_get_item;
}

static void
hw_known_places_finalize (GObject *object)
{
  HwKnownPlaces *self = HW_KNOWN_PLACES (object);

  g_free (self->path);
  g_ptr_array_unref (self->places);
  g_key_file_unref (self->loaded);

  G_OBJECT_CLASS (hw_known_places_parent_class)->finalize (object);
}

static void
hw_known_places_class_init (HwKnownPlacesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hw_known_places_finalize;
}

static void
hw_known_places_init (HwKnownPlaces *self)
{
  self->loaded = g_key_file_new ();
  self->places = g_ptr_array_new_with_free_func (g_object_unref);
}

static int
compare_used (gconstpointer a, gconstpointer b)
{
  const HwKnownPlace *x = *(HwKnownPlace *const *) a;
  const HwKnownPlace *y = *(HwKnownPlace *const *) b;

  return (x->used_at < y->used_at) - (x->used_at > y->used_at);
}

static HwKnownPlace *
read_place (GKeyFile *file, const char *group)
{
  g_autoptr (HwKnownPlace) place = g_object_new (HW_TYPE_KNOWN_PLACE, NULL);

  place->id = g_key_file_get_string (file, group, "id", NULL);
  place->title = g_key_file_get_string (file, group, "title", NULL);
  place->address = g_key_file_get_string (file, group, "address", NULL);
  place->fingerprint = g_key_file_get_string (file, group, "fingerprint", NULL);
  place->trusted_at = g_key_file_get_int64 (file, group, "trusted-at", NULL);
  place->used_at = g_key_file_get_int64 (file, group, "used-at", NULL);
  if (!place->id || !*place->id || !place->address || !*place->address)
    return NULL;
  if (!place->title || !*place->title)
    {
      g_free (place->title);
      place->title = g_strdup (place->address);
    }
  /* Half a fingerprint must neither match nor count as never seen: it asks, as a changed one. */
  return g_steal_pointer (&place);
}

static void
set_aside (HwKnownPlaces *self, const char *why)
{
  g_autofree char *aside
      = g_strdup_printf ("%s.damaged-%" G_GINT64_FORMAT, self->path, g_get_real_time ());

  if (g_rename (self->path, aside) == 0)
    {
      g_warning ("%s: %s; it is kept as %s", self->path, why, aside);
      return;
    }
  g_warning ("%s: %s; it cannot be set aside, so nothing new is remembered", self->path, why);
  self->read_only = TRUE;
}

static void
load (HwKnownPlaces *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *data = NULL;
  g_auto (GStrv) groups = NULL;
  GStatBuf info;
  gsize length = 0;

  if (g_stat (self->path, &info) == 0 && (!S_ISREG (info.st_mode) || info.st_size > FILE_MAX))
    {
      set_aside (self, "not a list of places");
      return;
    }
  if (!g_file_get_contents (self->path, &data, &length, &error))
    {
      if (!g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        set_aside (self, error->message);
      return;
    }
  if (!g_key_file_load_from_data (self->loaded, data, length, G_KEY_FILE_NONE, &error))
    {
      set_aside (self, error->message);
      return;
    }
  groups = g_key_file_get_groups (self->loaded, NULL);
  for (char **group = groups; *group && self->places->len < PLACES_MAX; group++)
    {
      HwKnownPlace *place = read_place (self->loaded, *group);

      if (place)
        g_ptr_array_add (self->places, place);
    }
  g_ptr_array_sort (self->places, compare_used);
}

/* What stands in the file beside what we know, as a newer version may have written it: it stays, as
 * long as the place that it belongs to does. */
static void
copy_rest (HwKnownPlaces *self, GKeyFile *file)
{
  g_auto (GStrv) groups = g_key_file_get_groups (self->loaded, NULL);

  for (char **group = groups; *group; group++)
    {
      g_autofree char *id = g_key_file_get_string (self->loaded, *group, "id", NULL);
      g_auto (GStrv) keys = g_key_file_get_keys (self->loaded, *group, NULL, NULL);
      g_autofree char *name = id ? g_uri_escape_string (id, NULL, FALSE) : g_strdup (*group);

      if (id && *id && !hw_known_places_find (self, id))
        continue;
      for (char **key = keys; key && *key; key++)
        {
          g_autofree char *value = g_key_file_get_value (self->loaded, *group, *key, NULL);

          g_key_file_set_value (file, name, *key, value);
        }
    }
}

static void
save (HwKnownPlaces *self)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_path_get_dirname (self->path);
  g_autofree char *data = NULL;
  gsize length = 0;

  if (self->read_only)
    return;
  copy_rest (self, file);
  for (guint i = 0; i < self->places->len; i++)
    {
      const HwKnownPlace *place = self->places->pdata[i];
      /* An id is the other side's: brackets and line breaks must not reach the file's grammar. */
      g_autofree char *group = g_uri_escape_string (place->id, NULL, FALSE);

      g_key_file_set_string (file, group, "id", place->id);
      g_key_file_set_string (file, group, "title", place->title);
      g_key_file_set_string (file, group, "address", place->address);
      if (place->fingerprint)
        g_key_file_set_string (file, group, "fingerprint", place->fingerprint);
      g_key_file_set_int64 (file, group, "trusted-at", place->trusted_at);
      g_key_file_set_int64 (file, group, "used-at", place->used_at);
    }
  data = g_key_file_to_data (file, &length, NULL);
  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      g_warning ("%s: %s", folder, g_strerror (errno));
      return;
    }
  if (!g_file_set_contents_full (self->path, data, length, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                                 &error))
    g_warning ("%s", error->message);
}

/**
 * hw_known_places_new:
 * @path: (nullable): the file; %NULL: the usual one
 *
 * Reads the file, if there is one.
 *
 * Returns: (transfer full): the places
 */
HwKnownPlaces *
hw_known_places_new (const char *path)
{
  HwKnownPlaces *self = g_object_new (HW_TYPE_KNOWN_PLACES, NULL);

  self->path = path ? g_strdup (path)
                    : g_build_filename (g_get_user_data_dir (), "hallway", "places.ini", NULL);
  load (self);
  return self;
}

static HwKnownPlace *
find_by_id (HwKnownPlaces *self, const char *id, guint *position)
{
  for (guint i = 0; i < self->places->len; i++)
    {
      HwKnownPlace *place = self->places->pdata[i];

      if (g_str_equal (place->id, id))
        {
          if (position)
            *position = i;
          return place;
        }
    }
  return NULL;
}

/**
 * hw_known_places_find:
 * @self: the places
 * @id: a server's id
 *
 * Returns: (transfer none) (nullable): the place
 */
HwKnownPlace *
hw_known_places_find (HwKnownPlaces *self, const char *id)
{
  g_return_val_if_fail (HW_IS_KNOWN_PLACES (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  return find_by_id (self, id, NULL);
}

/**
 * hw_known_places_find_address:
 * @self: the places
 * @address: "host:port"
 *
 * Returns: (transfer none) (nullable): the place last visited there
 */
HwKnownPlace *
hw_known_places_find_address (HwKnownPlaces *self, const char *address)
{
  g_return_val_if_fail (HW_IS_KNOWN_PLACES (self), NULL);
  g_return_val_if_fail (address != NULL, NULL);

  for (guint i = 0; i < self->places->len; i++)
    {
      HwKnownPlace *place = self->places->pdata[i];

      if (g_ascii_strcasecmp (place->address, address) == 0)
        return place;
    }
  return NULL;
}

/**
 * hw_known_places_check:
 * @self: the places
 * @id: the id the server gives itself
 * @address: where it answered
 * @fingerprint: of the certificate it showed
 * @known: (out) (optional) (nullable) (transfer none): the place it should be
 *
 * Judges a certificate. An id is only a claim, so an unknown one at an address where a certificate
 * was trusted is a change as well; the same certificate proves the same server whatever its id.
 *
 * Returns: what is remembered of it
 */
HwTrust
hw_known_places_check (HwKnownPlaces *self,
                       const char *id,
                       const char *address,
                       const char *fingerprint,
                       HwKnownPlace **known)
{
  HwKnownPlace *place;

  g_return_val_if_fail (HW_IS_KNOWN_PLACES (self), HW_TRUST_NEW);
  g_return_val_if_fail (id != NULL && address != NULL && fingerprint != NULL, HW_TRUST_NEW);

  place = find_by_id (self, id, NULL);
  if (!place || !place->fingerprint)
    {
      HwKnownPlace *here = hw_known_places_find_address (self, address);

      if (here && here->fingerprint)
        place = here;
    }
  if (known)
    *known = place;
  if (!place || !place->fingerprint)
    return HW_TRUST_NEW;
  return g_str_equal (place->fingerprint, fingerprint) ? HW_TRUST_KNOWN : HW_TRUST_CHANGED;
}

/* Puts a new object for @id first: known places are read-only for everybody else. */
static HwKnownPlace *
renew (HwKnownPlaces *self, const char *id, const char *title, const char *address)
{
  HwKnownPlace *place = g_object_new (HW_TYPE_KNOWN_PLACE, NULL);
  guint position = 0;
  HwKnownPlace *old = find_by_id (self, id, &position);

  place->id = g_strdup (id);
  place->title = hw_clean_name (title && *title ? title : address, HW_TOPIC_MAX);
  place->address = g_strdup (address);
  place->used_at = g_get_real_time () / G_USEC_PER_SEC;
  if (old)
    {
      place->fingerprint = g_strdup (old->fingerprint);
      place->trusted_at = old->trusted_at;
      g_ptr_array_remove_index (self->places, position);
      g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
    }
  g_ptr_array_insert (self->places, 0, place);
  return place;
}

static void
commit (HwKnownPlaces *self)
{
  g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, 1);
  if (self->places->len > PLACES_MAX)
    {
      g_ptr_array_set_size (self->places, PLACES_MAX);
      g_list_model_items_changed (G_LIST_MODEL (self), PLACES_MAX, 1, 0);
    }
  save (self);
}

/**
 * hw_known_places_trust:
 * @self: the places
 * @id: the server's id
 * @title: (nullable): its name
 * @address: where it is, "host:port"
 * @fingerprint: of the certificate that the person trusts
 *
 * Remembers the certificate, in place of an older one.
 */
void
hw_known_places_trust (HwKnownPlaces *self,
                       const char *id,
                       const char *title,
                       const char *address,
                       const char *fingerprint)
{
  HwKnownPlace *place;

  g_return_if_fail (HW_IS_KNOWN_PLACES (self));
  g_return_if_fail (id != NULL && *id && address != NULL);
  g_return_if_fail (hw_fingerprint_is_valid (fingerprint));

  place = renew (self, id, title, address);
  g_free (place->fingerprint);
  place->fingerprint = g_strdup (fingerprint);
  place->trusted_at = place->used_at;
  commit (self);
}

/**
 * hw_known_places_visit:
 * @self: the places
 * @id: the server's id
 * @title: (nullable): its name
 * @address: where it is, "host:port"
 *
 * Remembers that we were there just now.
 */
void
hw_known_places_visit (HwKnownPlaces *self, const char *id, const char *title, const char *address)
{
  g_return_if_fail (HW_IS_KNOWN_PLACES (self));
  g_return_if_fail (id != NULL && *id && address != NULL);

  renew (self, id, title, address);
  commit (self);
}

/**
 * hw_known_places_forget:
 * @self: the places
 * @id: a server's id
 *
 * Forgets the place and its certificate.
 */
void
hw_known_places_forget (HwKnownPlaces *self, const char *id)
{
  guint position = 0;

  g_return_if_fail (HW_IS_KNOWN_PLACES (self));
  g_return_if_fail (id != NULL);

  if (!find_by_id (self, id, &position))
    return;
  g_ptr_array_remove_index (self->places, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  save (self);
}
