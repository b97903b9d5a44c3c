/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* CPU seconds that a process has used, all its threads, in user and kernel mode. */
double process_cpu (pid_t pid);
/* Bytes of memory of its own that it has in use. */
gint64 process_memory (pid_t pid);

G_END_DECLS
