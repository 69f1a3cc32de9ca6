#pragma once
#include <glib.h>

/* Boxes of an MP4, written one after the other into a growing array; sizes are filled in when a box ends. */
guint gw_box_begin(GByteArray *out, const char name[4]);
guint gw_box_begin_full(GByteArray *out, const char name[4], guint8 version, guint32 flags);
void gw_box_end(GByteArray *out, guint begun);

void gw_box_u8(GByteArray *out, guint value);
void gw_box_u16(GByteArray *out, guint value);
void gw_box_u32(GByteArray *out, guint32 value);
void gw_box_u64(GByteArray *out, guint64 value);
void gw_box_zeros(GByteArray *out, guint n);
void gw_box_bytes(GByteArray *out, gconstpointer data, gsize bytes);
void gw_box_set_u32(GByteArray *out, guint at, guint32 value);
