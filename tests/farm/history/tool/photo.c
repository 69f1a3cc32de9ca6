#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "daemon/base/token.h"

/* gwfarm-photo MEDIA < picture.jpg: puts a JPEG into a media folder under its hash, as the file store would, and prints
 * {"hash", "bytes"}.  For the demo's past alone: a photo of the present goes through the center's door. */
int main(int argc, char **argv) {
  static char data[8 * 1024 * 1024];
  g_autoptr(GError) error = NULL;
  gsize bytes = fread(data, 1, sizeof data, stdin);
  if (argc != 2 || sodium_init() < 0 || bytes < 4 || memcmp(data, "\xff\xd8", 2) != 0) {
    fputs("usage: gwfarm-photo MEDIA < picture.jpg\n", stderr);
    return 2;
  }
  g_autofree char *hash = gw_hash_hex(data, bytes);
  g_autofree char *folder = g_strdup_printf("%s/%.2s", argv[1], hash);
  g_autofree char *path = g_strdup_printf("%s/%s.jpg", folder, hash);
  if (g_mkdir_with_parents(folder, 0750) != 0 || !g_file_set_contents(path, data, (gssize)bytes, &error)) {
    fprintf(stderr, "gwfarm-photo: %s cannot be written\n", path);
    return 1;
  }
  printf("{\"hash\":\"%s\",\"bytes\":%" G_GSIZE_FORMAT "}\n", hash, bytes);
  return 0;
}
