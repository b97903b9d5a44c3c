/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

void hw_rtl_guard_init (void);
