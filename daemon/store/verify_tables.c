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
       " when 'tour_run' then not exists (select 1 from tour_run where id = t.subject_id and state in ('due','running'))"
       " when 'clip' then not exists (select 1 from clip where id = t.subject_id and state in ('asked','waiting'))"
       " when 'reader' then not exists (select 1 from reader where id = t.subject_id)"
       " else 0 end limit 1");
GW_SQL(VERIFY_RECORD, "select kind from round_record r where not exists (select 1 from journal where seq = r.seq) limit 1");
/* A window that is open, or to come, has somebody who will notice its end; a run that is done has a look a page. */
GW_SQL(VERIFY_TOUR_TIMER, "select r.id from tour_run r where r.state in ('due','running') and r.due_to_us is not null"
                          " and not exists (select 1 from timer t where t.kind = 'tour.missed' and t.subject_id = r.id) limit 1");
GW_SQL(VERIFY_TOUR_DONE, "select r.id from tour_run r where (r.state = 'done') <> (json_array_length(r.pages) > 0"
                         " and json_array_length(r.pages) = (select count(*) from tour_look l where l.run_id = r.id)) limit 1");
/* Proof that is said to be there is there; what is waited for, somebody will give up; a spot shows what is open. */
GW_SQL(VERIFY_CLIP_FILE, "select id from clip where state = 'saved' and not exists (select 1 from file where hash = clip.hash"
                         " and kind = 'mp4' and bytes = clip.bytes) limit 1");
GW_SQL(VERIFY_CLIP_LATE, "select id from clip where state in ('asked','waiting') and not exists (select 1 from timer t"
                         " where t.kind = 'clip.late' and t.subject_id = clip.id) limit 1");
GW_SQL(VERIFY_CLIP_LOCK, "select id from clip where (locked_by is null) <> (locked_at_us is null)"
                         " or (state = 'removed' and locked_by is not null) limit 1");
GW_SQL(VERIFY_SPOT, "select id from spot s where (pinned_by is not null and (camera_id is null or alert_id is not null))"
                    " or (alert_id is not null and not exists (select 1 from alert a where a.id = s.alert_id and a.state <> 'NORM'"
                    " and a.camera_id = s.camera_id)) or (camera_id is not null and pinned_by is null and alert_id is null) limit 1");
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
      {&VERIFY_TOUR_TIMER, "A tour is due and nobody would notice the end of its window, run", "轮巡到期无人察觉，轮次"},
      {&VERIFY_TOUR_DONE, "A tour is done and its pages were not all looked at, or the other way round, run", "轮巡状态与已看页不符，轮次"},
      {&VERIFY_CLIP_FILE, "A clip is said to be saved and its file is not known, clip", "录像已保存但文件不在册，录像"},
      {&VERIFY_CLIP_LATE, "A clip is waited for and nobody would give it up, clip", "录像在等待但无人到期处理，录像"},
      {&VERIFY_CLIP_LOCK, "A clip is locked by nobody, or removed although it is locked, clip", "录像锁定状态不符，录像"},
      {&VERIFY_SPOT, "A spot of the wall shows what it should not, spot", "大屏画面与警情不符，画面"},
      {&VERIFY_RECORD, "A patrol record names a journal row that is not there", "巡更记录所指日志不存在"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(checks) && !report->sentence_en; i++)
    if (!run(db, &checks[i], report, error))
      return FALSE;
  return TRUE;
}
