#include "daemon/ingest/gop.h"

static void picture_clear(gpointer p) {
  g_bytes_unref(((GwGopPicture *)p)->bytes);
}

void gw_gop_init(GwGop *gop) {
  *gop = (GwGop){.pictures = g_array_new(FALSE, FALSE, sizeof(GwGopPicture))};
  g_array_set_clear_func(gop->pictures, picture_clear);
}

void gw_gop_clear(GwGop *gop) {
  g_clear_pointer(&gop->pictures, g_array_unref);
}

static void empty(GwGop *gop) {
  g_array_set_size(gop->pictures, 0);
  gop->bytes = 0;
}

void gw_gop_break(GwGop *gop) {
  empty(gop);
  gop->is_open = FALSE;
}

gboolean gw_gop_put(GwGop *gop, const GwGopPicture *picture) {
  if (picture->is_key) {
    empty(gop);
    gop->is_open = TRUE;
  }
  if (!gop->is_open)
    return FALSE;
  const gsize n = g_bytes_get_size(picture->bytes);
  const gboolean is_kept = picture->is_key || gop->pictures->len > 0;
  if (is_kept && gop->bytes + n <= GW_GOP_BYTES_MOST) {
    GwGopPicture kept = *picture;
    g_bytes_ref(kept.bytes);
    g_array_append_val(gop->pictures, kept);
    gop->bytes += n;
  } else {
    empty(gop); /* too large to keep; those who look already go on */
  }
  return TRUE;
}
