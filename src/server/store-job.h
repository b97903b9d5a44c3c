/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HwJob:
 *
 * Something that the network thread wants of a storage thread: @run is called there, @done and
 * @free on the network thread. The first member of a struct of its own.
 */
typedef struct _HwJob HwJob;

typedef struct
{
  /* @worker: the HwWriter or HwReader it runs on. An error of the code HW_ERROR_STORAGE is the
   * disk's; any other is this job's alone, which then must have changed nothing. */
  gboolean (*run) (HwJob *job, gpointer worker, GError **error);
  void (*done) (HwJob *job); /* looks at job->error */
  void (*free) (HwJob *job);
} HwJobKind;

struct _HwJob
{
  const HwJobKind *kind;
  HwJob *next;
  GError *error;
  gboolean ends_commit; /* the last one of a transaction */
};

/**
 * HwJobQueue:
 *
 * From one thread to another: filled one by one, emptied at once.
 */
typedef struct
{
  GMutex lock;
  GCond filled;
  HwJob *head;
  HwJob *tail;
  gboolean waiting;
  gboolean closed;
} HwJobQueue;

void hw_job_queue_init (HwJobQueue *self);
void hw_job_queue_clear (HwJobQueue *self);
gboolean hw_job_queue_push (HwJobQueue *self, HwJob *first, HwJob *last);
HwJob *hw_job_queue_try_take (HwJobQueue *self);
HwJob *hw_job_queue_take (HwJobQueue *self);
void hw_job_queue_close (HwJobQueue *self);

void hw_job_free (HwJob *job);

G_END_DECLS
