/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Stands in for the parts of a place that are about to come: nobody answers. */

#include "place-private.h"
#include "room-private.h"
#include "protocol/error.h"
#include "protocol/name.h"

struct _HwLog
{
  GObject parent_instance;
  HwHistory *history;
};
G_DEFINE_FINAL_TYPE (HwLog, hw_log, G_TYPE_OBJECT)
static void
hw_log_class_init (HwLogClass *k)
{
}
static void
hw_log_init (HwLog *s)
{
  s->history = hw_history_new (0);
}
HwLog *
hw_log_new_from_json (HwPlace *place, JsonObject *row, GError **error)
{
  return g_object_new (HW_TYPE_LOG, NULL);
}
gint64
hw_log_get_id (HwLog *self)
{
  return 0;
}
const char *
hw_log_get_room (HwLog *self)
{
  return "";
}
const char *
hw_log_get_topic (HwLog *self)
{
  return "";
}
gint64
hw_log_get_created (HwLog *self)
{
  return 0;
}
gint64
hw_log_get_closed (HwLog *self)
{
  return 0;
}
guint64
hw_log_get_n_entries (HwLog *self)
{
  return 0;
}
HwHistory *
hw_log_get_history (HwLog *self)
{
  return self->history;
}
void
hw_log_set_live (HwLog *self, gboolean live)
{
}

void
hw_requests_free (HwRequests *self)
{
}
void
hw_place_close_link (HwPlace *self, const GError *reason)
{
}
void
hw_place_cancel_retry (HwPlace *self)
{
}
void
hw_place_stop_keeping (HwPlace *self)
{
}
void
hw_place_init_session (HwPlace *self)
{
}
void
hw_place_init_rooms (HwPlace *self)
{
  self->rooms = g_list_store_new (HW_TYPE_ROOM);
  self->joined = g_list_store_new (HW_TYPE_ROOM);
}
void
hw_room_init_people (HwRoom *self)
{
  self->members = hw_member_list_new ();
  self->typists = g_ptr_array_new ();
  self->typing = g_new0 (char *, 1);
  self->uncounted = g_array_new (FALSE, FALSE, 16);
}
void
hw_room_stop_log (HwRoom *self)
{
}
void
hw_room_clear_log (HwRoom *self)
{
}
void
hw_room_clear_people (HwRoom *self)
{
}
HwHistory *
hw_room_make_history (HwRoom *self)
{
  if (!self->history)
    self->history = hw_history_new (0);
  return self->history;
}

HwRoom *
hw_place_find_room (HwPlace *self, const char *name)
{
  return NULL;
}
static void
nobody (gpointer self, GCancellable *c, GAsyncReadyCallback cb, gpointer d)
{
  g_autoptr (GTask) task = g_task_new (self, c, cb, d);
  g_task_return_error (task, hw_error_new (HW_ERROR_FAILED, NULL, "Nobody answers."));
}
void
hw_place_connect (HwPlace *self, const char *name, const char *password)
{
  g_autoptr (GError) error = hw_error_new (HW_ERROR_FAILED, NULL, "Nobody answers.");
  hw_place_set_state (self, HW_PLACE_ENDED, error);
}
void
hw_place_log_in (HwPlace *self, const char *name, const char *password, gboolean takeover)
{
}
void
hw_place_trust (HwPlace *self)
{
}
void
hw_place_disconnect (HwPlace *self)
{
}
void
hw_place_retry_now (HwPlace *self)
{
}
void
hw_place_stay (HwPlace *self)
{
}
void
hw_place_set_present (HwPlace *self)
{
}
void
hw_place_join_async (HwPlace *self,
                     const char *room,
                     const char *password,
                     GCancellable *c,
                     GAsyncReadyCallback cb,
                     gpointer d)
{
  nobody (self, c, cb, d);
}
HwRoom *
hw_place_join_finish (HwPlace *self, GAsyncResult *r, GError **error)
{
  return g_task_propagate_pointer (G_TASK (r), error);
}
void
hw_place_create_async (HwPlace *self,
                       const char *room,
                       const char *topic,
                       const char *password,
                       GCancellable *c,
                       GAsyncReadyCallback cb,
                       gpointer d)
{
  nobody (self, c, cb, d);
}
HwRoom *
hw_place_create_finish (HwPlace *self, GAsyncResult *r, GError **error)
{
  return g_task_propagate_pointer (G_TASK (r), error);
}
void
hw_place_request_async (HwPlace *self,
                        const char *op,
                        JsonObject *fields,
                        GCancellable *c,
                        GAsyncReadyCallback cb,
                        gpointer d)
{
  nobody (self, c, cb, d);
}
JsonObject *
hw_place_request_finish (HwPlace *self, GAsyncResult *r, GError **error)
{
  return g_task_propagate_pointer (G_TASK (r), error);
}
void
hw_place_admin_async (
    HwPlace *self, const char *password, GCancellable *c, GAsyncReadyCallback cb, gpointer d)
{
  nobody (self, c, cb, d);
}
gboolean
hw_place_admin_finish (HwPlace *self, GAsyncResult *r, GError **error)
{
  return g_task_propagate_boolean (G_TASK (r), error);
}
void
hw_place_list_logs_async (HwPlace *self, GCancellable *c, GAsyncReadyCallback cb, gpointer d)
{
  nobody (self, c, cb, d);
}
GListModel *
hw_place_list_logs_finish (HwPlace *self, GAsyncResult *r, GError **error)
{
  return g_task_propagate_pointer (G_TASK (r), error);
}
void
hw_place_shutdown_async (HwPlace *self,
                         const char *password,
                         const char *text,
                         GCancellable *c,
                         GAsyncReadyCallback cb,
                         gpointer d)
{
  nobody (self, c, cb, d);
}
gboolean
hw_place_shutdown_finish (HwPlace *self, GAsyncResult *r, GError **error)
{
  return g_task_propagate_boolean (G_TASK (r), error);
}
HwEntry *
hw_room_say (HwRoom *self, const char *text)
{
  g_autoptr (HwEntry) entry = hw_entry_new_message (g_get_real_time () / 1000, "", text, "");
  hw_history_add_unsaved (hw_room_get_history (self), entry);
  return entry;
}
void
hw_room_retry (HwRoom *self, HwEntry *entry)
{
}
void
hw_room_discard (HwRoom *self, HwEntry *entry)
{
}
void
hw_room_notify_typing (HwRoom *self)
{
}
void
hw_room_set_read (HwRoom *self, guint64 seq)
{
}
void
hw_room_leave_async (HwRoom *self, GCancellable *c, GAsyncReadyCallback cb, gpointer d)
{
  nobody (self, c, cb, d);
}
gboolean
hw_room_leave_finish (HwRoom *self, GAsyncResult *r, GError **error)
{
  return g_task_propagate_boolean (G_TASK (r), error);
}
