/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HwErrorCode:
 *
 * The protocol's error codes, in the protocol's order. The wire carries their names
 * (hw_error_code_to_string()), never their numbers.
 *
 * %HW_ERROR_FAILED is not on the wire: it stands for everything that fails on this side of it (the
 * link, a file) and for codes of a newer server that this version does not know.
 */
typedef enum
{
  HW_ERROR_FAILED,
  HW_ERROR_BAD_JSON,
  HW_ERROR_BAD_REQUEST,
  HW_ERROR_UNKNOWN_OP,
  HW_ERROR_LINE_TOO_LONG,
  HW_ERROR_TOO_MANY_ERRORS,
  HW_ERROR_TLS_REQUIRED,
  HW_ERROR_LAN_ONLY,
  HW_ERROR_SERVER_FULL,
  HW_ERROR_HELLO_FIRST,
  HW_ERROR_VERSION,
  HW_ERROR_LOGIN_FIRST,
  HW_ERROR_ACCOUNT_NEEDED,
  HW_ERROR_NAME_INVALID,
  HW_ERROR_NAME_IN_USE,
  HW_ERROR_PASSWORD_NEEDED,
  HW_ERROR_PASSWORD_WRONG,
  HW_ERROR_PASSWORD_WEAK,
  HW_ERROR_TOO_MANY_TRIES,
  HW_ERROR_BANNED,
  HW_ERROR_MUTED,
  HW_ERROR_SLOW_DOWN,
  HW_ERROR_ROOM_INVALID,
  HW_ERROR_ROOM_EXISTS,
  HW_ERROR_NO_SUCH_ROOM,
  HW_ERROR_ROOM_PASSWORD,
  HW_ERROR_NOT_MEMBER,
  HW_ERROR_NO_SUCH_USER,
  HW_ERROR_NOT_DIRECT,
  HW_ERROR_MAILBOX_FULL,
  HW_ERROR_NOT_ADMIN,
  HW_ERROR_NO_SUCH_LOG,
  HW_ERROR_NO_SUCH_BAN,
  HW_ERROR_STORAGE,
  HW_ERROR_CLOSING,
  HW_ERROR_INTERNAL,
} HwErrorCode;

/**
 * HW_ERROR:
 *
 * The one error domain of Hallway. Its errors are extended: beside code and text they may name the
 * offending field and the time to wait, see hw_error_get_field() and hw_error_get_retry().
 */
#define HW_ERROR (hw_error_quark ())
GQuark hw_error_quark (void);

GError *hw_error_new (HwErrorCode code, const char *field, const char *format, ...)
    G_GNUC_PRINTF (3, 4);
void hw_error_set (GError **error, HwErrorCode code, const char *field, const char *format, ...)
    G_GNUC_PRINTF (4, 5);

const char *hw_error_get_field (const GError *error);
gint64 hw_error_get_retry (const GError *error);
void hw_error_set_retry (GError *error, gint64 milliseconds);

const char *hw_error_code_to_string (HwErrorCode code);
HwErrorCode hw_error_code_from_string (const char *name);

G_END_DECLS
