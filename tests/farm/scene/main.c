#include "daemon/base/log.h"
#include "tests/farm/scene/scenes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_BITS 12
#define NUMBER_BOX 32

/* The number of a picture in black and white boxes, lowest bit first, for programs that look at the picture itself. */
static void paint_number(Canvas *picture, guint n) {
  for (guint bit = 0; bit < NUMBER_BITS; bit++)
    paint_box(picture, bit * NUMBER_BOX, picture->height - NUMBER_BOX, NUMBER_BOX, NUMBER_BOX,
              n >> bit & 1 ? GREY(235) : GREY(16));
}

/* gwfarm-scene NAME WIDTH HEIGHT FPS SECONDS [numbered]: raw I420 pictures on stdout, for an encoder (make-clips). */
static gboolean paint(const Scene *scene, guint width, guint height, guint fps, guint seconds, gboolean numbered) {
  g_autoptr(Canvas) still = canvas_new(width, height), picture = canvas_new(width, height);
  g_autoptr(GRand) dice = g_rand_new_with_seed(46); /* the same clip on every machine */
  g_autofree gint8 *grain = paint_grain_new(still, scene->noise, dice);
  scene->still(still);
  for (guint n = 0; n < fps * seconds; n++) {
    canvas_copy(picture, still);
    scene->moving(picture, (double)n / fps, seconds);
    paint_noise(picture, grain, dice);
    g_autofree char *clock = g_strdup_printf("12:00:%02u-%02u", n / fps % 60, n % fps);
    paint_box(picture, 18, 14, 370, 44, GREY(30));
    paint_digits(picture, 28, 22, 30, clock, GREY(225));
    if (numbered)
      paint_number(picture, n);
    if (fwrite(picture->data, 1, picture->bytes, stdout) != picture->bytes)
      return FALSE;
  }
  return fflush(stdout) == 0;
}

int main(int argc, char **argv) {
  gw_log_init("gwfarm-scene", GW_LOG_INFO);
  const gboolean numbered = argc == 7 && strcmp(argv[6], "numbered") == 0;
  const Scene *scene = argc == 6 || numbered ? scene_find(argv[1]) : NULL;
  guint width = scene ? atoi(argv[2]) : 0, height = scene ? atoi(argv[3]) : 0;
  guint fps = scene ? atoi(argv[4]) : 0, seconds = scene ? atoi(argv[5]) : 0;
  if (!scene || width < 16 || width > 3840 || height < 16 || height > 2160 || width % 2 || height % 2 ||
      fps < 1 || fps > 60 || seconds < 1 || seconds > 600) {
    fprintf(stderr, "usage: gwfarm-scene NAME WIDTH HEIGHT FPS SECONDS [numbered] > pictures.i420\n  NAME: %s\n",
            scene_names());
    return 2;
  }
  if (paint(scene, width, height, fps, seconds, numbered))
    return 0;
  gw_error("could not write all pictures: the reader is gone or the disk is full");
  return 1;
}
