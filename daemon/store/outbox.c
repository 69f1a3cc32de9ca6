#include "daemon/store/outbox.h"

#include "daemon/store/ids.h"

GW_SQL(OUTBOX_GET,
       "select id, rev, channel, target, target_id, target_role, subject, subject_id, template, priority,"
       " state, attempts, queued_at_us, sent_at_us, delivered_at_us, read_at_us, answered_at_us,"
       " deadline_at_us from outbox where id = :id");
GW_SQL(
    OUTBOX_INSERT,
    "insert into outbox (rev, channel, target, target_id, target_role, subject, subject_id, template, "
    "priority,"
    " state, attempts, queued_at_us, sent_at_us, delivered_at_us, read_at_us, answered_at_us, deadline_at_us)"
    " values (:rev, :channel, :target, :target_id, :target_role, :subject, :subject_id, :template, :priority,"
    " :state, :attempts, :queued_at, :sent_at, :delivered_at, :read_at, :answered_at, :deadline_at)");
GW_SQL(OUTBOX_UPDATE,
       "update outbox set rev = :rev, state = :state, attempts = :attempts, sent_at_us = :sent_at,"
       " delivered_at_us = :delivered_at, read_at_us = :read_at, answered_at_us = :answered_at,"
       " deadline_at_us = :deadline_at where id = :id");
GW_SQL(OUTBOX_OPEN_OF,
       "select id from outbox where subject = :subject and subject_id = :subject_id and state in"
       " ('QUEUED','SENDING','ACCEPTED','DELIVERED','READ','TEMP_FAIL','UNKNOWN') order by id");

static void read_row(GwStmt *s, GwOutboxRow *row) {
  *row = (GwOutboxRow){
      .id = gw_col_int(s, 0),
      .rev = gw_col_int(s, 1),
      .target_id = gw_col_int(s, 4),
      .subject_id = gw_col_int(s, 7),
      .priority = (int)gw_col_int(s, 9),
      .core = {.attempts = (int)gw_col_int(s, 11),
               .queued_at_us = gw_col_int(s, 12),
               .sent_at_us = gw_col_int(s, 13),
               .delivered_at_us = gw_col_int(s, 14),
               .read_at_us = gw_col_int(s, 15),
               .answered_at_us = gw_col_int(s, 16),
               .deadline_at_us = gw_col_int(s, 17)},
  };
  g_strlcpy(row->channel, gw_col_text(s, 2), sizeof row->channel);
  g_strlcpy(row->target, gw_col_text(s, 3), sizeof row->target);
  g_strlcpy(row->target_role, gw_col_text(s, 5), sizeof row->target_role);
  g_strlcpy(row->subject, gw_col_text(s, 6), sizeof row->subject);
  g_strlcpy(row->template_name, gw_col_text(s, 8), sizeof row->template_name);
  if (!gw_outbox_state_from_string(gw_col_text(s, 10), &row->core.state))
    row->core.state = GW_OUTBOX_EXPIRED;
}

gboolean gw_store_outbox_get(GwDb *db, GwId id, GwOutboxRow *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &OUTBOX_GET);
  gw_bind_id(s, ":id", id);
  GwStep step = gw_step(s, error);
  if (step == GW_STEP_DONE)
    g_set_error(error, GW_ERROR, GW_CODE_NOT_FOUND, "There is no such message.");
  if (step == GW_STEP_ROW)
    read_row(s, ret);
  return step == GW_STEP_ROW;
}

static void bind_changing(GwStmt *s, const GwOutboxRow *row) {
  gw_bind_int(s, ":rev", row->rev);
  gw_bind_text(s, ":state", gw_outbox_state_to_string(row->core.state));
  gw_bind_int(s, ":attempts", row->core.attempts);
  gw_bind_at(s, ":sent_at", row->core.sent_at_us);
  gw_bind_at(s, ":delivered_at", row->core.delivered_at_us);
  gw_bind_at(s, ":read_at", row->core.read_at_us);
  gw_bind_at(s, ":answered_at", row->core.answered_at_us);
  gw_bind_at(s, ":deadline_at", row->core.deadline_at_us);
}

gboolean gw_store_outbox_insert(GwDb *db, GwOutboxRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &OUTBOX_INSERT);
  row->rev = 1;
  bind_changing(s, row);
  gw_bind_text(s, ":channel", row->channel);
  gw_bind_text(s, ":target", row->target);
  gw_bind_int(s, ":target_id", row->target_id);
  gw_bind_text(s, ":target_role", row->target_role);
  gw_bind_text(s, ":subject", row->subject);
  gw_bind_int(s, ":subject_id", row->subject_id);
  gw_bind_text(s, ":template", row->template_name);
  gw_bind_int(s, ":priority", row->priority);
  gw_bind_int(s, ":queued_at", row->core.queued_at_us);
  if (!gw_step_done(s, error))
    return FALSE;
  row->id = gw_db_last_id(db);
  return TRUE;
}

gboolean gw_store_outbox_update(GwDb *db, GwOutboxRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &OUTBOX_UPDATE);
  row->rev++;
  bind_changing(s, row);
  gw_bind_id(s, ":id", row->id);
  return gw_step_done(s, error);
}

GArray *gw_store_outbox_open_of(GwDb *db, const char *subject, GwId subject_id, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &OUTBOX_OPEN_OF);
  gw_bind_text(s, ":subject", subject);
  gw_bind_int(s, ":subject_id", subject_id);
  return gw_store_read_ids(s, error);
}
