/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Completing the name of somebody who is here, as Tab does it: what was typed before the cursor
 * goes in, one name after the other comes out. Names may have several words, so the longest run of
 * words that begins a name is what gets completed. */

#include "hallway-config.h"

#include "name-completion.h"

#include "client/member.h"
#include "protocol/limits.h"
#include "protocol/name.h"

#include <string.h>

struct _HwNameCompletion
{
  GPtrArray *names; /* of char: who was active last comes first */
  gsize length;     /* bytes at the end of what was typed that the name replaces */
  gboolean at;      /* it was begun with an @ */
  gboolean first;   /* the message begins with it: somebody is spoken to */
  int index;        /* of the name given last, -1: none yet */
};

static int
compare_members (gconstpointer a, gconstpointer b)
{
  HwMember *first = *(HwMember *const *) a;
  HwMember *second = *(HwMember *const *) b;
  gint64 first_at = hw_member_get_active_at (first);
  gint64 second_at = hw_member_get_active_at (second);

  if (first_at != second_at)
    return first_at > second_at ? -1 : 1;
  return strcmp (hw_member_get_folded (first), hw_member_get_folded (second));
}

static GPtrArray *
find_names (GListModel *members, const char *typed)
{
  g_autofree char *folded = hw_name_fold (typed);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_object_unref);
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < g_list_model_get_n_items (members); i++)
    {
      g_autoptr (HwMember) member = g_list_model_get_item (members, i);

      if (g_str_has_prefix (hw_member_get_folded (member), folded))
        g_ptr_array_add (found, g_steal_pointer (&member));
    }

  g_ptr_array_sort (found, compare_members);
  for (guint i = 0; i < found->len; i++)
    g_ptr_array_add (names, g_strdup (hw_member_get_name (found->pdata[i])));
  return names;
}

/**
 * hw_name_completion_new:
 * @members: a model of HwMember
 * @before: what stands in the entry before the cursor
 *
 * Looks for somebody whose name begins with the end of @before.
 *
 * Returns: (transfer full) (nullable): the completion, NULL when nobody's name fits
 */
HwNameCompletion *
hw_name_completion_new (GListModel *members, const char *before)
{
  const char *end = before + strlen (before);
  const char *start = before;
  const char *line = strrchr (before, '\n');

  if (line != NULL)
    start = line + 1;
  /* A name has a limited length: no need to look further back. */
  if (g_utf8_strlen (start, -1) > HW_USER_NAME_MAX + 1)
    start = g_utf8_offset_to_pointer (end, -(HW_USER_NAME_MAX + 1));

  for (const char *p = start; p < end; p = g_utf8_next_char (p))
    {
      const char *previous = p > before ? g_utf8_prev_char (p) : NULL;
      const char *name = *p == '@' ? p + 1 : p;
      g_autoptr (GPtrArray) names = NULL;
      HwNameCompletion *self;

      if ((previous != NULL && !g_unichar_isspace (g_utf8_get_char (previous)))
          || g_unichar_isspace (g_utf8_get_char (p)) || *name == '\0')
        continue;

      names = find_names (members, name);
      if (names->len == 0)
        continue;

      self = g_new0 (HwNameCompletion, 1);
      self->names = g_steal_pointer (&names);
      self->length = (gsize) (end - p);
      self->at = *p == '@';
      self->first = p == before;
      self->index = -1;
      return self;
    }

  return NULL;
}

void
hw_name_completion_free (HwNameCompletion *self)
{
  g_ptr_array_unref (self->names);
  g_free (self);
}

/**
 * hw_name_completion_get_length:
 * @self: the completion
 *
 * Returns: how many bytes before the cursor the first name replaces
 */
gsize
hw_name_completion_get_length (HwNameCompletion *self)
{
  return self->length;
}

/**
 * hw_name_completion_next:
 * @self: the completion
 * @step: 1 for the next name, -1 for the one before; it goes round
 *
 * Returns: (transfer full): what to put in place of what was typed, or of the name before
 */
char *
hw_name_completion_next (HwNameCompletion *self, int step)
{
  int n = (int) self->names->len;

  if (self->index < 0)
    self->index = step > 0 ? 0 : n - 1;
  else
    self->index = (self->index + step + n) % n;

  return g_strconcat (self->at ? "@" : "", self->names->pdata[self->index],
                      self->first && !self->at ? ": " : " ", NULL);
}
