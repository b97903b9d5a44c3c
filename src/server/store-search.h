/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store-tokenizer.h"

G_BEGIN_DECLS

/**
 * HwSearch:
 *
 * What somebody looks for, taken apart: words, beginnings of words, phrases, all of which a text
 * must have. Asks the index, and compares texts that are not in it by the same tokens.
 */
typedef struct _HwSearch HwSearch;

HwSearch *hw_search_new (HwTokenizer *tokenizer, const char *find, GError **error);
void hw_search_free (HwSearch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwSearch, hw_search_free)
gboolean hw_search_is_hopeless (HwSearch *self);
gboolean hw_search_is_wide (HwSearch *self);
gboolean hw_search_is_exact (HwSearch *self);
gboolean hw_search_has_prefix (HwSearch *self);
void hw_search_append_expression (HwSearch *self, GString *expression);
gboolean hw_search_matches (HwSearch *self, const char *text);

G_END_DECLS
