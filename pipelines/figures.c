#include "pipelines/figures.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* /proc/self/stat, fields 20 and 24, counted behind the name in brackets, which may hold anything. */
static void read_stat(GwWorkerFigures *ret) {
  g_autofree char *text = NULL;
  long threads = 0, pages = 0;
  if (!g_file_get_contents("/proc/self/stat", &text, NULL, NULL))
    return;
  const char *rest = strrchr(text, ')');
  if (rest &&
      sscanf(rest,
             ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %ld %*d %*u %*u %ld",
             &threads, &pages) == 2) {
    ret->threads = (guint)threads;
    ret->rss_bytes = (gsize)pages * (gsize)sysconf(_SC_PAGESIZE);
  }
}

void gw_figures_of_self(GwWorkerFigures *ret) {
  struct rusage used;
  *ret = (GwWorkerFigures){0};
  read_stat(ret);
  if (getrusage(RUSAGE_SELF, &used) == 0)
    ret->cpu_us = (guint64)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * GW_SEC +
                  (guint64)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}
