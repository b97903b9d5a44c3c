/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The history under the Up key. It knows no widget: it is told what is being written when the first
 * step back is made, and gives it back after the last step forward. */

#include "hallway-config.h"

#include "said-before.h"

/* Messages that are kept. */
#define KEPT_MAX 100

struct _HwSaidBefore
{
  GPtrArray *kept; /* of char, oldest first */
  int at;          /* index of what is recalled, -1: what is being written */
  char *writing;   /* (nullable): what was being written before the first step */
};

/**
 * hw_said_before_new:
 *
 * Returns: (transfer full): nothing was said yet
 */
HwSaidBefore *
hw_said_before_new (void)
{
  HwSaidBefore *self = g_new0 (HwSaidBefore, 1);

  self->kept = g_ptr_array_new_with_free_func (g_free);
  self->at = -1;
  return self;
}

/**
 * hw_said_before_free:
 * @self: (transfer full): the history
 */
void
hw_said_before_free (HwSaidBefore *self)
{
  g_ptr_array_unref (self->kept);
  g_free (self->writing);
  g_free (self);
}

/**
 * hw_said_before_add:
 * @self: the history
 * @text: what was said now; the same twice is kept once
 */
void
hw_said_before_add (HwSaidBefore *self, const char *text)
{
  hw_said_before_end (self);
  if (self->kept->len > 0 && g_str_equal (self->kept->pdata[self->kept->len - 1], text))
    return;
  if (self->kept->len == KEPT_MAX)
    g_ptr_array_remove_index (self->kept, 0);
  g_ptr_array_add (self->kept, g_strdup (text));
}

/**
 * hw_said_before_step:
 * @self: the history
 * @by: -1 to what was said before, 1 the other way
 * @writing: what stands in the entry
 *
 * Returns: (transfer none) (nullable): what is to stand there; %NULL at the ends
 */
const char *
hw_said_before_step (HwSaidBefore *self, int by, const char *writing)
{
  int at = (self->at < 0 ? (int) self->kept->len : self->at) + by;

  if (at < 0 || at > (int) self->kept->len)
    return NULL;
  if (self->at < 0)
    {
      g_free (self->writing);
      self->writing = g_strdup (writing);
    }
  if (at == (int) self->kept->len)
    {
      self->at = -1;
      return self->writing;
    }
  self->at = at;
  return self->kept->pdata[at];
}

/**
 * hw_said_before_is_recalling:
 * @self: the history
 *
 * Returns: whether something said before stands in the entry
 */
gboolean
hw_said_before_is_recalling (HwSaidBefore *self)
{
  return self->at >= 0;
}

/**
 * hw_said_before_end:
 * @self: the history
 *
 * What stands in the entry is being written from now on.
 */
void
hw_said_before_end (HwSaidBefore *self)
{
  self->at = -1;
}
