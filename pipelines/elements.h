#pragma once
#include <gst/gst.h>

/* Our elements, as a plugin (libgstgridwarden.so, for gst-launch-1.0 and gst-inspect-1.0) and inside
 * gridwarden-ingest, which so never depends on where the plugin was installed. */
gboolean gw_elements_init(GstPlugin *plugin); /* the plugin's init function */
void gw_elements_register_static(void);       /* after gst_init() */
