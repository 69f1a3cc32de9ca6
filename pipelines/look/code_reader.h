#pragma once
#include "pipelines/look/plane.h"

/* Reads QR codes from luma, by zbar.  Thread: one at a time. */
#define GW_CODE_TEXT_BYTES 512

typedef struct GwCodeReader GwCodeReader;
typedef void (*GwCodeFound)(const char *text,
                            gpointer user); /* UTF-8, shorter than GW_CODE_TEXT_BYTES; lent */

GwCodeReader *gw_code_reader_new(void);
void gw_code_reader_free(GwCodeReader *reader); /* accepts NULL */

/* At most `width` wide, made small by areas: a code of 120 pixels in 1080p needs 1280.  Returns how many
 * codes were found, each said once. */
guint gw_code_reader_read(GwCodeReader *reader, const GwPlane *luma, int width, GwCodeFound found,
                          gpointer user);
