/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  HW_PLAINTEXT_LOOPBACK,
  HW_PLAINTEXT_ALWAYS,
  HW_PLAINTEXT_NEVER,
} HwPlaintext;

/* What is done instead of serving; from the command line only. */
typedef enum
{
  HW_TASK_SERVE,
  HW_TASK_HELP,
  HW_TASK_VERSION,
  HW_TASK_SET_ADMIN_PASSWORD,
  HW_TASK_CHECK,
  HW_TASK_RECOVER,
} HwTask;

/**
 * HwOptions:
 *
 * How the server is to run: defaults, under the configuration file, under the command line.
 */
typedef struct
{
  char *config;  /* (nullable): path of the configuration file */
  char *data;    /* data directory */
  char **listen; /* addresses; empty: all */
  guint port;
  char *name;
  HwPlaintext plaintext;
  gboolean lan_only;
  guint idle;  /* seconds; 0: never */
  guint ping;  /* seconds */
  guint dead;  /* seconds */
  guint grace; /* seconds */
  guint rate;  /* requests a second on one connection; 0: any */
  guint max_clients;
  gboolean guests;
  gboolean discovery;
  HwTask task;
  char *recover_into; /* (nullable): data directory for what is recovered */
} HwOptions;

HwOptions *hw_options_new (char **arguments, GError **error);
void hw_options_free (HwOptions *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwOptions, hw_options_free)

G_END_DECLS
