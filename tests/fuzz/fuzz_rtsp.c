/* All that comes on the socket of a playing session: `$` frames with RTP, RTCP and metadata, and RTSP
 * messages in between, handed over in pieces of odd sizes (the first byte), as TCP does. */
#include "pipelines/rtsp/flow.h"
#include "pipelines/rtsp/interleave.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void on_unit(GwUnit *unit, GwUsec mono_us, gpointer user) {
  g_assert(unit->bytes > 5 && unit->bytes <= GW_DEPAY_MOST_BYTES);
  g_free(unit->data);
}

static void on_document(const guint8 *xml, gsize bytes, GwUsec mono_us, gpointer user) {
  g_assert(bytes <= GW_ONVIF_MOST_BYTES);
}

static gboolean on_send(const guint8 *data, gsize bytes, gpointer user) {
  return bytes % 7 != 0; /* now and then there is no room */
}

static GwFlow *flow_of(guint8 how) {
  static const GwFlowEvents events = {on_unit, on_document, on_send};
  GwRtspSession session = {.fd = -1, .timeout_s = 10, .has_get_parameter = how & 2};
  session.codec = how & 1 ? GW_CODEC_H265 : GW_CODEC_H264;
  session.id = g_strdup("1234");
  session.url = g_strdup("rtsp://127.0.0.1/cam/1");
  session.video = (GwRtspTrackSetup){TRUE, 0, 1, 96, 90000};
  session.metadata = (GwRtspTrackSetup){TRUE, 2, 3, 107, 90000};
  gw_auth_init(&session.auth, "user", "password");
  return gw_flow_new(&session, &events, NULL, GW_SEC);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 2)
    return 0;
  GwFlow *flow = flow_of(data[0]);
  const size_t step = 1 + data[1] * 8;
  GwUsec now_us = GW_SEC;
  g_autoptr(GByteArray) waiting = g_byte_array_new();
  for (size_t at = 2; at < size && gw_flow_over(flow) == GW_FLOW_GOES_ON; at += step) {
    g_byte_array_append(waiting, data + at, (guint)MIN(step, size - at));
    now_us += 400 * GW_MS;
    g_autofree guint8 *exact = g_memdup2(waiting->data, waiting->len);
    gsize used = gw_flow_bytes(flow, exact, waiting->len, now_us, now_us + 5 * GW_SEC);
    g_assert(used <= waiting->len);
    if (used > 0)
      g_byte_array_remove_range(waiting, 0, (guint)used);
    g_assert(gw_flow_over(flow) != GW_FLOW_GOES_ON || waiting->len <= GW_INTERLEAVE_MOST_BYTES + 65540);
    gw_flow_second(flow, now_us);
  }
  GwFlowCounts counts;
  gw_flow_counts(flow, &counts);
  g_autofree char *farewell = gw_flow_farewell(flow);
  gw_flow_free(flow);
  return 0;
}
