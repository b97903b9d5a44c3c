/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the parts of direct connections share: direct.c listens and knows where people are,
 * direct-guest.c is a connection that somebody opened to us, direct-call.c one that we opened,
 * direct-send.c what we say over those. */

#pragma once

#include "direct.h"

G_BEGIN_DECLS

/**
 * HwWhere:
 *
 * Where a person's own client listens, as the server says.
 */
typedef struct
{
  char *address;
  guint16 port;
  char *fingerprint;
} HwWhere;

typedef struct _HwDirectGuest HwDirectGuest;
typedef struct _HwDirectCall HwDirectCall;

/* One of @where and @error is given, both (transfer none). */
typedef void (*HwWhereFunc) (const HwWhere *where, const GError *error, gpointer user_data);

/* What came of a request: @size is that of a file that follows, or -1. An error of %HW_ERROR is the
 * other side's answer, all others say that there is none. */
typedef void (*HwCallFunc) (gint64 size, const GError *error, gpointer user_data);

struct _HwDirect
{
  GObject parent_instance;

  HwPlace *place; /* weak */
  GTlsCertificate *certificate;
  char *fingerprint;
  const HwDirectHandler *handler;
  gpointer user_data;

  GSocketService *service; /* (nullable): closed */
  guint16 port;
  GPtrArray *guests;   /* of HwDirectGuest, counted */
  GHashTable *calls;   /* folded name → HwDirectCall, counted */
  GHashTable *where;   /* folded name → Known */
  GHashTable *avoided; /* folded name → gint64 *: not before that time, monotonic */
  double questions;    /* how many more guests may be asked about now */
  gint64 questions_at;
};

HwWhere *hw_where_copy (const HwWhere *self);
void hw_where_free (HwWhere *self);

/* direct.c */
void hw_direct_look_up (HwDirect *self,
                        const char *name,
                        GCancellable *cancellable,
                        HwWhereFunc func,
                        gpointer user_data);
void hw_direct_forget_where (HwDirect *self, const char *folded);
gboolean hw_direct_may_stay (HwDirect *self, HwDirectGuest *guest);
gboolean hw_direct_may_question (HwDirect *self);
void hw_direct_remove_guest (HwDirect *self, HwDirectGuest *guest);

/* direct-guest.c */
HwDirectGuest *hw_direct_guest_new (HwDirect *direct, GSocketConnection *connection);
void hw_direct_guest_unref (HwDirectGuest *self);
void hw_direct_guest_close (HwDirectGuest *self);
gboolean hw_direct_guest_is_known (HwDirectGuest *self);
gboolean hw_direct_guest_is_same (HwDirectGuest *self, HwDirectGuest *other);
const char *hw_direct_guest_get_address (HwDirectGuest *self);
gint64 hw_direct_guest_get_age (HwDirectGuest *self);

/* direct-call.c */
HwDirectCall *hw_direct_call_new (const HwWhere *where, GTlsCertificate *certificate);
HwDirectCall *hw_direct_call_ref (HwDirectCall *self);
void hw_direct_call_unref (HwDirectCall *self);
void hw_direct_call_ask (HwDirectCall *self,
                         HwPeerRequest *request,
                         guint deadline,
                         HwCallFunc func,
                         gpointer user_data);
gboolean hw_direct_call_is_free (HwDirectCall *self);
gboolean hw_direct_call_goes_to (HwDirectCall *self, const HwWhere *where);
GIOStream *hw_direct_call_steal (HwDirectCall *self, GSocketConnection **connection, GBytes **rest);
void hw_direct_call_close (HwDirectCall *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwWhere, hw_where_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwDirectGuest, hw_direct_guest_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwDirectCall, hw_direct_call_unref)

G_END_DECLS
