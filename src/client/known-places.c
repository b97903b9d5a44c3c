/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HwKnownPlaces: the places visited before, with the certificates trusted there. They are read once
 * and written, on a thread, after each change; how stands in known-places-file.c. */

#include "known-places.h"

#include "clean.h"
#include "file-thread.h"
#include "known-places-file.h"

#include "protocol/fingerprint.h"
#include "protocol/limits.h"

struct _HwKnownPlace
{
  GObject parent_instance;

  HwPlaceRecord *record;
};

G_DEFINE_FINAL_TYPE (HwKnownPlace, hw_known_place, G_TYPE_OBJECT)

struct _HwKnownPlaces
{
  GObject parent_instance;

  char *path;
  HwFileThread *thread;
  GPtrArray *places;     /* latest first */
  GHashTable *forgotten; /* id → gint64: when it was */
};

enum
{
  FORGOTTEN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

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

  g_clear_pointer (&self->record, hw_place_record_free);

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

  return self->record->id;
}

const char *
hw_known_place_get_title (HwKnownPlace *self)
{
  g_return_val_if_fail (HW_IS_KNOWN_PLACE (self), NULL);

  return self->record->title;
}

const char *
hw_known_place_get_address (HwKnownPlace *self)
{
  g_return_val_if_fail (HW_IS_KNOWN_PLACE (self), NULL);

  return self->record->address;
}

const char *
hw_known_place_get_fingerprint (HwKnownPlace *self)
{
  g_return_val_if_fail (HW_IS_KNOWN_PLACE (self), NULL);

  return self->record->fingerprint;
}

gint64
hw_known_place_get_trusted_at (HwKnownPlace *self)
{
  g_return_val_if_fail (HW_IS_KNOWN_PLACE (self), 0);

  return self->record->trusted_at;
}

gint64
hw_known_place_get_used_at (HwKnownPlace *self)
{
  g_return_val_if_fail (HW_IS_KNOWN_PLACE (self), 0);

  return self->record->used_at;
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

  /* Whoever is trusted now is trusted at the next start. */
  hw_file_thread_unref (self->thread);
  g_free (self->path);
  g_ptr_array_unref (self->places);
  g_hash_table_unref (self->forgotten);

  G_OBJECT_CLASS (hw_known_places_parent_class)->finalize (object);
}

static void
hw_known_places_class_init (HwKnownPlacesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hw_known_places_finalize;

  signals[FORGOTTEN] = g_signal_new ("forgotten", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
hw_known_places_init (HwKnownPlaces *self)
{
  self->places = g_ptr_array_new_with_free_func (g_object_unref);
  self->forgotten = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->thread = hw_file_thread_new ();
}

static void
load (HwKnownPlaces *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) records = hw_place_records_read (self->path, &error);

  if (!records)
    {
      g_warning ("%s", error->message);
      return;
    }
  for (guint i = 0; i < records->len; i++)
    {
      HwKnownPlace *place = g_object_new (HW_TYPE_KNOWN_PLACE, NULL);

      place->record = hw_place_record_copy (records->pdata[i]);
      g_ptr_array_add (self->places, place);
    }
}

/* A job of the thread. */
typedef struct
{
  char *path;
  GPtrArray *records;
  GHashTable *forgotten;
} Writing;

static void
run_write (gpointer data)
{
  Writing *writing = data;
  g_autoptr (GError) error = NULL;

  if (!hw_place_records_write (writing->path, writing->records, writing->forgotten, &error))
    g_warning ("%s", error->message);
  g_free (writing->path);
  g_ptr_array_unref (writing->records);
  g_hash_table_unref (writing->forgotten);
  g_free (writing);
}

static void
save (HwKnownPlaces *self)
{
  Writing *writing = g_new0 (Writing, 1);
  GHashTableIter iter;
  gpointer id, at;

  writing->path = g_strdup (self->path);
  writing->records = g_ptr_array_new_with_free_func ((GDestroyNotify) hw_place_record_free);
  for (guint i = 0; i < self->places->len; i++)
    {
      const HwKnownPlace *place = self->places->pdata[i];

      g_ptr_array_add (writing->records, hw_place_record_copy (place->record));
    }
  writing->forgotten = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_iter_init (&iter, self->forgotten);
  while (g_hash_table_iter_next (&iter, &id, &at))
    g_hash_table_insert (writing->forgotten, g_strdup (id), g_memdup2 (at, sizeof (gint64)));
  hw_file_thread_push (self->thread, run_write, NULL, writing);
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

      if (g_str_equal (place->record->id, id))
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

      if (g_ascii_strcasecmp (place->record->address, address) == 0)
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
  if (!place || !place->record->fingerprint)
    {
      HwKnownPlace *here = hw_known_places_find_address (self, address);

      if (here && here->record->fingerprint)
        place = here;
    }
  if (known)
    *known = place;
  if (!place || !place->record->fingerprint)
    return HW_TRUST_NEW;
  return g_str_equal (place->record->fingerprint, fingerprint) ? HW_TRUST_KNOWN : HW_TRUST_CHANGED;
}

/* Puts a new object for @id first: known places are read-only for everybody else. */
static HwKnownPlace *
renew (HwKnownPlaces *self, const char *id, const char *title, const char *address)
{
  HwKnownPlace *place = g_object_new (HW_TYPE_KNOWN_PLACE, NULL);
  HwPlaceRecord *record = g_new0 (HwPlaceRecord, 1);
  guint position = 0;
  HwKnownPlace *old = find_by_id (self, id, &position);

  place->record = record;
  record->id = g_strdup (id);
  record->title = hw_clean_name (title && *title ? title : address, HW_TOPIC_MAX);
  record->address = g_strdup (address);
  record->used_at = g_get_real_time () / G_USEC_PER_SEC;
  g_hash_table_remove (self->forgotten, id);
  if (old)
    {
      record->fingerprint = g_strdup (old->record->fingerprint);
      record->trusted_at = old->record->trusted_at;
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
  if (self->places->len > HW_KNOWN_PLACES_MAX)
    {
      g_ptr_array_set_size (self->places, HW_KNOWN_PLACES_MAX);
      g_list_model_items_changed (G_LIST_MODEL (self), HW_KNOWN_PLACES_MAX, 1, 0);
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
  g_free (place->record->fingerprint);
  place->record->fingerprint = g_strdup (fingerprint);
  place->record->trusted_at = place->record->used_at;
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
  g_autofree char *copy = NULL;
  guint position = 0;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  g_return_if_fail (HW_IS_KNOWN_PLACES (self));
  g_return_if_fail (id != NULL);

  if (!find_by_id (self, id, &position))
    return;
  copy = g_strdup (id);
  g_hash_table_insert (self->forgotten, g_strdup (id), g_memdup2 (&now, sizeof now));
  g_ptr_array_remove_index (self->places, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  save (self);
  g_signal_emit (self, signals[FORGOTTEN], 0, copy);
}

/**
 * hw_known_places_flush:
 * @self: the places
 *
 * Waits until the file says what is known.
 */
void
hw_known_places_flush (HwKnownPlaces *self)
{
  g_return_if_fail (HW_IS_KNOWN_PLACES (self));

  hw_file_thread_flush (self->thread);
}
