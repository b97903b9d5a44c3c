/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store-db.h"

G_BEGIN_DECLS

/**
 * HwTokenizer:
 *
 * The words of a text, as the index knows them, and as somebody looks for them. For one thread.
 */
typedef struct _HwTokenizer HwTokenizer;

HwTokenizer *hw_tokenizer_new (void);
void hw_tokenizer_free (HwTokenizer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwTokenizer, hw_tokenizer_free)

/* As FTS5 wants it: anything but 0 ends it. @start and @end: bytes of the text. */
typedef int (*HwTokenFunc) (
    void *user_data, int flags, const char *token, int length, int start, int end);

int hw_tokenizer_split (
    HwTokenizer *self, const char *text, gsize length, HwTokenFunc func, gpointer user_data);

/* Lets the tables of @db use it, by the name HW_TOKENIZER_NAME. */
#define HW_TOKENIZER_NAME "hallway"
gboolean hw_tokenizer_register (HwDb *db, GError **error);

G_END_DECLS
