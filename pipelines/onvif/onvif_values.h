#pragma once
#include "pipelines/onvif/onvif.h"

/* The values in attributes and texts: what comes in is anything, what goes out fits.  Thread: any. */
gboolean gw_onvif_read_number(const char *text,
                              double *ret_number); /* finite; with a point, whatever the locale */
gboolean gw_onvif_read_truth(const char *text, gboolean *ret_truth); /* true, false, 1, 0, yes, no, on, off */
GwUsec gw_onvif_read_time(const char *text);                         /* xsd:dateTime; 0 when it is none */
/* Of A-Za-z0-9_-, other characters as _, cut to fit. */
void gw_onvif_copy_name(char *to, gsize room, const char *text);
/* Valid UTF-8 without control characters, cut between characters. */
void gw_onvif_copy_text(char *to, gsize room, const char *text);
/* Corners in the frame's coordinates (left, top, right, bottom) through its transformation to fractions.
 * FALSE: not in the picture, so of coordinates that nobody explained. */
gboolean gw_onvif_box(const double corners[4], const double translate[2], const double scale[2],
                      double ret_box[4]);
