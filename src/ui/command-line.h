/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "application.h"

G_BEGIN_DECLS

void hw_command_line_add_options (GApplication *application);
int hw_command_line_check (GApplication *application, GVariantDict *options);
void hw_command_line_obey (HwApplication *application, GVariantDict *options);
void hw_command_line_follow (HwApplication *application, const char *link);

G_END_DECLS
