/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "place-fixture.h"
#include "real-server.h"

/**
 * PeopleFixture:
 *
 * Ana and Ben at the real server, who can reach each other without it.
 */
typedef struct
{
  char *folder;
  RealServer *server;
  HwKnownPlaces *known;
  HwPlace *ana; /* (nullable): a test may have dropped them */
  HwPlace *ben; /* (nullable) */
} PeopleFixture;

/* @grace: (nullable): seconds, for the server */
void people_fixture_set_up (PeopleFixture *f, gconstpointer grace);
void people_fixture_tear_down (PeopleFixture *f, gconstpointer data);

HwPlace *make_person (PeopleFixture *f, const char *name);
HwPlace *make_stashing_person (PeopleFixture *f, const char *name, HwStash *stash);
void restart_server (PeopleFixture *f);
void drop_person (HwPlace **place);
GTlsCertificate *make_certificate (const char *folder, const char *id, const char *fingerprint);
