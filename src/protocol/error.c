/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Hallway's errors: the protocol's codes as one GError domain, extended by the offending field and
 * the time after which trying again makes sense, so that an error crosses the wire whole. */

#include "error.h"

typedef struct
{
  char *field;
  gint64 retry;
} HwErrorPrivate;

static void
hw_error_private_init (HwErrorPrivate *priv)
{
}

static void
hw_error_private_copy (const HwErrorPrivate *from, HwErrorPrivate *to)
{
  to->field = g_strdup (from->field);
  to->retry = from->retry;
}

static void
hw_error_private_clear (HwErrorPrivate *priv)
{
  g_clear_pointer (&priv->field, g_free);
}

G_DEFINE_EXTENDED_ERROR (HwError, hw_error)

static const char *const code_names[] = {
  [HW_ERROR_FAILED] = "failed",
  [HW_ERROR_BAD_JSON] = "bad-json",
  [HW_ERROR_BAD_REQUEST] = "bad-request",
  [HW_ERROR_UNKNOWN_OP] = "unknown-op",
  [HW_ERROR_LINE_TOO_LONG] = "line-too-long",
  [HW_ERROR_TOO_MANY_ERRORS] = "too-many-errors",
  [HW_ERROR_TLS_REQUIRED] = "tls-required",
  [HW_ERROR_LAN_ONLY] = "lan-only",
  [HW_ERROR_SERVER_FULL] = "server-full",
  [HW_ERROR_HELLO_FIRST] = "hello-first",
  [HW_ERROR_VERSION] = "version",
  [HW_ERROR_LOGIN_FIRST] = "login-first",
  [HW_ERROR_ACCOUNT_NEEDED] = "account-needed",
  [HW_ERROR_NAME_INVALID] = "name-invalid",
  [HW_ERROR_NAME_IN_USE] = "name-in-use",
  [HW_ERROR_PASSWORD_NEEDED] = "password-needed",
  [HW_ERROR_PASSWORD_WRONG] = "password-wrong",
  [HW_ERROR_PASSWORD_WEAK] = "password-weak",
  [HW_ERROR_TOO_MANY_TRIES] = "too-many-tries",
  [HW_ERROR_BANNED] = "banned",
  [HW_ERROR_MUTED] = "muted",
  [HW_ERROR_SLOW_DOWN] = "slow-down",
  [HW_ERROR_ROOM_INVALID] = "room-invalid",
  [HW_ERROR_ROOM_EXISTS] = "room-exists",
  [HW_ERROR_NO_SUCH_ROOM] = "no-such-room",
  [HW_ERROR_ROOM_PASSWORD] = "room-password",
  [HW_ERROR_NOT_MEMBER] = "not-member",
  [HW_ERROR_NO_SUCH_USER] = "no-such-user",
  [HW_ERROR_NOT_DIRECT] = "not-direct",
  [HW_ERROR_MAILBOX_FULL] = "mailbox-full",
  [HW_ERROR_NOT_ADMIN] = "not-admin",
  [HW_ERROR_NO_SUCH_LOG] = "no-such-log",
  [HW_ERROR_NO_SUCH_BAN] = "no-such-ban",
  [HW_ERROR_STORAGE] = "storage",
  [HW_ERROR_CLOSING] = "closing",
  [HW_ERROR_INTERNAL] = "internal",
};

static GError *
error_new_valist (HwErrorCode code, const char *field, const char *format, va_list args)
    G_GNUC_PRINTF (3, 0);

static GError *
error_new_valist (HwErrorCode code, const char *field, const char *format, va_list args)
{
  GError *error = g_error_new_valist (HW_ERROR, code, format, args);

  hw_error_get_private (error)->field = g_strdup (field);
  return error;
}

/**
 * hw_error_new:
 * @code: the code
 * @field: (nullable): the field of the request that is to blame
 * @format: the words for the person who will read them
 *
 * Any thread.
 *
 * Returns: (transfer full): a new error in the domain %HW_ERROR
 */
GError *
hw_error_new (HwErrorCode code, const char *field, const char *format, ...)
{
  va_list args;
  GError *error;

  va_start (args, format);
  error = error_new_valist (code, field, format, args);
  va_end (args);
  return error;
}

/**
 * hw_error_set:
 * @error: (out) (optional): where to put the error, or %NULL
 * @code: the code
 * @field: (nullable): the field of the request that is to blame
 * @format: the words for the person who will read them
 *
 * hw_error_new() into @error, which must not hold one yet. Any thread.
 */
void
hw_error_set (GError **error, HwErrorCode code, const char *field, const char *format, ...)
{
  va_list args;

  if (!error)
    return;
  va_start (args, format);
  g_propagate_error (error, error_new_valist (code, field, format, args));
  va_end (args);
}

/**
 * hw_error_get_field:
 * @error: an error of any domain
 *
 * Returns: (nullable) (transfer none): the field that is to blame
 */
const char *
hw_error_get_field (const GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  return error->domain == HW_ERROR ? hw_error_get_private ((GError *) error)->field : NULL;
}

/**
 * hw_error_get_retry:
 * @error: an error of any domain
 *
 * Returns: the milliseconds after which trying again makes sense, 0 if nothing is known
 */
gint64
hw_error_get_retry (const GError *error)
{
  g_return_val_if_fail (error != NULL, 0);

  return error->domain == HW_ERROR ? hw_error_get_private ((GError *) error)->retry : 0;
}

/**
 * hw_error_set_retry:
 * @error: an error of the domain %HW_ERROR
 * @milliseconds: when to try again
 */
void
hw_error_set_retry (GError *error, gint64 milliseconds)
{
  g_return_if_fail (error != NULL && error->domain == HW_ERROR);

  hw_error_get_private (error)->retry = milliseconds;
}

/**
 * hw_error_code_to_string:
 * @code: a code
 *
 * Returns: (transfer none): the code's name on the wire
 */
const char *
hw_error_code_to_string (HwErrorCode code)
{
  g_return_val_if_fail ((gsize) code < G_N_ELEMENTS (code_names), "internal");

  return code_names[code];
}

/**
 * hw_error_code_from_string:
 * @name: (nullable): a code's name on the wire
 *
 * Returns: the code, %HW_ERROR_FAILED for one that this version does not know
 */
HwErrorCode
hw_error_code_from_string (const char *name)
{
  for (gsize i = 0; name && i < G_N_ELEMENTS (code_names); i++)
    if (g_str_equal (name, code_names[i]))
      return i;
  return HW_ERROR_FAILED;
}
