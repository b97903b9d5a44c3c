/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What was being written and not sent, for each conversation of a place, while its page is closed.
 * Kept as long as the place is, in memory only. */

#include "hallway-config.h"

#include "drafts.h"

#include "protocol/name.h"

static GHashTable *
get_drafts (HwPlace *place)
{
  static GQuark quark;
  GHashTable *drafts;

  if (quark == 0)
    quark = g_quark_from_static_string ("hw-drafts");

  drafts = g_object_get_qdata (G_OBJECT (place), quark);
  if (drafts == NULL)
    {
      drafts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
      g_object_set_qdata_full (G_OBJECT (place), quark, drafts,
                               (GDestroyNotify) g_hash_table_unref);
    }
  return drafts;
}

/**
 * hw_drafts_keep:
 * @place: a place
 * @conversation: the name of a room there, in any spelling
 * @text: what stands in its entry; "" forgets what stood there before
 */
void
hw_drafts_keep (HwPlace *place, const char *conversation, const char *text)
{
  g_autofree char *folded = hw_name_fold (conversation);

  if (*text == '\0')
    g_hash_table_remove (get_drafts (place), folded);
  else
    g_hash_table_insert (get_drafts (place), g_steal_pointer (&folded), g_strdup (text));
}

/**
 * hw_drafts_take:
 * @place: a place
 * @conversation: the name of a room there, in any spelling
 *
 * Returns: (transfer full) (nullable): what was being written there; it is no longer kept
 */
char *
hw_drafts_take (HwPlace *place, const char *conversation)
{
  g_autofree char *folded = hw_name_fold (conversation);
  char *text = g_strdup (g_hash_table_lookup (get_drafts (place), folded));

  g_hash_table_remove (get_drafts (place), folded);
  return text;
}
