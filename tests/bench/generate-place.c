/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Fills a data directory with one long log, the same for the same number of entries: what the
 * reading of long logs is measured with. One message in a million has the word "quetzal". */

#include "server/store-schema.h"

#include "protocol/entry-kind.h"

#include <stdio.h>
#include <stdlib.h>

#define PEOPLE   500
#define WORDS    20000
#define INTERVAL 700 /* milliseconds between two entries */
#define START    G_GINT64_CONSTANT (1763625600000)
#define BATCH    100000
#define RARE     1000000

static const char insert[] = "INSERT INTO entries (log, seq, at, kind, reason, author, text)"
                             " VALUES (1, ?, ?, ?, ?, ?, ?)";

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

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  g_autoptr (HwDb) db = NULL;
  gint64 n = argc == 3 ? g_ascii_strtoll (argv[2], NULL, 10) : 0;

  if (n < 2)
    {
      fprintf (stderr, "Usage: %s DIRECTORY ENTRIES\n", argv[0]);
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
  if (db && generate (db, n, &error))
    return EXIT_SUCCESS;
  fprintf (stderr, "%s\n", error->message);
  return EXIT_FAILURE;
}
