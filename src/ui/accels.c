/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The keys of the whole program, in one table, so that no two actions want the same one. */

#include "accels.h"

/* Of all windows: what a window has no action for does nothing there. One a line: */
/* clang-format off */
static const struct
{
  const char *action;
  const char *accels[4];
} accels[] = {
  { "app.help", { "F1" } },
  { "app.menu", { "<Primary>m" } },
  { "app.preferences", { "<Primary>comma" } },
  { "app.quit", { "<Primary>q" } },
  { "app.shortcuts", { "<Primary>question", "<Primary>F1" } },
  { "win.back", { "<Alt>Left" } },
  { "win.close", { "<Primary>w" } },
  { "win.context", { "<Primary>j" } },
  { "win.enter-address", { "<Primary>l" } },
  { "win.export", { "<Primary>e" } },
  { "win.find", { "<Primary>f" } },
  { "win.find-newer", { "<Shift>F3", "<Primary><Shift>g" } },
  { "win.find-older", { "F3", "<Primary>g" } },
  { "win.leave", { "<Primary><Shift>w" } },
  { "win.look-again", { "F5", "<Primary>r" } },
  { "win.members", { "F9" } },
  { "win.menu", { "F10" } },
  { "win.new-room", { "<Primary>n" } },
  { "win.newest", { "<Primary>End" } },
  { "win.next-room", { "<Primary>Page_Down" } },
  { "win.print", { "<Primary>p" } },
  { "win.previous-room", { "<Primary>Page_Up" } },
  { "win.room(1)", { "<Alt>1" } },
  { "win.room(2)", { "<Alt>2" } },
  { "win.room(3)", { "<Alt>3" } },
  { "win.room(4)", { "<Alt>4" } },
  { "win.room(5)", { "<Alt>5" } },
  { "win.room(6)", { "<Alt>6" } },
  { "win.room(7)", { "<Alt>7" } },
  { "win.room(8)", { "<Alt>8" } },
  { "win.room(9)", { "<Alt>9" } },
  { "win.zoom(-1)", { "<Primary>minus", "<Primary>KP_Subtract" } },
  { "win.zoom(0)", { "<Primary>0", "<Primary>KP_0" } },
  { "win.zoom(1)", { "<Primary>plus", "<Primary>equal", "<Primary>KP_Add" } },
};
/* clang-format on */

/**
 * hw_accels_set:
 * @application: the program
 *
 * Gives all actions their keys.
 */
void
hw_accels_set (GtkApplication *application)
{
  for (guint i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (application, accels[i].action, accels[i].accels);
}
