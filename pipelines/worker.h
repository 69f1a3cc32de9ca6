#pragma once
#include <glib.h>

/* The worker as the daemon sees it: two links, one job, until `quit` or until the daemon is gone.
 *
 * Thread: the control thread (default GMainContext); gw_worker_run() iterates it. */
int gw_worker_run(int control_fd, int media_fd); /* the exit code */
