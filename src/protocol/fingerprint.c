/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Fingerprints of certificates: what people compare, and clients remember. */

#include "fingerprint.h"

#include <string.h>

#define FINGERPRINT_LENGTH 64

/**
 * hw_fingerprint_of_certificate:
 * @certificate: a certificate
 *
 * Any thread.
 *
 * Returns: (transfer full): the SHA-256 of the certificate's DER form, 64 lower-case hexadecimal
 * digits
 */
char *
hw_fingerprint_of_certificate (GTlsCertificate *certificate)
{
  g_autoptr (GByteArray) der = NULL;

  g_return_val_if_fail (G_IS_TLS_CERTIFICATE (certificate), NULL);

  g_object_get (certificate, "certificate", &der, NULL);
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, der->data, der->len);
}

/**
 * hw_fingerprint_is_valid:
 * @fingerprint: (nullable): what may be one
 *
 * Returns: whether it is 64 lower-case hexadecimal digits
 */
gboolean
hw_fingerprint_is_valid (const char *fingerprint)
{
  return fingerprint && strlen (fingerprint) == FINGERPRINT_LENGTH
         && strspn (fingerprint, "0123456789abcdef") == FINGERPRINT_LENGTH;
}
