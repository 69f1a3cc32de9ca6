#include "daemon/store/outline.h"

GW_SQL(OUTLINES,
       "select id, kind, outline from place where outline is not null and valid_to_us is null order by id");

gboolean gw_store_outlines(GwDb *db, GwOutlineFunc func, gpointer user, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &OUTLINES);
  GwStep step;
  while ((step = gw_step(s, error)) == GW_STEP_ROW)
    func(gw_col_int(s, 0), gw_col_text(s, 1), gw_col_text(s, 2), user);
  return step == GW_STEP_DONE;
}
