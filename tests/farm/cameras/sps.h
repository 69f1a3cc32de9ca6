#pragma once
#include <glib.h>

/* What the farm must know of a clip's headers: the size it shows, its rate, and the fields that
 * a slice header depends on, so that farm_skip_slice() can write a picture that says "as before".
 *
 * Thread: any; plain functions without state. */
typedef struct FarmSps {
  guint width, height; /* pixels, cropped */
  double fps;          /* 0 when the headers do not say */
  guint profile_idc, level_idc;
  guint frame_num_bits;
  guint picture_order; /* pic_order_cnt_type */
  guint macroblocks;   /* of one picture */
  gboolean frames_only;
} FarmSps;

typedef struct FarmPps {
  gboolean cabac, weighted, deblocking_in_slices, redundant, bottom_order;
} FarmPps;

/* `nal` starts with its header byte, no start code.  FALSE: cut off, or a kind we do not read. */
gboolean farm_sps_parse(const guint8 *nal, gsize bytes, FarmSps *ret_sps);
gboolean farm_h265_sps_parse(const guint8 *nal, gsize bytes, FarmSps *ret_sps);
gboolean farm_pps_parse(const guint8 *nal, gsize bytes, FarmPps *ret_pps);

/* A whole P picture as one NAL in which every macroblock repeats the picture before it, or NULL when
 * these headers need more than we write (CABAC, fields, explicit weights).  `frame_num` counts from
 * the last IDR. */
GByteArray *farm_skip_slice(const FarmSps *sps, const FarmPps *pps, guint frame_num);
