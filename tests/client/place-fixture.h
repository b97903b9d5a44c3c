/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/history-private.h"
#include "client/place.h"

#include "fake-server.h"

/* Runs the main loop until @condition holds; a minute is for machines that do much else. */
#define wait_until(condition)                                                \
  G_STMT_START                                                               \
  {                                                                          \
    gint64 until_ = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;           \
    while (!(condition))                                                     \
      {                                                                      \
        if (g_get_monotonic_time () > until_)                                \
          g_error ("%s:%d: never came: %s", __FILE__, __LINE__, #condition); \
        if (!g_main_context_iteration (NULL, FALSE))                         \
          g_usleep (500);                                                    \
      }                                                                      \
  }                                                                          \
  G_STMT_END

typedef struct
{
  char *folder;
  FakeServer *server;
  HwKnownPlaces *known;
  HwPlace *place;
} PlaceFixture;

void place_fixture_set_up (PlaceFixture *f, gconstpointer data);
void place_fixture_tear_down (PlaceFixture *f, gconstpointer data);

HwKnownPlaces *make_known_places (const char *folder);
void remove_folder (const char *folder);
char *read_all_files (const char *folder);

HwPlace *make_place (PlaceFixture *f);
void go_online (PlaceFixture *f, const char *name);
HwRoom *join_room (HwPlace *place, const char *name);
HwRoom *try_to_join (HwPlace *place, const char *name, const char *password, GError **error);
HwRoom *create_room (HwPlace *place, const char *name);
void idle_for (guint milliseconds);
void load_all (HwRoom *room);
char *describe_history (HwRoom *room);
char *describe_log (FakeRoom *room);
