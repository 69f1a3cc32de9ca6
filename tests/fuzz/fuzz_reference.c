/* A scene's opaque reference, as it comes back from the database: whatever is taken must be usable. */
#include "pipelines/scene/scene.h"

#include <stdint.h>
#include <string.h>

#define HEAD_BYTES 12
#define SLOT_BYTES (4 + GW_SCENE_WIDTH * GW_SCENE_HEIGHT)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_use(GwScene *scene) {
  static guint8 luma[GW_SCENE_WIDTH * GW_SCENE_HEIGHT];
  GwSceneSaid said;
  for (int i = 0; i < 3; i++) {
    memset(luma, 40 * i, sizeof luma);
    gw_scene_look(scene, &(GwSceneLook){luma, i * 10 * GW_SEC, i - 1}, &said);
    g_assert(said.n <= GW_SCENE_FINDINGS_MOST);
  }
  g_autoptr(GBytes) again = gw_scene_reference(scene);
  g_assert(again && g_bytes_get_size(again) <= GW_SCENE_REFERENCE_MOST_BYTES);
  gsize bytes = 0;
  const guint8 *data = g_bytes_get_data(again, &bytes);
  g_assert(gw_scene_set_reference(scene, data, bytes));
}

static guint64 fuzz_sum(const guint8 *data, gsize bytes) {
  guint64 hash = 14695981039346656037u;
  for (gsize i = 0; i < bytes; i++)
    hash = (hash ^ data[i]) * 1099511628211u;
  return hash;
}

/* No fuzzer guesses a sum: the input is also laid over the head of a blob of the right length, and summed. */
static void fuzz_summed(const uint8_t *data, size_t size) {
  gsize bytes = HEAD_BYTES + (size && data[0] & 1 ? 2 : 1) * SLOT_BYTES + 8;
  g_autofree guint8 *blob = g_malloc0(bytes);
  memcpy(blob, "GWSR\1\0\1\0\100\1\264\0", HEAD_BYTES);
  blob[6] = (guint8)(bytes / SLOT_BYTES);
  for (size_t i = 1; i + 2 < size; i += 3) /* place and value */
    blob[(data[i] | (gsize)data[i + 1] << 8) % (bytes - 8)] = data[i + 2];
  guint64 sum = fuzz_sum(blob, bytes - 8);
  for (int i = 0; i < 8; i++)
    blob[bytes - 8 + (gsize)i] = (guint8)(sum >> (8 * i));
  GwScene *scene = gw_scene_new();
  if (gw_scene_set_reference(scene, blob, bytes))
    fuzz_use(scene);
  gw_scene_free(scene);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  GwScene *scene = gw_scene_new();
  if (gw_scene_set_reference(scene, data, size))
    fuzz_use(scene);
  gw_scene_free(scene);
  fuzz_summed(data, size);
  return 0;
}
