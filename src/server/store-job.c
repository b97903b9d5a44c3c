/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Jobs and the queues that carry them between the threads: a list under a mutex that is held for as
 * long as a pointer takes to be swapped. */

#include "store-job.h"

/**
 * hw_job_queue_init:
 * @self: memory for a queue
 */
void
hw_job_queue_init (HwJobQueue *self)
{
  *self = (HwJobQueue){ 0 };
  g_mutex_init (&self->lock);
  g_cond_init (&self->filled);
}

/**
 * hw_job_queue_clear:
 * @self: a queue that no thread uses any more
 *
 * Frees the jobs that are left, which are not called back.
 */
void
hw_job_queue_clear (HwJobQueue *self)
{
  for (HwJob *job = self->head, *next; job; job = next)
    {
      next = job->next;
      hw_job_free (job);
    }
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->filled);
}

/**
 * hw_job_queue_push:
 * @self: a queue
 * @first: (transfer full): the first of a list of jobs
 * @last: the last of them
 *
 * Any thread.
 *
 * Returns: whether it was empty
 */
gboolean
hw_job_queue_push (HwJobQueue *self, HwJob *first, HwJob *last)
{
  gboolean was_empty, waiting;

  last->next = NULL;
  g_mutex_lock (&self->lock);
  was_empty = self->head == NULL;
  if (was_empty)
    self->head = first;
  else
    self->tail->next = first;
  self->tail = last;
  waiting = self->waiting;
  self->waiting = FALSE;
  g_mutex_unlock (&self->lock);
  if (waiting)
    g_cond_signal (&self->filled);
  return was_empty;
}

static HwJob *
take_all (HwJobQueue *self)
{
  HwJob *jobs = self->head;

  self->head = self->tail = NULL;
  return jobs;
}

/**
 * hw_job_queue_try_take:
 * @self: a queue
 *
 * Any thread.
 *
 * Returns: (transfer full) (nullable): all jobs, in order; %NULL if there is none
 */
HwJob *
hw_job_queue_try_take (HwJobQueue *self)
{
  HwJob *jobs;

  g_mutex_lock (&self->lock);
  jobs = take_all (self);
  g_mutex_unlock (&self->lock);
  return jobs;
}

/**
 * hw_job_queue_take:
 * @self: a queue
 *
 * Waits until there is something. For the one thread that empties it.
 *
 * Returns: (transfer full) (nullable): all jobs, in order; %NULL when the queue is closed and empty
 */
HwJob *
hw_job_queue_take (HwJobQueue *self)
{
  HwJob *jobs;

  g_mutex_lock (&self->lock);
  while (!self->head && !self->closed)
    {
      self->waiting = TRUE;
      g_cond_wait (&self->filled, &self->lock);
    }
  self->waiting = FALSE;
  jobs = take_all (self);
  g_mutex_unlock (&self->lock);
  return jobs;
}

/**
 * hw_job_queue_close:
 * @self: a queue
 *
 * Nothing will be pushed any more: who waits is woken. Any thread.
 */
void
hw_job_queue_close (HwJobQueue *self)
{
  g_mutex_lock (&self->lock);
  self->closed = TRUE;
  g_mutex_unlock (&self->lock);
  g_cond_signal (&self->filled);
}

/**
 * hw_job_free:
 * @job: (transfer full): a job
 */
void
hw_job_free (HwJob *job)
{
  g_clear_error (&job->error);
  job->kind->free (job);
}
