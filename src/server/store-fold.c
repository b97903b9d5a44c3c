/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Remembers the folded forms of names. */

#include "store-fold.h"

#include "protocol/name.h"

/* Names that are remembered; then it starts anew. */
#define NAMES_MAX 4096

struct _HwFoldCache
{
  GHashTable *names;
};

/**
 * hw_fold_cache_new:
 *
 * Returns: (transfer full): a cache
 */
HwFoldCache *
hw_fold_cache_new (void)
{
  HwFoldCache *self = g_new0 (HwFoldCache, 1);

  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

/**
 * hw_fold_cache_free:
 * @self: (transfer full): a cache
 */
void
hw_fold_cache_free (HwFoldCache *self)
{
  g_hash_table_unref (self->names);
  g_free (self);
}

/**
 * hw_fold_cache_get:
 * @self: a cache
 * @name: a name
 *
 * Returns: (transfer none): its folded form, until the next call
 */
const char *
hw_fold_cache_get (HwFoldCache *self, const char *name)
{
  char *folded = g_hash_table_lookup (self->names, name);

  if (folded)
    return folded;
  if (g_hash_table_size (self->names) >= NAMES_MAX)
    g_hash_table_remove_all (self->names);
  folded = hw_name_fold (name);
  g_hash_table_insert (self->names, g_strdup (name), folded);
  return folded;
}

static void
fold (sqlite3_context *context, int n_values, sqlite3_value **values)
{
  const char *name = (const char *) sqlite3_value_text (values[0]);

  sqlite3_result_text (context, hw_fold_cache_get (sqlite3_user_data (context), name ? name : ""),
                       -1, SQLITE_TRANSIENT);
}

/**
 * hw_fold_add_function:
 * @db: a connection
 * @error: what failed
 *
 * Gives @db the SQL function fold(name).
 *
 * Returns: whether it has it
 */
gboolean
hw_fold_add_function (HwDb *db, GError **error)
{
  if (sqlite3_create_function_v2 (hw_db_get_handle (db), "fold", 1,
                                  SQLITE_UTF8 | SQLITE_DETERMINISTIC, hw_fold_cache_new (), fold,
                                  NULL, NULL, (GDestroyNotify) hw_fold_cache_free)
      == SQLITE_OK)
    return TRUE;
  hw_db_set_error (db, error);
  return FALSE;
}
