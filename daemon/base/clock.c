#include "daemon/base/clock.h"

#include <string.h>
#include <time.h>

static gboolean faked;
static GwUsec fake_real_us, fake_elapsed_us;

static GwUsec read_clock(clockid_t id) {
  struct timespec t;
  if (clock_gettime(id, &t) != 0)
    g_error("clock %d cannot be read", (int)id); /* a machine without clocks cannot keep a promise */
  return (GwUsec)t.tv_sec * GW_SEC + t.tv_nsec / 1000;
}

GwUsec gw_clock_real_us(void) {
  return faked ? fake_real_us + fake_elapsed_us : read_clock(CLOCK_REALTIME);
}

GwUsec gw_clock_mono_us(void) {
  return faked ? GW_HOUR + fake_elapsed_us : read_clock(CLOCK_MONOTONIC);
}

GwUsec gw_clock_boot_us(void) {
  return faked ? GW_HOUR + fake_elapsed_us : read_clock(CLOCK_BOOTTIME);
}

void gw_clock_fake(GwUsec real_us) {
  faked = TRUE;
  fake_real_us = real_us;
  fake_elapsed_us = 0;
}

void gw_clock_fake_advance(GwUsec by_us) {
  g_return_if_fail(faked && by_us >= 0);
  fake_elapsed_us += by_us;
}

void gw_clock_unfake(void) {
  faked = FALSE;
}

const char *gw_clock_boot_id(void) {
  static char id[33];
  static gsize once;
  if (g_once_init_enter(&once)) {
    g_autofree char *text = NULL;
    gsize n = 0;
    if (g_file_get_contents("/proc/sys/kernel/random/boot_id", &text, NULL, NULL))
      for (const char *p = text; *p && n < 32; p++)
        if (g_ascii_isxdigit(*p))
          id[n++] = *p;
    if (n < 32)
      memset(id, '0', 32);
    g_once_init_leave(&once, 1);
  }
  return id;
}
