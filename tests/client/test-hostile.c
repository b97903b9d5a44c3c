/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A server that says anything: lines made at random from the protocol's own words and from the
 * worst values there are. Whatever comes, the place takes it or ends the link. */

#include "place-fixture.h"

#include "client/place-private.h"
#include "client/room-private.h"

#include <string.h>

/* Lines as a server may send them; %d becomes a number. */
static const char *const lines[] = {
  "\"ev\":\"entry\",\"room\":\"tea\",\"seq\":%d,\"at\":%d,\"kind\":\"message\",\"from\":\"Ben\","
  "\"text\":\"hi Ana\"",
  "\"ev\":\"entry\",\"room\":\"tea\",\"seq\":%d,\"at\":%d,\"kind\":\"joined\",\"from\":\"Zed\"",
  "\"ev\":\"entry\",\"room\":\"tea\",\"seq\":%d,\"at\":%d,\"kind\":\"renamed\",\"from\":\"Ana\","
  "\"to\":\"Anna\"",
  "\"ev\":\"gap\",\"room\":\"tea\",\"after\":%d,\"last\":%d",
  "\"ev\":\"members\",\"room\":\"tea\",\"count\":%d",
  "\"ev\":\"room\",\"room\":\"tea\",\"members\":%d,\"created\":%d",
  "\"ev\":\"room\",\"room\":\"bar %d\",\"members\":%d",
  "\"ev\":\"room-gone\",\"room\":\"bar %d\"",
  "\"ev\":\"typing\",\"room\":\"tea\",\"name\":\"Ben %d\"",
  "\"ev\":\"ping\",\"n\":%d",
  "\"ev\":\"idle-warning\",\"in\":%d",
  "\"ev\":\"announcement\",\"text\":\"so\",\"at\":%d",
  "\"ev\":\"whisper\",\"from\":\"Ben\",\"text\":\"psst\",\"at\":%d",
  "\"ev\":\"held\",\"from\":\"Ben\",\"count\":%d",
  "\"re\":%d,\"ok\":true,\"more\":true,\"last\":%d,\"entries\":[]",
  "\"re\":%d,\"ok\":true,\"last\":%d,\"entries\":[{\"seq\":3,\"at\":1,\"kind\":\"message\","
  "\"text\":\"x\"}]",
  "\"re\":%d,\"ok\":true,\"seq\":%d,\"at\":7",
  "\"re\":%d,\"ok\":true,\"members\":[{\"name\":\"Ben\"},{\"name\":\"Cleo\",\"idle\":%d}]",
  "\"re\":%d,\"ok\":false,\"error\":{\"code\":\"slow-down\",\"retry\":%d}",
  "\"re\":%d,\"ok\":false,\"error\":{\"code\":\"storage\",\"text\":\"full\"}",
};

static const char *const endings[] = {
  "\"ev\":\"kicked\",\"code\":\"idle\",\"text\":\"\"",
  "\"ev\":\"kicked-out\",\"room\":\"tea\"",
  "\"ev\":\"closing\"",
};

static const char *const fields[] = {
  "room",   "seq",     "at",   "kind",  "from", "to",    "by",   "text",  "key",     "reason",
  "count",  "name",    "n",    "in",    "code", "after", "last", "topic", "members", "created",
  "locked", "entries", "more", "rooms", "logs", "log",   "ok",   "error", "users",
};

static const char *const values[] = {
  "\"tea\"",
  "\"tea\"",
  "\"TEA\"",
  "\"bar\"",
  "\"message\"",
  "\"joined\"",
  "\"left\"",
  "\"renamed\"",
  "\"topic\"",
  "\"kicked\"",
  "\"closed\"",
  "\"Ana\"",
  "\"Ben\"",
  "\"\"",
  "\"\\u202e\\u200b\"",
  "\"\\ud83d\\ude00 Ana\"",
  "\"a\\nb\\tc\\u0007\"",
  "0",
  "1",
  "2",
  "3",
  "5",
  "7",
  "100",
  "101",
  "-1",
  "9007199254740991",
  "4294967295",
  "4294967296",
  "2147483648",
  "1.5",
  "1e300",
  "true",
  "false",
  "null",
  "[]",
  "{}",
  "[1,\"x\",null]",
  "[{\"name\":\"Ben\"},{\"name\":\"Cleo\",\"idle\":9007199254740991}]",
  "[{\"name\":\"\"}]",
  "[{\"room\":\"bar\",\"members\":9007199254740991,\"created\":1},{\"room\":\"x\"}]",
  ("[{\"seq\":3,\"at\":1,\"kind\":\"message\",\"from\":\"Ben\",\"text\":\"hi\"},"
   "{\"seq\":4,\"at\":1,\"kind\":\"joined\",\"from\":\"Zed\"}]"),
  "[{\"seq\":1,\"at\":1,\"kind\":\"created\"}]",
  "[{\"seq\":3,\"at\":1,\"kind\":\"message\"},{\"seq\":5,\"at\":1,\"kind\":\"message\"}]",
};

static const char *
pick (const char *const *words, gsize n)
{
  return words[g_test_rand_int_range (0, n)];
}

#define PICK(words) pick (words, G_N_ELEMENTS (words))

static void
append_numbers (GString *line, const char *template)
{
  for (const char *p = template; *p; p++)
    if (g_str_has_prefix (p, "%d"))
      {
        g_string_append_printf (line, "%d", g_test_rand_int_range (0, 300));
        p++;
      }
    else
      g_string_append_c (line, *p);
}

/* Mostly right, so that it gets deep. */
static char *
make_line (void)
{
  g_autoptr (GString) line = g_string_new ("{");

  if (g_test_rand_int_range (0, 300) == 0)
    append_numbers (line, PICK (endings));
  else
    append_numbers (line, PICK (lines));
  switch (g_test_rand_int_range (0, 20))
    {
    case 0: /* a field more, which may be there twice */
      g_string_append_printf (line, ",\"%s\":%s", PICK (fields), PICK (values));
      break;
    case 1: /* the last value is another */
      {
        const char *colon = strrchr (line->str, ':');

        g_string_truncate (line, colon + 1 - line->str);
        g_string_append (line, PICK (values));
        break;
      }
    case 2: /* a byte that does not belong there */
      line->str[g_test_rand_int_range (0, line->len)] = g_test_rand_int_range (1, 256);
      break;
    default:
      break;
    }
  g_string_append_c (line, '}');
  return g_string_free (g_steal_pointer (&line), FALSE);
}

static HwPlace *
make_talking_place (HwKnownPlaces *known)
{
  static const char *const first[] = {
    "{\"ev\":\"room\",\"room\":\"tea\",\"topic\":\"\",\"members\":1,\"created\":1,\"last\":2}",
    "{\"ev\":\"entry\",\"room\":\"tea\",\"seq\":1,\"at\":1,\"kind\":\"created\",\"from\":\"Ben\"}",
    "{\"ev\":\"entry\",\"room\":\"tea\",\"seq\":2,\"at\":1,\"kind\":\"joined\",\"from\":\"Ana\"}",
  };
  HwPlace *place = hw_place_new ("127.0.0.1:1", known, NULL);

  place->step = HW_STEP_READY;
  place->name = g_strdup ("Ana");
  place->id = g_strdup ("x");
  place->rooms_round = 1;
  hw_place_take_line (place, first[0], strlen (first[0]));
  hw_room_set_state (hw_place_find_room (place, "tea"), HW_ROOM_INSIDE, NULL);
  g_list_store_append (place->joined, hw_place_find_room (place, "tea"));
  for (guint i = 1; i < G_N_ELEMENTS (first); i++)
    hw_place_take_line (place, first[i], strlen (first[i]));
  hw_place_set_state (place, HW_PLACE_ONLINE, NULL);
  return place;
}

/* That the protocol was broken is no news here. */
static void
on_broken (const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
}

static void
test_anything (void)
{
  g_autofree char *folder = g_dir_make_tmp ("hallway-hostile-XXXXXX", NULL);
  g_autoptr (HwKnownPlaces) known = make_known_places (folder);
  HwPlace *place = make_talking_place (known);
  guint ended = 0;

  g_log_set_handler ("hw-client", G_LOG_LEVEL_MESSAGE, on_broken, NULL);
  for (guint i = 0; i < 60000; i++)
    {
      g_autofree char *line = make_line ();
      HwRoom *room = hw_place_find_room (place, "tea");

      hw_place_take_line (place, line, strlen (line));
      if (room && hw_place_find_room (place, "tea") == room)
        {
          GListModel *history = G_LIST_MODEL (hw_room_get_history (room));
          guint n = g_list_model_get_n_items (history);

          /* Look where something may be, so that pages are asked for. */
          if (n > 0)
            g_object_unref (g_list_model_get_item (history, g_test_rand_int () % n));
          if (i % 50 == 0)
            hw_room_say (room, "something");
          if (i % 70 == 0)
            hw_room_set_read (room, g_test_rand_int_range (0, 300));
        }
      g_main_context_iteration (NULL, FALSE);
      if (place->step == HW_STEP_READY && place->state == HW_PLACE_ONLINE)
        continue;
      ended++;
      hw_place_disconnect (place);
      g_object_unref (place);
      place = make_talking_place (known);
    }
  g_test_message ("the link was ended %u times", ended);
  g_assert_cmpuint (ended, >, 100);
  /* It never had a link that it could say goodbye on. */
  place->step = HW_STEP_NONE;
  hw_place_disconnect (place);
  g_object_unref (place);
  remove_folder (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hostile/anything", test_anything);
  return g_test_run ();
}
