#include "daemon/store/ids.h"

GArray *gw_store_read_ids(GwStmt *s, GError **error) {
  g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(GwId));
  GwStep step;
  while ((step = gw_step(s, error)) == GW_STEP_ROW) {
    const GwId id = gw_col_int(s, 0);
    g_array_append_val(ids, id);
  }
  return step == GW_STEP_DONE ? g_steal_pointer(&ids) : NULL;
}
