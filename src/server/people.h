/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "poller.h"
#include "session.h"
#include "store.h"

G_BEGIN_DECLS

/* Called for each person, in the order of folded names; FALSE stops. */
typedef gboolean (*HwPeopleFunc) (HwSession *session, gpointer user_data);

/* Whether a name is spoken for by somebody who may not be here. */
typedef gboolean (*HwPeopleTakenFunc) (const char *folded, gpointer user_data);

HwPeople *hw_people_new (HwPoller *poller, HwStore *store, gint64 idle, gint64 grace);
void hw_people_free (HwPeople *self);

HwSession *hw_people_find (HwPeople *self, const char *folded);
HwSession *hw_people_find_token (HwPeople *self, const char *token);
char *hw_people_new_guest_name (HwPeople *self, HwPeopleTakenFunc is_taken, gpointer user_data);
guint hw_people_get_n (HwPeople *self);
void hw_people_foreach (HwPeople *self, const char *after, HwPeopleFunc func, gpointer user_data);
GPtrArray *hw_people_list (HwPeople *self);

HwStore *hw_people_get_store (HwPeople *self);
HwTimerWheel *hw_people_get_wheel (HwPeople *self);
gint64 hw_people_get_idle (HwPeople *self);
gint64 hw_people_get_grace (HwPeople *self);

gboolean hw_people_rename (HwPeople *self, HwSession *session, const char *name, GError **error);
void hw_people_leave_mail (HwPeople *self, HwSession *session);
gboolean hw_people_claim_mail (HwPeople *self, const char *folded, const char *token);
void hw_people_release (HwPeople *self, HwSession *session, const char *folded);

/* For sessions only */
void hw_people_add (HwPeople *self, HwSession *session);
void hw_people_remove (HwPeople *self, HwSession *session);

G_END_DECLS
