#pragma once
#include "daemon/base/error.h"

/* A picture without what it tells beside the picture: JPEG segments APP1…APP15 and COM (EXIF with place and
 * device, XMP, thumbnails, maker's notes) and PNG chunks tEXt, zTXt, iTXt, eXIf, tIME are left out; so is what
 * stands behind the end.  The pixels are not decoded: that is for a worker.  Pure.  Thread: any. */
typedef enum GwPictureKind { GW_PICTURE_NONE, GW_PICTURE_JPEG, GW_PICTURE_PNG } GwPictureKind;

GwPictureKind gw_picture_kind(const guint8 *bytes, gsize n); /* by its first bytes */
const char *gw_picture_kind_name(GwPictureKind kind);        /* "jpg", "png" */
/* NULL with UNSUPPORTED when it is neither, or its segments do not fit together.  Yours. */
GBytes *gw_picture_clean(const guint8 *bytes, gsize n, GwPictureKind *ret_kind, GError **error);
