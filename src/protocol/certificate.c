/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The certificate of a server, or of a client that takes direct connections: self-signed, made at
 * the first start and kept, for others remember its fingerprint. The key is written before the
 * certificate: one that is there without the other is what a crash between the two left, and is
 * replaced; a certificate without its key is a mistake of somebody's, and is never replaced, for
 * others would have to take it for an attack. */

#include "certificate.h"

#include "protocol/error.h"

#include <errno.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#define CERTIFICATE_FILE "certificate.pem"
#define KEY_FILE         "private-key.pem"

/* 2020-01-01: a fixed past, so that a machine whose clock is not set yet makes one that is valid.
 */
#define ACTIVATION_TIME 1577836800

static gboolean
check_gnutls (int result, GError **error)
{
  if (result >= 0)
    return TRUE;
  hw_error_set (error, HW_ERROR_FAILED, NULL, "The certificate cannot be made: %s.",
                gnutls_strerror (result));
  return FALSE;
}

static gboolean
save (const char *path, const gnutls_datum_t *pem, GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (g_file_set_contents_full (path, (const char *) pem->data, pem->size,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                &problem))
    return TRUE;
  hw_error_set (error, HW_ERROR_FAILED, NULL, "The certificate cannot be saved: %s.",
                problem->message);
  return FALSE;
}

static gboolean
fill (gnutls_x509_crt_t certificate, gnutls_x509_privkey_t key, GError **error)
{
  static const char name[] = "Hallway";
  unsigned char serial[16];

  if (!check_gnutls (
          gnutls_x509_privkey_generate (key, GNUTLS_PK_ECDSA,
                                        GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0),
          error)
      || !check_gnutls (gnutls_rnd (GNUTLS_RND_NONCE, serial, sizeof serial), error))
    return FALSE;
  serial[0] = (serial[0] & 0x7f) | 1; /* positive and not short, as X.509 wants it */
  return check_gnutls (gnutls_x509_crt_set_version (certificate, 3), error)
         && check_gnutls (gnutls_x509_crt_set_serial (certificate, serial, sizeof serial), error)
         && check_gnutls (gnutls_x509_crt_set_dn_by_oid (certificate, GNUTLS_OID_X520_COMMON_NAME,
                                                         0, name, sizeof name - 1),
                          error)
         && check_gnutls (gnutls_x509_crt_set_activation_time (certificate, ACTIVATION_TIME), error)
         && check_gnutls (gnutls_x509_crt_set_expiration_time (
                              certificate, GNUTLS_X509_NO_WELL_DEFINED_EXPIRATION),
                          error)
         && check_gnutls (gnutls_x509_crt_set_key_usage (certificate, GNUTLS_KEY_DIGITAL_SIGNATURE),
                          error)
         && check_gnutls (gnutls_x509_crt_set_basic_constraints (certificate, 0, -1), error)
         && check_gnutls (gnutls_x509_crt_set_key (certificate, key), error)
         && check_gnutls (gnutls_x509_crt_sign2 (certificate, certificate, key, GNUTLS_DIG_SHA256,
                                                 0),
                          error);
}

static gboolean
make (const char *certificate_path, const char *key_path, GError **error)
{
  gnutls_x509_crt_t certificate = NULL;
  gnutls_x509_privkey_t key = NULL;
  gnutls_datum_t certificate_pem = { NULL, 0 }, key_pem = { NULL, 0 };
  gboolean made;

  made = check_gnutls (gnutls_x509_crt_init (&certificate), error)
         && check_gnutls (gnutls_x509_privkey_init (&key), error) && fill (certificate, key, error)
         && check_gnutls (gnutls_x509_privkey_export2_pkcs8 (key, GNUTLS_X509_FMT_PEM, NULL,
                                                             GNUTLS_PKCS_PLAIN, &key_pem),
                          error)
         && check_gnutls (gnutls_x509_crt_export2 (certificate, GNUTLS_X509_FMT_PEM,
                                                   &certificate_pem),
                          error)
         && save (key_path, &key_pem, error) && save (certificate_path, &certificate_pem, error);

  if (key_pem.data)
    gnutls_memset (key_pem.data, 0, key_pem.size);
  gnutls_free (key_pem.data);
  gnutls_free (certificate_pem.data);
  if (key)
    gnutls_x509_privkey_deinit (key);
  if (certificate)
    gnutls_x509_crt_deinit (certificate);
  return made;
}

/**
 * hw_certificate_load:
 * @directory: the data directory, made if it is not there
 * @error: one line for the operator
 *
 * Loads the certificate with its key, or makes both if there is no certificate. Blocks: for the
 * start.
 *
 * Returns: (transfer full) (nullable): the certificate
 */
GTlsCertificate *
hw_certificate_load (const char *directory, GError **error)
{
  g_autofree char *certificate_path = g_build_filename (directory, CERTIFICATE_FILE, NULL);
  g_autofree char *key_path = g_build_filename (directory, KEY_FILE, NULL);
  g_autoptr (GError) problem = NULL;
  GTlsCertificate *certificate;

  g_return_val_if_fail (directory != NULL, NULL);

  if (g_mkdir_with_parents (directory, 0700) != 0)
    {
      hw_error_set (error, HW_ERROR_FAILED, NULL, "The data directory %s cannot be made: %s.",
                    directory, g_strerror (errno));
      return NULL;
    }
  if (!g_file_test (certificate_path, G_FILE_TEST_EXISTS))
    {
      if (!make (certificate_path, key_path, error))
        return NULL;
    }
  else if (!g_file_test (key_path, G_FILE_TEST_EXISTS))
    {
      hw_error_set (error, HW_ERROR_FAILED, NULL,
                    "The key of the certificate is missing: put %s back, or remove %s to get a new "
                    "one, which clients will ask about.",
                    key_path, certificate_path);
      return NULL;
    }

  certificate = g_tls_certificate_new_from_files (certificate_path, key_path, &problem);
  if (!certificate)
    hw_error_set (error, HW_ERROR_FAILED, NULL, "The certificate %s cannot be used: %s",
                  certificate_path, problem->message);
  return certificate;
}
