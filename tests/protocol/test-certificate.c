/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The server's certificate: made once, kept, private, and never replaced by another behind the
 * backs of those who trust it. */

#include "protocol/certificate.h"

#include "protocol/error.h"

#include <glib/gstdio.h>
#include <gnutls/x509.h>
#include <string.h>
#include <sys/stat.h>

typedef struct
{
  char *directory;
  char *certificate;
  char *key;
} Fixture;

static void
set_up (Fixture *self, gconstpointer unused)
{
  g_autofree char *parent = g_dir_make_tmp ("hallway-certificate-XXXXXX", NULL);

  self->directory = g_build_filename (parent, "data", NULL);
  self->certificate = g_build_filename (self->directory, "certificate.pem", NULL);
  self->key = g_build_filename (self->directory, "private-key.pem", NULL);
}

static void
tear_down (Fixture *self, gconstpointer unused)
{
  g_autofree char *parent = g_path_get_dirname (self->directory);

  g_unlink (self->certificate);
  g_unlink (self->key);
  g_rmdir (self->directory);
  g_rmdir (parent);
  g_free (self->directory);
  g_free (self->certificate);
  g_free (self->key);
}

static GByteArray *
load_der (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) certificate = hw_certificate_load (self->directory, &error);
  GByteArray *der = NULL;

  g_assert_no_error (error);
  g_object_get (certificate, "certificate", &der, NULL);
  return der;
}

static void
test_made_and_kept (Fixture *self, gconstpointer unused)
{
  g_autoptr (GByteArray) made = load_der (self), kept = load_der (self);
  GStatBuf status;

  g_assert_cmpmem (made->data, made->len, kept->data, kept->len);
  g_assert_cmpint (g_stat (self->key, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  g_assert_cmpint (g_stat (self->certificate, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
}

static void
test_what_it_is (Fixture *self, gconstpointer unused)
{
  g_autoptr (GByteArray) der = load_der (self);
  gnutls_datum_t datum = { der->data, der->len };
  gnutls_x509_crt_t certificate;
  unsigned int bits;

  g_assert_cmpint (gnutls_x509_crt_init (&certificate), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_import (certificate, &datum, GNUTLS_X509_FMT_DER), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_get_pk_algorithm (certificate, &bits), ==, GNUTLS_PK_ECDSA);
  g_assert_cmpuint (bits, ==, 256);
  g_assert_cmpint (gnutls_x509_crt_get_activation_time (certificate), <, 1600000000);
  g_assert_cmpint (gnutls_x509_crt_get_expiration_time (certificate), >,
                   g_get_real_time () / G_USEC_PER_SEC + 50LL * 365 * 86400);
  g_assert_cmpint (gnutls_x509_crt_check_issuer (certificate, certificate), ==, 1);
  gnutls_x509_crt_deinit (certificate);
}

static void
test_others_get_another (Fixture *self, gconstpointer unused)
{
  g_autoptr (GByteArray) one = load_der (self), other = NULL;

  g_unlink (self->certificate);
  g_unlink (self->key);
  other = load_der (self);
  g_assert_false (one->len == other->len && memcmp (one->data, other->data, one->len) == 0);
}

/* What a crash between the two files leaves. */
static void
test_key_alone (Fixture *self, gconstpointer unused)
{
  g_byte_array_unref (load_der (self));
  g_assert_cmpint (g_unlink (self->certificate), ==, 0);
  g_byte_array_unref (load_der (self));
}

static void
assert_refused (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (hw_certificate_load (self->directory, &error));
  g_assert_error (error, HW_ERROR, HW_ERROR_FAILED);
  g_assert_null (strchr (error->message, '\n'));
}

static void
test_never_replaced (Fixture *self, gconstpointer unused)
{
  g_autofree char *before = NULL, *after = NULL;

  g_byte_array_unref (load_der (self));
  g_assert_true (g_file_get_contents (self->certificate, &before, NULL, NULL));
  g_assert_cmpint (g_unlink (self->key), ==, 0);
  assert_refused (self);
  g_assert_true (g_file_set_contents (self->key, "nonsense", -1, NULL));
  assert_refused (self);
  g_assert_true (g_file_get_contents (self->certificate, &after, NULL, NULL));
  g_assert_cmpstr (after, ==, before);
  g_assert_true (g_file_set_contents (self->certificate, "nonsense", -1, NULL));
  assert_refused (self);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, test) g_test_add (path, Fixture, NULL, set_up, test, tear_down)

  ADD ("/certificate/made-and-kept", test_made_and_kept);
  ADD ("/certificate/what-it-is", test_what_it_is);
  ADD ("/certificate/others-get-another", test_others_get_another);
  ADD ("/certificate/key-alone", test_key_alone);
  ADD ("/certificate/never-replaced", test_never_replaced);

  return g_test_run ();
}
