/* Whatever comes through a reader's door: lines, JSON check-ins, messages with pictures. */
#include "pipelines/checkin_json.h"
#include "pipelines/picture.h"
#include "pipelines/reader_line.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_line(const char *text, size_t size) {
  static const guint8 key[GW_KEY_BYTES] = {1};
  GwReaderLine line;
  if (!gw_reader_line_parse(text, size, &line))
    return;
  g_assert(line.signed_bytes < size && gw_tag_is_valid(line.tag) && line.seq >= 0 && line.device_at_us >= 0);
  (void)gw_reader_line_is_authentic(&line, text, key);
  g_autofree char *answer = gw_reader_answer(&line, "replay", key);
  g_assert(strlen(answer) < 256);
}

static void fuzz_json(const char *text, size_t size) {
  g_auto(GwCheckinJson) checkin = {0};
  if (gw_checkin_json_parse(text, size, &checkin))
    g_assert(checkin.method && checkin.device_at_us > 0);
  g_autofree char *with_tag = gw_checkin_json_with_tag(text, size, "P-1");
}

static void fuzz_picture(const uint8_t *data, size_t size) {
  const char *json = NULL;
  const guint8 *picture = NULL;
  gsize json_bytes = 0, picture_bytes = 0;
  int width = 0, height = 0;
  (void)gw_picture_kind(data, size, &width, &height);
  if (gw_checkin_code_split(data, size, &json, &json_bytes, &picture, &picture_bytes))
    g_assert(json_bytes + picture_bytes + 4 == size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_line((const char *)data, size);
  fuzz_json((const char *)data, size);
  fuzz_picture(data, size);
  return 0;
}
