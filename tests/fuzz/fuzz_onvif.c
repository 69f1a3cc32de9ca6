/* What a camera may send on its metadata track: as a document, and in pieces (the first byte says how large).
 */
#include "pipelines/onvif/onvif.h"
#include "pipelines/onvif/onvif_assemble.h"
#include "pipelines/onvif/onvif_filter.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const GwOnvifObservation *o) {
  g_assert(o->topic < GW_ONVIF_N_TOPICS && o->score <= 1);
  g_assert(g_utf8_validate(o->rule, -1, NULL) && g_utf8_validate(o->tail, -1, NULL));
  g_assert(memchr(o->class, 0, sizeof o->class) && memchr(o->object, 0, sizeof o->object));
  for (const char *c = o->class; *c; c++)
    g_assert(g_ascii_isalnum(*c) || *c == '_' || *c == '-');
  for (guint i = 0; o->has_box && i < 4; i++)
    g_assert(o->box[i] >= 0 && o->box[i] <= 1);
  g_assert(!o->has_box || (o->box[0] + o->box[2] <= 1.0001 && o->box[1] + o->box[3] <= 1.0001));
}

static void on_document(const guint8 *xml, gsize bytes, guint32 rtp_time, gpointer user) {
  g_assert(bytes <= GW_ONVIF_MOST_BYTES);
  g_autoptr(GError) error = NULL;
  g_autoptr(GArray) found = gw_onvif_parse(xml, bytes, &error);
  g_assert((found == NULL) == (error != NULL));
  for (guint i = 0; found && i < found->len; i++) {
    const GwOnvifObservation *o = &g_array_index(found, GwOnvifObservation, i);
    check(o);
    (void)gw_onvif_filter_pass(user, o, (GwUsec)i * GW_SEC);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0)
    return 0;
  g_autoptr(GwOnvifFilter) filter = gw_onvif_filter_new();
  g_autofree guint8 *exact = g_memdup2(data + 1, size - 1);
  on_document(exact, MIN(size - 1, GW_ONVIF_MOST_BYTES), 0, filter);
  g_autoptr(GwOnvifAssemble) assemble = gw_onvif_assemble_new(on_document, filter);
  size_t piece = 16 + (data[0] & 0x3f) * 8;
  for (size_t at = 0; at < size - 1; at += piece) {
    size_t n = MIN(piece, size - 1 - at);
    gboolean is_last = at + n == size - 1;
    gw_onvif_assemble_packet(assemble, exact + at, n, is_last && data[0] & 0x40, is_last,
                             at && data[0] & 0x80);
  }
  return 0;
}
