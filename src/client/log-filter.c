/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What of a log is looked at. The server knows persons, kinds and words; the span of time is ours
 * to keep, for it can only be asked where that begins. */

#include "log-filter.h"

/**
 * hw_log_filter_new:
 *
 * Returns: (transfer full): a filter that lets everything through
 */
HwLogFilter *
hw_log_filter_new (void)
{
  return g_new0 (HwLogFilter, 1);
}

/**
 * hw_log_filter_copy:
 * @self: a filter
 *
 * Returns: (transfer full): another one like it
 */
HwLogFilter *
hw_log_filter_copy (const HwLogFilter *self)
{
  HwLogFilter *copy = g_new0 (HwLogFilter, 1);

  *copy = *self;
  copy->from = g_strdup (self->from);
  copy->find = g_strdup (self->find);
  return copy;
}

/**
 * hw_log_filter_free:
 * @self: (nullable) (transfer full): a filter
 */
void
hw_log_filter_free (HwLogFilter *self)
{
  if (!self)
    return;
  g_free (self->from);
  g_free (self->find);
  g_free (self);
}

/**
 * hw_log_filter_has_fields:
 * @self: a filter
 *
 * Returns: whether it is more than a span of time
 */
gboolean
hw_log_filter_has_fields (const HwLogFilter *self)
{
  return self->from || self->kinds || self->find;
}

/**
 * hw_log_filter_is_empty:
 * @self: a filter
 *
 * Returns: whether it lets everything through
 */
gboolean
hw_log_filter_is_empty (const HwLogFilter *self)
{
  return !hw_log_filter_has_fields (self) && !self->since && !self->until;
}

/**
 * hw_log_filter_add_fields:
 * @self: a filter
 * @fields: (transfer none): of a log-read, to which the person, the kinds and the words are added
 */
void
hw_log_filter_add_fields (const HwLogFilter *self, JsonObject *fields)
{
  if (self->from)
    json_object_set_string_member (fields, "from", self->from);
  if (self->find)
    json_object_set_string_member (fields, "find", self->find);
  if (self->kinds)
    {
      JsonArray *kinds = json_array_new ();

      for (guint kind = 0; kind < 32; kind++)
        {
          const char *name
              = self->kinds & 1u << kind ? hw_entry_kind_to_string ((HwEntryKind) kind) : NULL;

          if (name)
            json_array_add_string_element (kinds, name);
        }
      json_object_set_array_member (fields, "kinds", kinds);
    }
}

/**
 * hw_log_filter_to_variant:
 * @self: a filter
 *
 * Returns: (transfer floating): it as (susxx), to be kept
 */
GVariant *
hw_log_filter_to_variant (const HwLogFilter *self)
{
  return g_variant_new ("(susxx)", self->from ? self->from : "", self->kinds,
                        self->find ? self->find : "", self->since, self->until);
}

/**
 * hw_log_filter_new_from_variant:
 * @variant: (transfer none): what hw_log_filter_to_variant() gave
 *
 * Returns: (transfer full): the filter
 */
HwLogFilter *
hw_log_filter_new_from_variant (GVariant *variant)
{
  HwLogFilter *self = hw_log_filter_new ();
  const char *from, *find;

  g_variant_get (variant, "(&su&sxx)", &from, &self->kinds, &find, &self->since, &self->until);
  self->from = *from ? g_strdup (from) : NULL;
  self->find = *find ? g_strdup (find) : NULL;
  return self;
}
