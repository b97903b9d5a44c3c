/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Fills a data directory, the same way for the same arguments: with one long log, what the reading
 * of long logs is measured with, or with a whole place, in which people talked in many rooms for
 * two years. One message in a million has the word "quetzal". */

#include "talk.h"

#include "server/store-schema.h"

#include "protocol/entry-kind.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define PEOPLE   500
#define WORDS    20000
#define INTERVAL 700 /* milliseconds between two entries */
#define START    G_GINT64_CONSTANT (1763625600000)
#define BATCH    100000
#define RARE     1000000

#define MINUTE (G_GINT64_CONSTANT (60) * 1000)
#define DAY    (24 * 60 * MINUTE)
#define YEARS  2

static const char insert[] = "INSERT INTO entries (log, seq, at, kind, reason, author, text)"
                             " VALUES (1, ?, ?, ?, ?, ?, ?)";
static const char insert_into[] = "INSERT INTO entries (log, seq, at, kind, reason, author, text)"
                                  " VALUES (?, ?, ?, ?, ?, ?, ?)";

/* Few words are frequent, most are not, as in a language. */
static void
append_word (GString *text, GRand *random)
{
  static const char *const syllables[] = { "ka",  "lo",  "mi", "ren", "tu",  "sha", "vo", "ne",
                                           "pil", "dar", "go", "fe",  "bri", "zu",  "xa", "ho" };
  guint word = WORDS * g_rand_double (random) * g_rand_double (random) * g_rand_double (random);

  if (text->len > 0)
    g_string_append_c (text, ' ');
  do
    g_string_append (text, syllables[word % 16]);
  while ((word /= 16) > 0);
}

static gboolean
add_entry (HwDb *db, gint64 seq, GRand *random, GString *text, GError **error)
{
  sqlite3_stmt *statement = hw_db_prepare (db, insert, error);
  guint person = PEOPLE * g_rand_double (random) * g_rand_double (random);
  HwEntryKind kind = seq == 1            ? HW_ENTRY_CREATED
                     : seq == 2          ? HW_ENTRY_JOINED
                     : seq % 50 == 49    ? HW_ENTRY_JOINED
                     : seq % 50 == 0     ? HW_ENTRY_LEFT
                     : seq % 100000 == 7 ? HW_ENTRY_TOPIC
                                         : HW_ENTRY_MESSAGE;
  char name[32];

  if (!statement)
    return FALSE;
  g_string_truncate (text, 0);
  if (kind == HW_ENTRY_MESSAGE || kind == HW_ENTRY_TOPIC)
    for (int i = g_rand_int_range (random, 2, 18); i > 0; i--)
      append_word (text, random);
  if (seq % RARE == RARE / 2 + 1)
    g_string_append (text, " quetzal");
  g_snprintf (name, sizeof name, "Person %u", person);
  sqlite3_bind_int64 (statement, 1, seq);
  sqlite3_bind_int64 (statement, 2, START + seq * INTERVAL);
  sqlite3_bind_int (statement, 3, kind);
  if (kind == HW_ENTRY_LEFT)
    sqlite3_bind_int (statement, 4, HW_LEFT_QUIT);
  else
    sqlite3_bind_null (statement, 4);
  sqlite3_bind_text (statement, 5, name, -1, SQLITE_STATIC);
  if (text->len > 0)
    sqlite3_bind_text (statement, 6, text->str, text->len, SQLITE_STATIC);
  else
    sqlite3_bind_null (statement, 6);
  return hw_db_finish (db, statement, error);
}

static gboolean
generate (HwDb *db, gint64 n, GError **error)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  g_autoptr (GString) text = g_string_new (NULL);

  if (!hw_db_execute (db, "PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 10000; BEGIN",
                      error)
      || !hw_db_run (db, error,
                     "INSERT INTO logs (id, room, folded, topic, created)"
                     " VALUES (1, 'Long', 'long', 'A long log', ?)",
                     "i", START))
    return FALSE;
  for (gint64 seq = 1; seq <= n; seq++)
    if (!add_entry (db, seq, random, text, error)
        || (seq % BATCH == 0 && !hw_db_execute (db, "COMMIT; BEGIN", error)))
      return FALSE;
  return hw_db_execute (db, "COMMIT", error);
}

static gboolean
put (HwDb *db,
     gint64 log,
     gint64 seq,
     gint64 at,
     HwEntryKind kind,
     const char *name,
     const GString *text,
     GError **error)
{
  sqlite3_stmt *statement = hw_db_prepare (db, insert_into, error);

  if (!statement)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, log);
  sqlite3_bind_int64 (statement, 2, seq);
  sqlite3_bind_int64 (statement, 3, at);
  sqlite3_bind_int (statement, 4, kind);
  if (kind == HW_ENTRY_LEFT)
    sqlite3_bind_int (statement, 5, HW_LEFT_QUIT);
  else
    sqlite3_bind_null (statement, 5);
  sqlite3_bind_text (statement, 6, name, -1, SQLITE_TRANSIENT);
  if (text && text->len > 0)
    sqlite3_bind_text (statement, 7, text->str, text->len, SQLITE_TRANSIENT);
  else
    sqlite3_bind_null (statement, 7);
  return hw_db_finish (db, statement, error);
}

/* How much is said at @at, of 1: little in the night, less on Saturday and Sunday, nothing to speak
 * of in the holidays. */
static double
get_liveliness (gint64 at)
{
  double hour = fmod ((double) at / (60.0 * MINUTE), 24);
  gint64 day = at / DAY;
  double by_day = exp (-pow ((hour - 10.5) / 2.6, 2)) + 0.8 * exp (-pow ((hour - 15.5) / 3, 2));
  double by_week = (day + 4) % 7 == 0 || (day + 4) % 7 == 6 ? 0.25 : 1;
  double by_year = day % 365 > 200 && day % 365 < 240 ? 0.2 : 1;

  return 0.01 + by_day * by_week * by_year;
}

/* Some rooms have most of the talk: the first a fifth of it, the last a thousandth. */
static guint
choose_room (guint n_rooms, GRand *random)
{
  return (guint) (n_rooms * pow (g_rand_double (random), 3.2));
}

static gboolean
open_rooms (HwDb *db, guint n_rooms, gint64 start, gint64 *seqs, GError **error)
{
  g_autoptr (GString) name = g_string_new (NULL);
  g_autoptr (GString) author = g_string_new (NULL);

  for (guint i = 0; i < n_rooms; i++)
    {
      g_autofree char *folded = NULL;

      g_string_truncate (name, 0);
      g_string_truncate (author, 0);
      talk_append_room (name, i);
      talk_append_name (author, i % TALK_PEOPLE);
      folded = g_utf8_casefold (name->str, -1);
      if (!hw_db_run (db, error,
                      "INSERT INTO logs (id, room, folded, topic, created)"
                      " VALUES (?, ?, ?, '', ?)",
                      "issi", (gint64) i + 1, name->str, folded, start)
          || !put (db, i + 1, 1, start, HW_ENTRY_CREATED, author->str, NULL, error)
          || !put (db, i + 1, 2, start, HW_ENTRY_JOINED, author->str, NULL, error))
        return FALSE;
      seqs[i] = 2;
    }
  return TRUE;
}

static gboolean
generate_rooms (HwDb *db, gint64 n, guint n_rooms, GError **error)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (2);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) name = g_string_new (NULL);
  g_autofree gint64 *seqs = g_new0 (gint64, n_rooms);
  g_autofree double *until = g_new0 (double, YEARS * 365 * 24 + 1);
  gint64 start = START - YEARS * 365 * DAY;
  double sum = 0;
  guint hour = 0;

  /* How much of everything is said by the end of each hour. */
  for (guint i = 0; i < YEARS * 365 * 24; i++)
    until[i + 1] = sum += get_liveliness (start + i * 60 * MINUTE);
  if (!hw_db_execute (db, "PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 10000; BEGIN",
                      error)
      || !open_rooms (db, n_rooms, start, seqs, error))
    return FALSE;
  for (gint64 i = 2 * (gint64) n_rooms; i < n; i++)
    {
      double share = sum * (double) i / (double) n;
      guint room = MIN (choose_room (n_rooms, random), n_rooms - 1);
      guint fate = g_rand_int_range (random, 0, 1000);
      guint person = (guint) ((room * 7 + 60 * g_rand_double (random) * g_rand_double (random)))
                     % TALK_PEOPLE;
      HwEntryKind kind = fate < 30   ? HW_ENTRY_JOINED
                         : fate < 60 ? HW_ENTRY_LEFT
                         : fate < 61 ? HW_ENTRY_TOPIC
                                     : HW_ENTRY_MESSAGE;
      gint64 at;

      while (until[hour + 1] < share)
        hour++;
      at = start
           + (gint64) ((hour + (share - until[hour]) / (until[hour + 1] - until[hour])) * 60
                       * MINUTE);
      g_string_truncate (text, 0);
      g_string_truncate (name, 0);
      talk_append_name (name, person);
      if (kind == HW_ENTRY_MESSAGE)
        talk_append_sentence (text, person, random);
      else if (kind == HW_ENTRY_TOPIC)
        g_string_append_printf (text, "Week %" G_GINT64_FORMAT, (at - start) / DAY / 7 + 1);
      if (i % RARE == RARE / 2 + 1 && kind == HW_ENTRY_MESSAGE)
        g_string_append (text, " quetzal");
      if (!put (db, room + 1, ++seqs[room], at, kind, name->str, text, error)
          || (i % BATCH == 0 && !hw_db_execute (db, "COMMIT; BEGIN", error)))
        return FALSE;
    }
  return hw_db_execute (db, "COMMIT", error);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  g_autoptr (HwDb) db = NULL;
  gint64 n = argc >= 3 ? g_ascii_strtoll (argv[2], NULL, 10) : 0;
  gint64 n_rooms = argc == 4 ? g_ascii_strtoll (argv[3], NULL, 10) : 0;

  if (argc > 4 || n < 2 || n_rooms < 0 || 2 * n_rooms > n || (argc == 4 && n_rooms == 0))
    {
      fprintf (stderr, "Usage: %s DIRECTORY ENTRIES [ROOMS]\n", argv[0]);
      return EXIT_FAILURE;
    }
  g_mkdir_with_parents (argv[1], 0700);
  path = g_build_filename (argv[1], HW_DATABASE_FILE, NULL);
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    {
      fprintf (stderr, "%s is there already\n", path);
      return EXIT_FAILURE;
    }
  db = hw_schema_open (path, &error);
  if (db
      && (n_rooms > 0 ? generate_rooms (db, n, (guint) n_rooms, &error) : generate (db, n, &error)))
    return EXIT_SUCCESS;
  fprintf (stderr, "%s\n", error->message);
  return EXIT_FAILURE;
}
