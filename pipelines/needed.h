#pragma once
#include <glib.h>

/* The GStreamer plugins that this worker uses, loaded by name: a scan of everything that is installed
 * takes seconds, and a worker that crashed must be back in two.  Less code in the process besides. */
void gw_needed_prepare(void); /* before gst_init() */

/* Where they lie, separated by ':'.  Lent. */
const char *gw_needed_folders(void);

/* After gst_init().  NULL, or the names of the elements that are not there (the caller's). */
char *gw_needed_load(void);
