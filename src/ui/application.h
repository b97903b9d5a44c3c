/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "chat-window.h"
#include "desktop.h"

#include "client/host.h"
#include "client/place.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef struct _HwHostKeeper HwHostKeeper;
typedef struct _HwMenuWindow HwMenuWindow;

#define HW_TYPE_APPLICATION (hw_application_get_type ())
/**
 * HwApplication:
 *
 * The program: it keeps the places that are open, the places that are remembered, and one window of
 * each sort for each of them.
 */
G_DECLARE_FINAL_TYPE (HwApplication, hw_application, HW, APPLICATION, GtkApplication)

HwApplication *hw_application_new (void);

HwKnownPlaces *hw_application_get_known_places (HwApplication *self); /* (transfer none) */
HwSecrets *hw_application_get_secrets (HwApplication *self);          /* (transfer none) */
GListModel *hw_application_get_places (HwApplication *self);          /* (transfer none): HwPlace */
HwPlace *hw_application_find_place (HwApplication *self,
                                    const char *address); /* (transfer none) (nullable) */
HwPlace *hw_application_add_place (HwApplication *self,
                                   const char *address,
                                   GError **error); /* (transfer none) (nullable): the one there is,
                                                       or a new one */
void hw_application_release_place (HwApplication *self, HwPlace *place);
void hw_application_close_place (HwApplication *self, HwPlace *place);

HwHostKeeper *hw_application_get_host_keeper (HwApplication *self); /* (transfer none) */
HwDesktop *hw_application_get_desktop (HwApplication *self);        /* (transfer none) */
GtkWindow *hw_application_get_parent (HwApplication *self);         /* (transfer none) (nullable) */
gboolean hw_application_asks_before_end (HwApplication *self, GtkWindow *closing);
gboolean hw_application_keeps_place (HwApplication *self, HwPlace *place);

HwMenuWindow *hw_application_open_menu (HwApplication *self); /* (transfer none) */
void hw_application_show_place (HwApplication *self, HwPlace *place);
void hw_application_ask_for_room (HwApplication *self, HwPlace *place, const char *room);
void hw_application_raise (HwApplication *self);
HwChatWindow *hw_application_open_chat (HwApplication *self,
                                        HwPlace *place,
                                        gpointer conversation); /* (transfer none) */
void hw_application_open_room (HwApplication *self, HwPlace *place, HwRoom *room);
void hw_application_open_logs (HwApplication *self, HwPlace *place);

G_END_DECLS
