/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The certificate by which other clients know this one on direct connections. It is made once and
 * kept, with its key, where only this user reads it. Nobody remembers it longer than a stay at a
 * place, whose server tells its fingerprint; so one that cannot be used is replaced. */

#include "identity.h"

#include "protocol/certificate.h"

#include <glib/gstdio.h>

/**
 * hw_identity_load:
 * @directory: (nullable): where it is kept; %NULL: the user's own data directory
 * @error: return location
 *
 * Loads our own certificate, and makes it the first time. Blocks for a few milliseconds.
 *
 * Returns: (transfer full) (nullable): the certificate with its key
 */
GTlsCertificate *
hw_identity_load (const char *directory, GError **error)
{
  g_autofree char *own
      = directory ? g_strdup (directory)
                  : g_build_filename (g_get_user_data_dir (), "hallway", "identity", NULL);
  g_autofree char *certificate_path = g_build_filename (own, "certificate.pem", NULL);
  g_autofree char *key_path = g_build_filename (own, "private-key.pem", NULL);
  g_autoptr (GError) problem = NULL;
  GTlsCertificate *certificate = hw_certificate_load (own, &problem);

  if (certificate)
    return certificate;
  g_message ("%s A new one is made.", problem->message);
  g_unlink (certificate_path);
  g_unlink (key_path);
  return hw_certificate_load (own, error);
}
