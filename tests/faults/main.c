#include "tests/faults/watch.h"

#include <gst/gst.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* gwfaults: `./bench faults`.  Clips with a fault each and days of ordinary life, all from one seed that is
 * chosen at run time, watched by the scene; figures as JSON lines.  --tell says each miss and each false
 * finding with the seed that makes it again. */
#define DAY_S 86400.0
#define REAL_FPS 10.0

static int clips = 60, days = 130, threads = 2;
static gint64 first_seed = -1;
static gboolean tell, only_calm, only_clips;
static char *real_path, *only_kind;
static const GOptionEntry options[] = {
    {"clips", 0, 0, G_OPTION_ARG_INT, &clips, "clips of each fault (60)", "N"},
    {"days", 0, 0, G_OPTION_ARG_INT, &days, "camera-days of ordinary life (130)", "N"},
    {"seed", 0, 0, G_OPTION_ARG_INT64, &first_seed, "begin with this one instead of one by chance", "N"},
    {"threads", 0, 0, G_OPTION_ARG_INT, &threads, "at once (2)", "N"},
    {"real", 0, 0, G_OPTION_ARG_FILENAME, &real_path,
     "320 x 180 grey pictures of a real clip, raw: one of the days", "FILE"},
    {"kind", 0, 0, G_OPTION_ARG_STRING, &only_kind, "clips of this fault alone", "KIND"},
    {"tell", 0, 0, G_OPTION_ARG_NONE, &tell, "say each miss and each false finding on stderr", NULL},
    {"only-calm", 0, 0, G_OPTION_ARG_NONE, &only_calm, "no clips", NULL},
    {"only-clips", 0, 0, G_OPTION_ARG_NONE, &only_clips, "no days", NULL},
    {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL},
};

typedef struct Job {
  gboolean is_clip, is_real, failed;
  WatchClip clip;
  WatchResult result;
} Job;

static guint8 *real_pictures;
static guint n_real;

static void run_job(gpointer p, gpointer user) {
  Job *job = p;
  if (job->is_clip)
    job->failed = !watch_clip(&job->clip, &job->result);
  else if (job->is_real)
    watch_real(real_pictures, n_real, REAL_FPS, job->clip.seed, DAY_S, &job->result);
  else
    watch_life(job->clip.seed, DAY_S, &job->result);
  if (!tell)
    return;
  const WatchResult *r = &job->result;
  if (job->is_clip && !r->caught)
    g_printerr("missed   %-10s --seed %u\n", gw_scene_kind_to_string(job->clip.kind), job->clip.seed);
  if (r->false_findings)
    g_printerr("false    %-10s at %.0f s, %s --seed %u (%u)\n", gw_scene_kind_to_string(r->first_false),
               r->first_false_at,
               job->is_clip   ? gw_scene_kind_to_string(job->clip.kind)
               : job->is_real ? "real"
                              : "life",
               job->clip.seed, r->false_findings);
}

static GArray *plan(guint32 seed) {
  GArray *jobs = g_array_new(FALSE, TRUE, sizeof(Job));
  for (int i = 0; i < days && !only_clips; i++) {
    const Job job = {.is_real = n_real > 0 && i == 0, .clip.seed = seed + (guint32)i};
    g_array_append_val(jobs, job);
  }
  for (int kind = 0; kind < GW_SCENE_N_KINDS && !only_calm; kind++)
    for (int i = 0; i < clips; i++) {
      const Job job = {.is_clip = TRUE, .clip = {(GwSceneKind)kind, seed + (guint32)i}};
      if (!only_kind || strcmp(only_kind, gw_scene_kind_to_string((GwSceneKind)kind)) == 0)
        g_array_append_val(jobs, job);
    }
  return jobs;
}

/* ---- figures ---- */

static void figure(const char *name, double value, const char *unit) {
  printf("{\"bench\":\"faults\",\"figure\":\"%s\",\"value\":%.4g,\"unit\":\"%s\"}\n", name, value, unit);
}

static void figure_peer(const char *name, double value, const char *unit, double peer) {
  printf("{\"bench\":\"faults\",\"figure\":\"%s\",\"value\":%.4g,\"unit\":\"%s\",\"peer\":\"fixed "
         "thresholds\",\"peer_value\":%.4g,\"ratio\":%.4g}\n",
         name, value, unit, peer, peer > 0 ? value / peer : 0);
}

static int by_value(const void *a, const void *b) {
  const double d = *(const double *)a - *(const double *)b;
  return (d > 0) - (d < 0);
}

static double p95(GArray *values) {
  if (values->len == 0)
    return 0;
  qsort(values->data, values->len, sizeof(double), by_value);
  return g_array_index(values, double, MIN(values->len - 1, (guint)(values->len * 0.95)));
}

static void say_clips(GArray *jobs) {
  double worst = 100, peer_worst = 100;
  g_autoptr(GArray) seconds = g_array_new(FALSE, FALSE, sizeof(double));
  for (int kind = 0; kind < GW_SCENE_N_KINDS; kind++) {
    guint n = 0, caught = 0, exact = 0, peer = 0;
    g_autoptr(GArray) own = g_array_new(FALSE, FALSE, sizeof(double));
    for (guint i = 0; i < jobs->len; i++) {
      const Job *job = &g_array_index(jobs, Job, i);
      if (!job->is_clip || (int)job->clip.kind != kind || job->failed)
        continue;
      n++;
      exact += job->result.exact;
      peer += job->result.peer_caught;
      caught += job->result.caught;
      if (job->result.caught) {
        g_array_append_val(seconds, job->result.seconds);
        g_array_append_val(own, job->result.seconds);
      }
    }
    if (n == 0)
      continue;
    g_autofree char *name = g_strconcat("caught_percent_", gw_scene_kind_to_string((GwSceneKind)kind), NULL);
    g_autofree char *very =
        g_strconcat("named_exactly_percent_", gw_scene_kind_to_string((GwSceneKind)kind), NULL);
    g_autofree char *time =
        g_strconcat("time_to_finding_p95_s_", gw_scene_kind_to_string((GwSceneKind)kind), NULL);
    figure_peer(name, 100.0 * caught / n, "%", 100.0 * peer / n);
    figure(very, 100.0 * exact / n, "%");
    figure(time, p95(own), "s");
    worst = MIN(worst, 100.0 * caught / n);
    peer_worst = MIN(peer_worst, 100.0 * peer / n);
  }
  figure_peer("caught_percent_worst", worst, "%", peer_worst);
  figure("time_to_finding_p95_s", p95(seconds), "s");
}

/* The mean of a Poisson count k that would be undercut with 5 % probability. */
static double poisson_upper95(guint k) {
  double low = k, high = k + 20 + 5 * sqrt(k);
  for (int step = 0; step < 60; step++) {
    const double mid = (low + high) / 2;
    double term = exp(-mid), sum = term;
    for (guint i = 1; i <= k; i++)
      sum += term *= mid / i;
    if (sum > 0.05)
      low = mid;
    else
      high = mid;
  }
  return high;
}

static void say_days(GArray *jobs) {
  guint n = 0, wrong = 0, before = 0, peer = 0;
  guint64 looks = 0;
  for (guint i = 0; i < jobs->len; i++) {
    const Job *job = &g_array_index(jobs, Job, i);
    if (job->is_clip) {
      before += job->result.false_findings;
      continue;
    }
    n++;
    wrong += job->result.false_findings;
    peer += job->result.peer_false;
    looks += job->result.looks;
  }
  if (n == 0)
    return;
  figure("camera_days", n, "days");
  figure("looks", (double)looks, "looks");
  figure_peer("false_per_camera_day", (double)wrong / n, "1/day", (double)peer / n);
  figure("false_per_camera_day_upper95", poisson_upper95(wrong) / n, "1/day");
  figure("false_before_the_fault_in_clips", before, "");
}

static gboolean read_real(void) {
  gsize bytes = 0;
  g_autoptr(GError) error = NULL;
  if (!real_path)
    return TRUE;
  if (!g_file_get_contents(real_path, (char **)&real_pictures, &bytes, &error)) {
    g_printerr("faults: %s\n", error->message);
    return FALSE;
  }
  n_real = (guint)(bytes / (GW_SCENE_WIDTH * GW_SCENE_HEIGHT));
  return TRUE;
}

int main(int argc, char **argv) {
  g_autoptr(GError) error = NULL;
  g_autoptr(GOptionContext) context = g_option_context_new("- faults of cameras, made and found");
  g_option_context_add_main_entries(context, options, NULL);
  if (!g_option_context_parse(context, &argc, &argv, &error) || clips < 1 || days < 1 || threads < 1) {
    g_printerr("faults: %s\n", error ? error->message : "numbers are 1 or more");
    return 2;
  }
  gst_init(NULL, NULL);
  if (!read_real())
    return 1;
  const guint32 seed = first_seed >= 0 ? (guint32)first_seed : g_random_int() & 0x3fffffff;
  g_printerr("faults: seed %u\n", seed);
  g_autoptr(GArray) jobs = plan(seed);
  GThreadPool *pool = g_thread_pool_new(run_job, NULL, threads, TRUE, NULL);
  for (guint i = 0; i < jobs->len; i++)
    g_thread_pool_push(pool, &g_array_index(jobs, Job, i), NULL);
  g_thread_pool_free(pool, FALSE, TRUE);
  figure("seed", seed, "");
  if (!only_calm)
    say_clips(jobs);
  say_days(jobs);
  for (guint i = 0; i < jobs->len; i++)
    if (g_array_index(jobs, Job, i).failed) {
      g_printerr("faults: some clips could not be made; their encoder is missing\n");
      return 1;
    }
  return 0;
}
