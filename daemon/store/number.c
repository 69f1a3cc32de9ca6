#include "daemon/store/number.h"

#include "daemon/base/token.h"

GW_SQL(NUMBER_NEXT, "insert into daily_number (day, letter, last) values (:day, :letter, 1)"
                    " on conflict (day, letter) do update set last = last + 1 returning last");

char *gw_number_next(GwDb *db, char letter, GwUsec at_us, GError **error) {
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at_us / GW_SEC);
  g_autoptr(GDateTime) local = g_date_time_to_local(utc);
  g_autofree char *day = g_date_time_format(local, "%Y%m%d");
  const char letters[2] = {letter, 0};
  g_autoptr(GwStmt) s = gw_stmt(db, &NUMBER_NEXT);
  gw_bind_text(s, ":day", day);
  gw_bind_text(s, ":letter", letters);
  if (!gw_step_row(s, error))
    return NULL;
  int n = (int)gw_col_int(s, 0);
  /* Only the end of a RETURNING statement has done the work. */
  return gw_step_done(s, error) ? gw_code_name(letter, at_us, n) : NULL;
}
