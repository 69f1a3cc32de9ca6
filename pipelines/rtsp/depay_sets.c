#include "pipelines/rtsp/depay_sets.h"

#include <string.h>

#define START_CODE_BYTES 4

void gw_sets_init(GwSets *sets) {
  *sets = (GwSets){.text = g_byte_array_new(), .is_text_old = TRUE};
}

void gw_sets_clear(GwSets *sets) {
  for (guint i = 0; i < sets->n; i++)
    g_free(sets->sets[i].nal);
  g_byte_array_unref(sets->text);
  *sets = (GwSets){0};
}

static void remove_at(GwSets *sets, guint i) {
  sets->bytes -= sets->sets[i].bytes + START_CODE_BYTES;
  g_free(sets->sets[i].nal);
  memmove(&sets->sets[i], &sets->sets[i + 1], (sets->n - i - 1) * sizeof(GwSet));
  sets->n--;
  sets->changed = sets->is_text_old = TRUE;
}

static gboolean is_full(const GwSets *sets, gsize more_bytes) {
  return sets->n == GW_SETS_MOST || sets->bytes + more_bytes + START_CODE_BYTES > GW_DEPAY_MOST_SETS_BYTES;
}

void gw_sets_add(GwSets *sets, GwNalKind kind, guint id, const guint8 *nal, gsize bytes, gboolean brought) {
  if (bytes + START_CODE_BYTES > GW_DEPAY_MOST_SETS_BYTES)
    return;
  for (guint i = 0; i < sets->n; i++) {
    GwSet *set = &sets->sets[i];
    if (set->kind != kind || set->id != id)
      continue;
    if (set->bytes == bytes && memcmp(set->nal, nal, bytes) == 0) {
      set->brought = set->brought || brought;
      return;
    }
    remove_at(sets, i);
    break;
  }
  while (is_full(sets, bytes))
    remove_at(sets, 0);
  sets->sets[sets->n++] = (GwSet){kind, id, brought, g_memdup2(nal, bytes), bytes};
  sets->bytes += bytes + START_CODE_BYTES;
  sets->changed = sets->is_text_old = TRUE;
}

void gw_sets_keep_brought(GwSets *sets) {
  for (guint i = sets->n; i > 0; i--)
    if (!sets->sets[i - 1].brought)
      remove_at(sets, i - 1);
}

void gw_sets_forget_brought(GwSets *sets) {
  for (guint i = 0; i < sets->n; i++)
    sets->sets[i].brought = FALSE;
}

guint gw_sets_kinds(const GwSets *sets) {
  guint kinds = 0;
  for (guint i = 0; i < sets->n; i++)
    kinds |= 1u << sets->sets[i].kind;
  return kinds;
}

const GByteArray *gw_sets_text(GwSets *sets) {
  static const guint8 start_code[START_CODE_BYTES] = {0, 0, 0, 1};
  if (!sets->is_text_old)
    return sets->text;
  g_byte_array_set_size(sets->text, 0);
  for (GwNalKind kind = GW_NAL_VPS; kind <= GW_NAL_PPS; kind++)
    for (guint i = 0; i < sets->n; i++)
      if (sets->sets[i].kind == kind) {
        g_byte_array_append(sets->text, start_code, START_CODE_BYTES);
        g_byte_array_append(sets->text, sets->sets[i].nal, (guint)sets->sets[i].bytes);
      }
  sets->is_text_old = FALSE;
  return sets->text;
}
