/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The file of known places: a key file, read once and replaced as a whole. It decides whom we
 * trust, so one that does not parse is never written over: it is set aside, and said so. Two
 * programs may write it, so each takes over what the other has added since. */

#include "known-places-file.h"

#include "file-thread.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Bytes of the file that are read at most: far more than so many places need. */
#define FILE_MAX (1024 * 1024)

void
hw_place_record_free (HwPlaceRecord *record)
{
  g_free (record->id);
  g_free (record->title);
  g_free (record->address);
  g_free (record->fingerprint);
  g_free (record);
}

/**
 * hw_place_record_copy:
 * @record: a record
 *
 * Any thread.
 *
 * Returns: (transfer full): another that says the same
 */
HwPlaceRecord *
hw_place_record_copy (const HwPlaceRecord *record)
{
  HwPlaceRecord *copy = g_new0 (HwPlaceRecord, 1);

  *copy = *record;
  copy->id = g_strdup (record->id);
  copy->title = g_strdup (record->title);
  copy->address = g_strdup (record->address);
  copy->fingerprint = g_strdup (record->fingerprint);
  return copy;
}

static HwPlaceRecord *
read_record (GKeyFile *file, const char *group)
{
  HwPlaceRecord *record = g_new0 (HwPlaceRecord, 1);

  record->id = g_key_file_get_string (file, group, "id", NULL);
  record->title = g_key_file_get_string (file, group, "title", NULL);
  record->address = g_key_file_get_string (file, group, "address", NULL);
  /* Half a fingerprint must neither match nor count as never seen: it asks, as a changed one. */
  record->fingerprint = g_key_file_get_string (file, group, "fingerprint", NULL);
  record->trusted_at = g_key_file_get_int64 (file, group, "trusted-at", NULL);
  record->used_at = g_key_file_get_int64 (file, group, "used-at", NULL);
  if (!record->id || !*record->id || !record->address || !*record->address)
    {
      hw_place_record_free (record);
      return NULL;
    }
  if (!record->title || !*record->title)
    {
      g_free (record->title);
      record->title = g_strdup (record->address);
    }
  return record;
}

static int
compare_used (gconstpointer a, gconstpointer b)
{
  const HwPlaceRecord *x = *(HwPlaceRecord *const *) a;
  const HwPlaceRecord *y = *(HwPlaceRecord *const *) b;

  return (x->used_at < y->used_at) - (x->used_at > y->used_at);
}

static gboolean
set_aside (const char *path, const char *why, GError **error)
{
  g_autofree char *aside = hw_file_set_aside (path, error);

  if (!aside)
    {
      g_prefix_error (error, "%s: %s; it cannot be set aside, so nothing new is remembered: ", path,
                      why);
      return FALSE;
    }
  g_warning ("%s: %s; it is kept as %s", path, why, aside);
  return TRUE;
}

/* The places of the file at @path, which becomes @file. */
static GPtrArray *
read_records (const char *path, GKeyFile *file, GError **error)
{
  g_autoptr (GPtrArray) records
      = g_ptr_array_new_with_free_func ((GDestroyNotify) hw_place_record_free);
  g_autoptr (GError) problem = NULL;
  g_autofree char *data = NULL;
  g_auto (GStrv) groups = NULL;
  struct stat info;
  gsize length = 0;

  if (stat (path, &info) == 0 && (!S_ISREG (info.st_mode) || info.st_size > FILE_MAX))
    return set_aside (path, "not a list of places", error) ? g_steal_pointer (&records) : NULL;
  if (!g_file_get_contents (path, &data, &length, &problem))
    {
      if (g_error_matches (problem, G_FILE_ERROR, G_FILE_ERROR_NOENT)
          || set_aside (path, problem->message, error))
        return g_steal_pointer (&records);
      return NULL;
    }
  if (!g_key_file_load_from_data (file, data, length, G_KEY_FILE_NONE, &problem))
    return set_aside (path, problem->message, error) ? g_steal_pointer (&records) : NULL;
  groups = g_key_file_get_groups (file, NULL);
  for (char **group = groups; *group && records->len < HW_KNOWN_PLACES_MAX; group++)
    {
      HwPlaceRecord *record = read_record (file, *group);

      if (record)
        g_ptr_array_add (records, record);
    }
  g_ptr_array_sort (records, compare_used);
  return g_steal_pointer (&records);
}

/**
 * hw_place_records_read:
 * @path: the file
 * @error: (nullable): return location
 *
 * Any thread; blocks.
 *
 * Returns: (transfer full) (nullable) (element-type HwPlaceRecord): the places, latest first, none
 *   where there is no file; %NULL if a file is in the way that could not be set aside
 */
GPtrArray *
hw_place_records_read (const char *path, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  return read_records (path, file, error);
}

static HwPlaceRecord *
find (GPtrArray *records, const char *id)
{
  for (guint i = 0; i < records->len; i++)
    if (g_str_equal (((HwPlaceRecord *) records->pdata[i])->id, id))
      return records->pdata[i];
  return NULL;
}

/* Takes from @theirs what is newer than @ours. */
static void
merge (GPtrArray *ours, GPtrArray *theirs, GHashTable *forgotten)
{
  for (guint i = 0; i < theirs->len; i++)
    {
      const HwPlaceRecord *other = theirs->pdata[i];
      const gint64 *forgotten_at = g_hash_table_lookup (forgotten, other->id);
      HwPlaceRecord *own = find (ours, other->id);

      if (!own)
        {
          if (!forgotten_at || other->used_at > *forgotten_at)
            g_ptr_array_add (ours, hw_place_record_copy (other));
          continue;
        }
      own->used_at = MAX (own->used_at, other->used_at);
      if (other->trusted_at <= own->trusted_at)
        continue;
      g_free (own->fingerprint);
      own->fingerprint = g_strdup (other->fingerprint);
      own->trusted_at = other->trusted_at;
    }
  g_ptr_array_sort (ours, compare_used);
  if (ours->len > HW_KNOWN_PLACES_MAX)
    g_ptr_array_set_size (ours, HW_KNOWN_PLACES_MAX);
}

/* What stands in the file beside what we know, as a newer version may have written it: it stays, as
 * long as the place that it belongs to does. */
static void
copy_rest (GKeyFile *before, GPtrArray *records, GKeyFile *file)
{
  g_auto (GStrv) groups = g_key_file_get_groups (before, NULL);

  for (char **group = groups; *group; group++)
    {
      g_autofree char *id = g_key_file_get_string (before, *group, "id", NULL);
      g_auto (GStrv) keys = g_key_file_get_keys (before, *group, NULL, NULL);
      g_autofree char *name = id ? g_uri_escape_string (id, NULL, FALSE) : g_strdup (*group);

      if (id && *id && !find (records, id))
        continue;
      for (char **key = keys; key && *key; key++)
        {
          g_autofree char *value = g_key_file_get_value (before, *group, *key, NULL);

          g_key_file_set_value (file, name, *key, value);
        }
    }
}

static char *
make_data (GKeyFile *before, GPtrArray *records, gsize *length)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  copy_rest (before, records, file);
  for (guint i = 0; i < records->len; i++)
    {
      const HwPlaceRecord *record = records->pdata[i];
      /* An id is the other side's: brackets and line breaks must not reach the file's grammar. */
      g_autofree char *group = g_uri_escape_string (record->id, NULL, FALSE);

      g_key_file_set_string (file, group, "id", record->id);
      g_key_file_set_string (file, group, "title", record->title);
      g_key_file_set_string (file, group, "address", record->address);
      if (record->fingerprint)
        g_key_file_set_string (file, group, "fingerprint", record->fingerprint);
      g_key_file_set_int64 (file, group, "trusted-at", record->trusted_at);
      g_key_file_set_int64 (file, group, "used-at", record->used_at);
    }
  return g_key_file_to_data (file, length, NULL);
}

/* Waits for the other program, which holds it for as long as it takes to write a small file. */
static int
take_lock (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *lock = g_strconcat (path, ".lock", NULL);
  int fd;

  if (g_mkdir_with_parents (folder, 0700) != 0)
    return -1;
  fd = open (lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  while (fd >= 0 && flock (fd, LOCK_EX) != 0 && errno == EINTR)
    ;
  return fd;
}

/**
 * hw_place_records_write:
 * @path: the file
 * @records: (transfer none) (element-type HwPlaceRecord): what we know; becomes what is written
 * @forgotten: (element-type utf8 gint64): ids that the person wants forgotten, and when, seconds
 *   since 1970
 * @error: (nullable): return location
 *
 * Writes the file anew, with what another program has added. Any thread; blocks.
 *
 * Returns: whether it is on the disk
 */
gboolean
hw_place_records_write (const char *path, GPtrArray *records, GHashTable *forgotten, GError **error)
{
  /* Without a lock the worst is that a place is asked about once more. */
  int lock = take_lock (path);
  g_autoptr (GKeyFile) before = g_key_file_new ();
  g_autoptr (GPtrArray) theirs = read_records (path, before, error);
  gboolean done = FALSE;

  if (theirs)
    {
      g_autofree char *data = NULL;
      gsize length = 0;

      merge (records, theirs, forgotten);
      data = make_data (before, records, &length);
      done = hw_file_replace (path, data, length, error);
    }
  if (lock >= 0)
    close (lock);
  return done;
}
