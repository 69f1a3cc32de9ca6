#include "pipelines/reaper.h"

#include "daemon/base/clock.h"

#define THREADS 4 /* idle ones end by themselves */

struct GwReaper {
  GThreadPool *pool;
  GMutex lock;
  GCond idle;
  guint left;
};

typedef struct Job {
  GstElement *pipeline;
  GDestroyNotify done;
  gpointer data;
} Job;

static void stop(gpointer p, gpointer user) {
  GwReaper *reaper = user;
  Job *job = p;
  gst_element_set_state(job->pipeline, GST_STATE_NULL);
  gst_object_unref(job->pipeline);
  if (job->done)
    job->done(job->data);
  g_free(job);
  g_mutex_lock(&reaper->lock);
  if (--reaper->left == 0)
    g_cond_broadcast(&reaper->idle);
  g_mutex_unlock(&reaper->lock);
}

GwReaper *gw_reaper_new(void) {
  GwReaper *reaper = g_new0(GwReaper, 1);
  g_mutex_init(&reaper->lock);
  g_cond_init(&reaper->idle);
  reaper->pool = g_thread_pool_new(stop, reaper, THREADS, FALSE, NULL);
  return reaper;
}

void gw_reaper_take(GwReaper *reaper, GstElement *pipeline, GDestroyNotify done, gpointer data) {
  Job *job = g_new(Job, 1);
  *job = (Job){pipeline, done, data};
  g_mutex_lock(&reaper->lock);
  reaper->left++;
  g_mutex_unlock(&reaper->lock);
  g_thread_pool_push(reaper->pool, job, NULL);
}

gboolean gw_reaper_free(GwReaper *reaper, gint64 wait_us) {
  if (!reaper)
    return TRUE;
  const gint64 until_us = gw_clock_mono_us() + wait_us;
  g_mutex_lock(&reaper->lock);
  while (reaper->left > 0 && g_cond_wait_until(&reaper->idle, &reaper->lock, until_us)) {
  }
  const gboolean empty = reaper->left == 0;
  g_mutex_unlock(&reaper->lock);
  if (!empty)
    return FALSE; /* its threads still use it: the process is about to end */
  g_thread_pool_free(reaper->pool, TRUE, TRUE);
  g_cond_clear(&reaper->idle);
  g_mutex_clear(&reaper->lock);
  g_free(reaper);
  return TRUE;
}
