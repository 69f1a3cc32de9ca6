#include "daemon/store/verify_private.h"

#include <string.h>

/* What must hold between tables and no constraint can say.  Each statement answers the rows that are wrong. */
GW_SQL(VERIFY_OPEN_KEY, "select key, count(*) from alert where state <> 'NORM' group by key having count(*) > 1 limit 1");
GW_SQL(VERIFY_ALERT_TICKET, "select code from alert where ticket_id is not null"
                            " and not exists (select 1 from ticket t where t.id = alert.ticket_id) limit 1");
GW_SQL(VERIFY_UNIT_TICKET, "select u.code from unit u where u.ticket_id is not null and not exists (select 1 from ticket t"
                           " where t.id = u.ticket_id and t.unit_id = u.id) limit 1");
GW_SQL(VERIFY_TIMER,
       "select kind from timer t where case t.subject"
       " when 'alert' then not exists (select 1 from alert where id = t.subject_id)"
       " when 'ticket' then not exists (select 1 from ticket where id = t.subject_id)"
       " when 'round' then not exists (select 1 from round where id = t.subject_id)"
       " when 'round_point' then not exists (select 1 from round_point where id = t.subject_id)"
       " when 'outbox' then not exists (select 1 from outbox where id = t.subject_id)"
       " when 'condition' then not exists (select 1 from condition where id = t.subject_id)"
       " when 'outage' then not exists (select 1 from outage where id = t.subject_id and ended_at_us is null)"
       " when 'camera' then not exists (select 1 from camera where id = t.subject_id)"
       " when 'finding' then not exists (select 1 from finding where id = t.subject_id)"
       " when 'reader' then not exists (select 1 from reader where id = t.subject_id)"
       " else 0 end limit 1");
GW_SQL(VERIFY_RECORD, "select kind from round_record r where not exists (select 1 from journal where seq = r.seq) limit 1");
GW_SQL(VERIFY_FOREIGN, "select \"table\" from pragma_foreign_key_check limit 1");
GW_SQL(VERIFY_FILE, "select * from pragma_integrity_check(1)");

typedef struct Check {
  const GwSql *sql;
  const char *en, *zh; /* followed by what the statement answers */
} Check;

static gboolean run(GwDb *db, const Check *check, GwVerifyReport *report, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, check->sql);
  GwStep step = gw_step(s, error);
  if (step == GW_STEP_FAILED)
    return FALSE;
  if (step == GW_STEP_DONE || strcmp(gw_col_text(s, 0), "ok") == 0)
    return TRUE;
  report->sentence_en = g_strdup_printf("%s: %s.", check->en, gw_col_text(s, 0));
  report->sentence_zh = g_strdup_printf("%s：%s。", check->zh, gw_col_text(s, 0));
  return TRUE;
}

gboolean gw_verify_tables(GwDb *db, GwVerifyReport *report, GError **error) {
  const Check checks[] = {
      {&VERIFY_FILE, "The database file is damaged", "数据库文件已损坏"},
      {&VERIFY_FOREIGN, "A row points to one that is not there, in table", "存在悬空引用，表"},
      {&VERIFY_OPEN_KEY, "Two open alerts have the same key", "两条未关闭警情的键相同"},
      {&VERIFY_ALERT_TICKET, "An alert names a ticket that is not there", "警情所指工单不存在"},
      {&VERIFY_UNIT_TICKET, "A unit is busy with a ticket that is not its own", "队伍占用的工单不属于该队伍"},
      {&VERIFY_TIMER, "A timer waits for something that is not there", "定时器指向不存在的对象"},
      {&VERIFY_RECORD, "A patrol record names a journal row that is not there", "巡更记录所指日志不存在"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(checks) && !report->sentence_en; i++)
    if (!run(db, &checks[i], report, error))
      return FALSE;
  return TRUE;
}
