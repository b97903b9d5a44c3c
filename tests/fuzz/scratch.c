/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where a fuzzer keeps its files. */

#include "scratch.h"

#include <glib/gstdio.h>

/* Where files are memory. */
#define MEMORY "/dev/shm"

/**
 * fuzz_scratch_new:
 *
 * Returns: (transfer full): path of a new directory
 */
char *
fuzz_scratch_new (void)
{
  g_autoptr (GError) error = NULL;
  char *path = g_strdup (MEMORY "/hallway-fuzz-XXXXXX");

  if (g_mkdtemp (path))
    return path;
  g_free (path);
  path = g_dir_make_tmp ("hallway-fuzz-XXXXXX", &error);
  g_assert_no_error (error);
  return path;
}

/**
 * fuzz_scratch_empty:
 * @directory: a path
 *
 * Removes the files in it.
 */
void
fuzz_scratch_empty (const char *directory)
{
  g_autoptr (GDir) files = g_dir_open (directory, 0, NULL);
  const char *name;

  while (files && (name = g_dir_read_name (files)))
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);

      g_unlink (path);
    }
}
