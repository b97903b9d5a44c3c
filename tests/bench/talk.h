/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* People of a generated place; their names are in the scripts that they write. */
#define TALK_PEOPLE 800

void talk_append_name (GString *text, guint person);
void talk_append_room (GString *text, guint room);
void talk_append_sentence (GString *text, guint person, GRand *random);
