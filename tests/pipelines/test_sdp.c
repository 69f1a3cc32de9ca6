/* What an SDP offers: tracks and parameter sets, as cameras write them. */
#include "pipelines/rtsp/sdp.h"
#include "tests/pipelines/cm.h"

static GstSDPMessage *parse(const char *video_lines) {
  GstSDPMessage *sdp = NULL;
  g_autofree char *text = g_strdup_printf("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=camera\r\nt=0 0\r\n"
                                          "m=video 0 RTP/AVP 96\r\n%s",
                                          video_lines);
  assert_int_equal(gst_sdp_message_new_from_text(text, &sdp), GST_SDP_OK);
  return sdp;
}

/* How many parameter sets, and the first bytes of them all. */
static void expect_sets(const char *video_lines, guint n, const char *first_bytes) {
  GstSDPMessage *sdp = parse(video_lines);
  GwSdpOffer offer;
  gw_sdp_read(sdp, &offer);
  g_autoptr(GPtrArray) sets = gw_sdp_sets(&offer);
  assert_int_equal(sets->len, n);
  for (guint i = 0; i < n; i++)
    assert_int_equal(*(const char *)g_bytes_get_data(g_ptr_array_index(sets, i), NULL), first_bytes[i]);
  gst_sdp_message_free(sdp);
}

/* "QAEC" is 40 01 02, "QgEC" 42 01 02, "RAEC" 44 01 02, "Z0IA" 67 42 00, "aM48" 68 ce 3c */
static void sets_are_found_wherever_they_stand(void **state) {
  expect_sets("a=rtpmap:96 H265/90000\r\na=fmtp:96 sprop-vps=QAEC; sprop-sps=QgEC; sprop-pps=RAEC\r\n", 3,
              "\x40\x42\x44");
  expect_sets("a=rtpmap:96 H265/90000\r\na=fmtp:96  sprop-vps=QAEC;sprop-sps=QgEC;sprop-pps=RAEC;\r\n", 3,
              "\x40\x42\x44");
  expect_sets("a=rtpmap:96 H264/90000\r\na=fmtp:96 sprop-parameter-sets=Z0IA,aM48; packetization-mode=1\r\n", 2,
              "\x67\x68");
  expect_sets("a=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z0IA,aM48\r\n", 2,
              "\x67\x68");
}

static void sets_of_other_formats_are_not_ours(void **state) {
  expect_sets("a=rtpmap:96 H264/90000\r\na=fmtp:97 sprop-parameter-sets=Z0IA,aM48\r\n", 0, "");
  expect_sets("a=rtpmap:96 H264/90000\r\na=fmtp:96 x-sprop-parameter-sets=Z0IA\r\na=fmtp:96 \r\n", 0, "");
}

static void sets_are_few_however_many_there_are(void **state) {
  g_autoptr(GString) lines = g_string_new("a=rtpmap:96 H264/90000\r\n");
  for (guint i = 0; i < 100; i++)
    g_string_append(lines, "a=fmtp:96 sprop-parameter-sets=Z0IA,aM48\r\n");
  GstSDPMessage *sdp = parse(lines->str);
  GwSdpOffer offer;
  gw_sdp_read(sdp, &offer);
  g_autoptr(GPtrArray) sets = gw_sdp_sets(&offer);
  assert_int_equal(sets->len, 16);
  gst_sdp_message_free(sdp);
}

int main(int argc, char **argv) {
  gst_init(&argc, &argv);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sets_are_found_wherever_they_stand),
      cmocka_unit_test(sets_of_other_formats_are_not_ours),
      cmocka_unit_test(sets_are_few_however_many_there_are),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
