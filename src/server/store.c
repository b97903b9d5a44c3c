/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The place's memory, not there yet: everything fails. */

#include "store-people.h"
#include "store-tools.h"

#include "protocol/error.h"

void
hw_log_info_free (HwLogInfo *self)
{
  g_free (self->room);
  g_free (self->topic);
  g_free (self->password);
  g_free (self);
}

HwStore *
hw_store_open (const char *directory, GError **error)
{
  hw_error_set (error, HW_ERROR_STORAGE, NULL, "There is no storage yet.");
  return NULL;
}

void
hw_store_set_commit_func (HwStore *self, HwStoreCommitFunc func, gpointer user_data)
{
}
int
hw_store_get_fd (HwStore *self)
{
  return -1;
}
void
hw_store_dispatch (HwStore *self)
{
}
void
hw_store_close (HwStore *self)
{
}
const char *
hw_store_get_server_id (HwStore *self)
{
  return "";
}
GPtrArray *
hw_store_list_open_logs (HwStore *self, GError **error)
{
  return NULL;
}
void
hw_store_append (HwStore *self, HwLogEntry *entry, HwStoreAppended callback, gpointer user_data)
{
}
void
hw_store_forget_member (HwStore *self, gint64 log, const char *name)
{
}
void
hw_store_create_log (HwStore *self,
                     const char *room,
                     const char *topic,
                     const char *password_hash,
                     const char *creator,
                     HwStoreCreated callback,
                     gpointer user_data)
{
}
void
hw_store_read (HwStore *self, const HwLogQuery *query, HwStoreRead callback, gpointer user_data)
{
}
void
hw_store_list_logs (
    HwStore *self, gint64 after_id, guint limit, HwStoreListed callback, gpointer user_data)
{
}
void
hw_store_get_stats (HwStore *self, HwStoreStats *stats)
{
}
