/* libgstgridwarden.so: our elements for gst-launch-1.0 and gst-inspect-1.0. */
#include "pipelines/elements.h"

#define PACKAGE "gridwarden"
GST_PLUGIN_DEFINE(GST_VERSION_MAJOR, GST_VERSION_MINOR, gridwarden,
                  "Gridwarden: eyes on cameras, and check-ins of guard-tour readers and phones",
                  gw_elements_init, GW_VERSION, "Apache 2.0", "gridwarden", "https://localhost/")
