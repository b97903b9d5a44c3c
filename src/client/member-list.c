/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HwMemberList: a sorted array of members. A room rarely has more than some hundred, and never more
 * than a server holds, so a binary search and a memmove are the fastest index there is. */

#include "member-list.h"

#include "member-private.h"

#include "protocol/name.h"

struct _HwMemberList
{
  GObject parent_instance;

  GPtrArray *members;
};

static void hw_member_list_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HwMemberList,
                               hw_member_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, hw_member_list_iface_init))

static GType
hw_member_list_get_item_type (GListModel *model)
{
  return HW_TYPE_MEMBER;
}

static guint
hw_member_list_get_n_items (GListModel *model)
{
  return HW_MEMBER_LIST (model)->members->len;
}

static gpointer
hw_member_list_get_item (GListModel *model, guint position)
{
  HwMemberList *self = HW_MEMBER_LIST (model);

  return position < self->members->len ? g_object_ref (self->members->pdata[position]) : NULL;
}

static void
hw_member_list_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = hw_member_list_get_item_type;
  iface->get_n_items = hw_member_list_get_n_items;
  iface->get_item = hw_member_list_get_item;
}

/* Where @folded stands, or should. */
static gboolean
find_position (HwMemberList *self, const char *folded, guint *position)
{
  guint low = 0;
  guint high = self->members->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      int order = strcmp (hw_member_get_folded (self->members->pdata[middle]), folded);

      if (order == 0)
        {
          *position = middle;
          return TRUE;
        }
      if (order < 0)
        low = middle + 1;
      else
        high = middle;
    }
  *position = low;
  return FALSE;
}

static void
hw_member_list_finalize (GObject *object)
{
  g_ptr_array_unref (HW_MEMBER_LIST (object)->members);

  G_OBJECT_CLASS (hw_member_list_parent_class)->finalize (object);
}

static void
hw_member_list_class_init (HwMemberListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hw_member_list_finalize;
}

static void
hw_member_list_init (HwMemberList *self)
{
  self->members = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * hw_member_list_new:
 *
 * Returns: (transfer full): an empty list
 */
HwMemberList *
hw_member_list_new (void)
{
  return g_object_new (HW_TYPE_MEMBER_LIST, NULL);
}

/**
 * hw_member_list_get_size:
 * @self: a list
 *
 * Returns: how many there are
 */
guint
hw_member_list_get_size (HwMemberList *self)
{
  return self->members->len;
}

/**
 * hw_member_list_find:
 * @self: a list
 * @name: a name in any spelling
 *
 * Returns: (transfer none) (nullable): who has it
 */
HwMember *
hw_member_list_find (HwMemberList *self, const char *name)
{
  g_autofree char *folded = hw_name_fold (name);
  guint position;

  if (!folded || !find_position (self, folded, &position))
    return NULL;
  return self->members->pdata[position];
}

/**
 * hw_member_list_add:
 * @self: a list
 * @member: (transfer none): who is to be in it
 *
 * Adds @member, or takes over its news if the person is there.
 */
void
hw_member_list_add (HwMemberList *self, HwMember *member)
{
  guint position;

  if (find_position (self, hw_member_get_folded (member), &position))
    {
      hw_member_update (self->members->pdata[position], member);
      return;
    }
  g_ptr_array_insert (self->members, position, g_object_ref (member));
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);
}

/**
 * hw_member_list_remove:
 * @self: a list
 * @name: who is to go
 *
 * Returns: whether the person was there
 */
gboolean
hw_member_list_remove (HwMemberList *self, const char *name)
{
  g_autofree char *folded = hw_name_fold (name);
  guint position;

  if (!folded || !find_position (self, folded, &position))
    return FALSE;
  g_ptr_array_remove_index (self->members, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  return TRUE;
}

static int
compare_members (gconstpointer a, gconstpointer b)
{
  return strcmp (hw_member_get_folded (*(HwMember *const *) a),
                 hw_member_get_folded (*(HwMember *const *) b));
}

/* (transfer full): @members sorted, each person once. */
static GPtrArray *
sort_once (GPtrArray *members)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new_with_free_func (g_object_unref);
  GPtrArray *once = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < members->len; i++)
    g_ptr_array_add (sorted, g_object_ref (members->pdata[i]));
  g_ptr_array_sort (sorted, compare_members);
  for (guint i = 0; i < sorted->len; i++)
    if (i == 0 || compare_members (&sorted->pdata[i], &sorted->pdata[i - 1]) != 0)
      g_ptr_array_add (once, g_object_ref (sorted->pdata[i]));
  return once;
}

/**
 * hw_member_list_replace:
 * @self: a list
 * @members: (transfer none): everybody who is to be in it, in any order
 *
 * Makes the list hold just these. Who stays is the same object, and nothing is signalled for those,
 * so that a selection and the scroll position survive.
 */
void
hw_member_list_replace (HwMemberList *self, GPtrArray *members)
{
  g_autoptr (GPtrArray) sorted = sort_once (members);
  guint i = 0;

  /* From a list that was empty it is one change, however long it is. */
  if (self->members->len == 0 && sorted->len > 0)
    {
      g_ptr_array_extend_and_steal (self->members, g_steal_pointer (&sorted));
      g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, self->members->len);
      return;
    }
  while (i < self->members->len)
    {
      int order
          = i < sorted->len ? compare_members (&self->members->pdata[i], &sorted->pdata[i]) : -1;

      if (order < 0)
        {
          g_ptr_array_remove_index (self->members, i);
          g_list_model_items_changed (G_LIST_MODEL (self), i, 1, 0);
          continue;
        }
      /* Known: takes the news. Not known: comes to stand just here. */
      hw_member_list_add (self, sorted->pdata[i]);
      i++;
    }
  for (; i < sorted->len; i++)
    hw_member_list_add (self, sorted->pdata[i]);
}
