/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store-writer.h"

G_BEGIN_DECLS

/* The job of the start: "left, lost" for those whom a crash left in rooms. */
HwJob *hw_log_lost_job_new (void);

G_END_DECLS
