/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HwTextMark:
 * @start: first byte
 * @end: byte after the last
 *
 * A part of a text that means something.
 */
typedef struct
{
  guint start;
  guint end;
} HwTextMark;

void hw_text_marks_find_links (const char *text, GArray *marks);
char *hw_text_marks_get_uri (const char *text, const HwTextMark *mark);
void hw_text_marks_find_name (const char *text, const char *name, GArray *marks);
void hw_text_marks_find_words (const char *text, const char *const *words, GArray *marks);

G_END_DECLS
