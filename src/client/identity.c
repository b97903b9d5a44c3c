/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The certificates by which other clients know this one on direct connections: one for each place,
 * for whoever runs one could else tell its people that somebody they look for is at another one,
 * and have what is meant for here said there. It goes by the place's own certificate, which no
 * other place can show; its id alone is anybody's to repeat.
 *
 * They are made once and kept, with their keys, where only this user reads them, beside what else
 * is kept of the place, and go with it. Nobody remembers one longer than a stay; so one that cannot
 * be used is replaced. */

#include "identity.h"

#include "protocol/certificate.h"

#include <glib/gstdio.h>

/* Of a place on this computer that is talked to in the clear. */
#define NO_FINGERPRINT "clear"

typedef struct
{
  char *folder;
  char *place;
} Load;

static void
load_free (Load *load)
{
  g_free (load->folder);
  g_free (load->place);
  g_free (load);
}

static void
remove_certificate (const char *folder)
{
  g_autofree char *certificate = g_build_filename (folder, "certificate.pem", NULL);
  g_autofree char *key = g_build_filename (folder, "private-key.pem", NULL);

  g_unlink (certificate);
  g_unlink (key);
}

/* There used to be one for all places, which must not serve any more. */
static void
remove_old (const char *folder)
{
  g_autofree char *parent = g_path_get_dirname (folder);
  g_autofree char *old = g_build_filename (parent, "identity", NULL);

  remove_certificate (old);
  g_rmdir (old);
}

static void
run_load (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Load *load = data;
  g_autoptr (GError) problem = NULL;
  GError *error = NULL;
  GTlsCertificate *certificate = hw_certificate_load (load->place, &problem);

  if (g_task_return_error_if_cancelled (task))
    {
      g_clear_object (&certificate);
      return;
    }
  remove_old (load->folder);
  if (!certificate)
    {
      g_message ("%s A new one is made.", problem->message);
      remove_certificate (load->place);
      certificate = hw_certificate_load (load->place, &error);
    }
  if (certificate)
    g_task_return_pointer (task, certificate, g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * hw_identity_get_folder:
 *
 * Returns: (transfer full): where certificates are kept: the user's own data directory
 */
char *
hw_identity_get_folder (void)
{
  return g_build_filename (g_get_user_data_dir (), "hallway", "places", NULL);
}

/**
 * hw_identity_load_async:
 * @folder: where what belongs to places is kept
 * @id: the place's, as it says
 * @fingerprint: (nullable): of the certificate that it has shown; %NULL: it is talked to in the
 *   clear
 * @cancellable: (nullable): to want it no more
 * @callback: told when it is there
 * @user_data: for @callback
 *
 * Loads our own certificate for a place, and makes it the first time.
 */
void
hw_identity_load_async (const char *folder,
                        const char *id,
                        const char *fingerprint,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, id, -1);
  Load *load = g_new0 (Load, 1);

  load->folder = g_strdup (folder);
  load->place = g_build_filename (folder, sum, "identity",
                                  fingerprint ? fingerprint : NO_FINGERPRINT, NULL);
  g_task_set_source_tag (task, hw_identity_load_async);
  g_task_set_task_data (task, load, (GDestroyNotify) load_free);
  g_task_run_in_thread (task, run_load);
}

/**
 * hw_identity_load_finish:
 * @result: as the callback had it
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the certificate with its key
 */
GTlsCertificate *
hw_identity_load_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
