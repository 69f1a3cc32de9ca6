#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "daemon/app/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

/* Whatever stands in gridwarden.conf: refused with a sentence or taken, never a crash. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
  char path[32];
  int fd = memfd_create("gridwarden.conf", MFD_CLOEXEC);
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  if (fd >= 0 && write(fd, data, bytes) == (ssize_t)bytes) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GwConfig) config = gw_config_load(path, &error);
    g_assert((config != NULL) != (error != NULL));
  }
  close(fd);
  return 0;
}
