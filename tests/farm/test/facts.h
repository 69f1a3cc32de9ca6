#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <glib.h>
#include <string.h>

/* A clip as an encoder would write it: 1280 x 720, 15 pictures a second, a keyframe of 5,000 bytes and
 * four small pictures, three times over.  The headers are real; the slices are not decodable. */
static const guint8 facts_sps[] = {0x67, 0x42, 0xc0, 0x1f, 0xda, 0x01, 0x40, 0x16, 0xec, 0x05,
                                   0xa8, 0x08, 0x08, 0x0a, 0x00, 0x00, 0x03, 0x00, 0x02, 0x00,
                                   0x00, 0x03, 0x00, 0x3d, 0x1e, 0x30, 0x65, 0x40};
static const guint8 facts_pps[] = {0x68, 0xce, 0x3c, 0x80};
#define FACTS_KEY_BYTES 5000
#define FACTS_GOP 5

static inline void facts_add(GByteArray *to, const guint8 *nal, gsize bytes) {
  g_byte_array_append(to, (const guint8 *)"\0\0\0\1", 4);
  g_byte_array_append(to, nal, bytes);
}

static inline GByteArray *facts_clip(void) {
  GByteArray *clip = g_byte_array_new();
  guint8 key[FACTS_KEY_BYTES], small[200];
  memset(key, 0xa5, sizeof key);
  memset(small, 0xb6, sizeof small);
  key[0] = 0x65;
  small[0] = 0x41;
  for (guint i = 0; i < 3 * FACTS_GOP; i++) {
    if (i % FACTS_GOP) {
      facts_add(clip, small, sizeof small);
      continue;
    }
    facts_add(clip, facts_sps, sizeof facts_sps);
    facts_add(clip, facts_pps, sizeof facts_pps);
    facts_add(clip, key, sizeof key);
  }
  return clip;
}
