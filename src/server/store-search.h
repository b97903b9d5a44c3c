/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store-db.h"

G_BEGIN_DECLS

/**
 * HwSearch:
 *
 * What somebody looks for, taken apart: words, beginnings of words, phrases, all of which a text
 * must have. Asks the index, and compares texts that are not in it by the same tokens.
 */
typedef struct _HwSearch HwSearch;

/* The words of a text, as the index knows them. Belongs to a connection and its thread. */
typedef struct _HwTokenizer HwTokenizer;

HwTokenizer *hw_tokenizer_new (HwDb *db, GError **error);
void hw_tokenizer_free (HwTokenizer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwTokenizer, hw_tokenizer_free)

HwSearch *hw_search_new (HwTokenizer *tokenizer, const char *find, GError **error);
void hw_search_free (HwSearch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwSearch, hw_search_free)
gboolean hw_search_is_hopeless (HwSearch *self);
gboolean hw_search_is_wide (HwSearch *self);
void hw_search_append_expression (HwSearch *self, GString *expression);
gboolean hw_search_matches (HwSearch *self, const char *text);

/* Tags: what an entry is found by beside its words. */
char *hw_search_dup_author_tag (const char *folded);
gboolean hw_search_add_functions (HwDb *db, GError **error);

G_END_DECLS
