/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "poller.h"
#include "session.h"

G_BEGIN_DECLS

/* Called for each person, in the order of folded names; FALSE stops. */
typedef gboolean (*HwPeopleFunc) (HwSession *session, gpointer user_data);

HwPeople *hw_people_new (HwPoller *poller, gint64 idle, gint64 grace);
void hw_people_free (HwPeople *self);

HwSession *hw_people_find (HwPeople *self, const char *folded);
HwSession *hw_people_find_token (HwPeople *self, const char *token);
char *hw_people_new_guest_name (HwPeople *self);
guint hw_people_get_n (HwPeople *self);
void hw_people_foreach (HwPeople *self, const char *after, HwPeopleFunc func, gpointer user_data);
GPtrArray *hw_people_list (HwPeople *self);

HwTimerWheel *hw_people_get_wheel (HwPeople *self);
gint64 hw_people_get_idle (HwPeople *self);
gint64 hw_people_get_grace (HwPeople *self);

/* For sessions only */
void hw_people_add (HwPeople *self, HwSession *session);
void hw_people_remove (HwPeople *self, HwSession *session);

G_END_DECLS
