/* What one look at a keyframe costs, by codec and size: CPU of decoding, of making it small, of the scene and
 * of its JPEG; beside it what the search for a QR code costs, which only cameras with codes pay.
 *
 *   bench_keyframe CODEC CLIP [CODEC CLIP ...]      (CODEC h264 or h265, CLIP an elementary stream)
 *
 * One JSON line a clip. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pipelines/look/code_reader.h"
#include "pipelines/look/jpeg.h"
#include "pipelines/look/key_decoder.h"
#include "pipelines/needed.h"
#include "pipelines/scene/scene.h"
#include "tests/pipelines/clip.h"

#define ROUNDS 100
#define UNITS_MOST 300
#define W GW_SCENE_WIDTH
#define H GW_SCENE_HEIGHT
#define CODE_WIDTH 1280

typedef struct Cost {
  double decode_ms, shrink_ms, scene_ms, jpeg_ms, code_ms;
  gsize key_bytes, jpeg_bytes;
} Cost;

static double cpu_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

typedef struct Eye {
  GwKeyDecoder *decoder;
  GwCodeReader *codes;
  GwScene *scene;
  GwUsec at_us;
} Eye;

static void on_code(const char *text, gpointer user) {
}

static void look(Eye *eye, GstBuffer *keyframe, Cost *cost) {
  static guint8 y[W * H], u[W * H / 4], v[W * H / 4];
  GwKeyPicture picture;
  double at = cpu_ms();
  if (!gw_key_decoder_decode(eye->decoder, keyframe, &picture)) {
    fprintf(stderr, "bench_keyframe: a keyframe could not be decoded\n");
    exit(1);
  }
  cost->decode_ms += cpu_ms() - at;
  at = cpu_ms();
  gw_plane_shrink(&picture.planes.y, y, W, W, H);
  gw_plane_shrink(&picture.planes.u, u, W / 2, W / 2, H / 2);
  gw_plane_shrink(&picture.planes.v, v, W / 2, W / 2, H / 2);
  const double colour = gw_plane_colour(u, v, sizeof u);
  cost->shrink_ms += cpu_ms() - at;
  at = cpu_ms();
  (void)gw_code_reader_read(eye->codes, &picture.planes.y, CODE_WIDTH, on_code, NULL);
  cost->code_ms += cpu_ms() - at;
  gw_key_decoder_release(eye->decoder);
  at = cpu_ms();
  GwSceneSaid said = {0};
  const GwSceneLook seen = {y, eye->at_us += 10 * GW_SEC, colour};
  gw_scene_look(eye->scene, &seen, &said);
  cost->scene_ms += cpu_ms() - at;
  at = cpu_ms();
  g_autoptr(GBytes) jpeg = gw_jpeg_new(y, u, v, W, H, G_MAXSIZE);
  cost->jpeg_ms += cpu_ms() - at;
  cost->key_bytes += gst_buffer_get_size(keyframe);
  cost->jpeg_bytes += g_bytes_get_size(jpeg);
}

static void measure(const char *codec, const char *path) {
  GwClip *clip = gw_clip_load(path, codec, UNITS_MOST);
  Eye eye = {clip ? gw_key_decoder_new(codec) : NULL, gw_code_reader_new(), gw_scene_new(), GW_DAY};
  Cost cost = {0}, warm = {0};
  if (!eye.decoder) {
    fprintf(stderr, "bench_keyframe: %s is no %s clip\n", path, codec);
    exit(1);
  }
  look(&eye, gw_clip_keyframe(clip, 0), &warm);
  for (guint i = 0; i < ROUNDS; i++)
    look(&eye, gw_clip_keyframe(clip, i), &cost);
  g_autofree char *name = g_path_get_basename(path);
  printf("{\"bench\":\"keyframe\",\"figure\":\"keyframe_cpu_ms\",\"clip\":\"%s\",\"codec\":\"%s\",\"width\":%"
         "d,\"height\":%d,\"value\":%.2f,"
         "\"unit\":\"ms\",\"decode_ms\":%.2f,\"shrink_ms\":%.2f,\"scene_ms\":%.2f,\"jpeg_ms\":%.2f,\"code_"
         "ms\":%.2f,\"keyframe_bytes\":%zu,"
         "\"jpeg_bytes\":%zu,\"keyframes\":%d}\n",
         name, codec, clip->width, clip->height,
         (cost.decode_ms + cost.shrink_ms + cost.scene_ms + cost.jpeg_ms) / ROUNDS, cost.decode_ms / ROUNDS,
         cost.shrink_ms / ROUNDS, cost.scene_ms / ROUNDS, cost.jpeg_ms / ROUNDS, cost.code_ms / ROUNDS,
         cost.key_bytes / ROUNDS, cost.jpeg_bytes / ROUNDS, ROUNDS);
  gw_key_decoder_free(eye.decoder);
  gw_code_reader_free(eye.codes);
  gw_scene_free(eye.scene);
  gw_clip_free(clip);
}

int main(int argc, char **argv) {
  gw_needed_prepare();
  gst_init(&argc, &argv);
  g_autofree char *missing = gw_needed_load();
  if (argc < 3 || argc % 2 == 0 || missing) {
    fprintf(stderr, "usage: bench_keyframe CODEC CLIP [CODEC CLIP ...]%s%s\n", missing ? "; missing: " : "",
            missing ? missing : "");
    return 2;
  }
  for (int i = 1; i + 1 < argc; i += 2)
    measure(argv[i], argv[i + 1]);
  return 0;
}
