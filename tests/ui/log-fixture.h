/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "talk.h"

#include "ui/log-view.h"

G_BEGIN_DECLS

/* A log view in a real window, and what a person, or a screen reader, does with it. */

typedef struct
{
  GtkWidget *window;
  GtkWidget *scroller;
  HwLogView *view;
  HwHistory *history;
  GtkAdjustment *adjustment;
  guint n_frames;
  guint n_retry, n_discard;
  char *link;
  char *announced;
} LogFixture;

typedef gboolean (*LogCheck) (LogFixture *fixture);

void log_until (LogFixture *fixture, LogCheck check, const char *what);
void log_paint (LogFixture *fixture);
AtkObject *log_accessible_of (GtkWidget *row);
guint log_position_of (GtkWidget *row);
void log_settle (LogFixture *fixture);
void log_open_view (LogFixture *fixture, HwHistory *history, HwLogViewStyle style);
void log_close_view (LogFixture *fixture);
guint log_count_widgets (LogFixture *fixture);
GtkWidget *log_find_row (LogFixture *fixture, guint64 seq);
const char *log_name_of (LogFixture *fixture, guint64 seq);
int log_top_of (LogFixture *fixture, guint64 seq);
GdkPixbuf *log_picture (LogFixture *fixture);
guint log_count_different_pixels (GdkPixbuf *a, GdkPixbuf *b);
void log_assert_looks_like (LogFixture *fixture, GdkPixbuf *before);
void log_append (LogFixture *fixture, const char *from, const char *text);
void log_set_value (LogFixture *fixture, double share);
void log_assert_right_entries (LogFixture *fixture);
void log_place_of (LogFixture *fixture, guint64 seq, int offset, int *x, int *y);
void log_resize (LogFixture *fixture, int width);
void log_press (LogFixture *fixture, GdkEventType type, int x, int y, guint state);
void log_key (LogFixture *fixture, guint keyval, guint state);
void log_drag (LogFixture *fixture, guint64 from, int from_offset, guint64 to, int to_offset);

G_END_DECLS
