#include "daemon/store/alert.h"

#include "daemon/core/ticket.h"

#define ALERT_COLUMNS                                                                                        \
  "a.id, a.rev, a.code, a.rule_id, a.rule_version, a.key, a.category, a.priority, a.state, a.active, "       \
  "a.latched, a.disposition, a.subject, a.subject_id, a.place_id, a.camera_id, a.lat, a.lon, "               \
  "a.words_text_id, a.ticket_id, a.count, a.escalation, a.owner_id, a.reported_by, a.still_hash, "           \
  "a.first_at_us, a.last_at_us, a.toned_at_us, a.acked_at_us, a.cleared_at_us, a.closed_at_us, t.state, a.floor " \
  "from alert a left join ticket t on t.id = a.ticket_id "

GW_SQL(ALERT_ROW_BY_ID, "select " ALERT_COLUMNS "where a.id = :id");
GW_SQL(ALERT_ROW_OPEN_BY_KEY, "select " ALERT_COLUMNS "where a.key = :key and a.state <> 'NORM'");
GW_SQL(
    ALERT_ROW_INSERT,
    "insert into alert (rev, code, rule_id, rule_version, key, category, priority, state, active, latched, "
    "disposition, subject, subject_id, place_id, camera_id, lat, lon, floor, words_text_id, ticket_id, count, "
    "escalation, owner_id, reported_by, still_hash, first_at_us, last_at_us, toned_at_us, acked_at_us, "
    "cleared_at_us, closed_at_us) values (:rev, :code, :rule_id, :rule_version, :key, :category, :priority, "
    ":state, :active, :latched, :disposition, :subject, :subject_id, :place_id, :camera_id, :lat, :lon, :floor, "
    ":words_text_id, :ticket_id, :count, :escalation, :owner_id, :reported_by, :still_hash, :first_at_us, "
    ":last_at_us, :toned_at_us, :acked_at_us, :cleared_at_us, :closed_at_us)");
GW_SQL(
    ALERT_ROW_SAVE,
    "update alert set rev = :rev, priority = :priority, state = :state, active = :active, "
    "disposition = :disposition, place_id = :place_id, words_text_id = :words_text_id, ticket_id = "
    ":ticket_id, "
    "count = :count, escalation = :escalation, owner_id = :owner_id, still_hash = :still_hash, "
    "category = :category, last_at_us = :last_at_us, toned_at_us = :toned_at_us, acked_at_us = :acked_at_us, "
    "cleared_at_us = :cleared_at_us, closed_at_us = :closed_at_us where id = :id");

/* The same sighting again.  Without state and disposition, whose CHECKs SQLite answers with a table of its
 * own each time, and without references, which it would look up. */
GW_SQL(ALERT_ROW_COUNT, "update alert set rev = :rev, active = 1, category = :category, count = :count, "
                        "last_at_us = :last_at_us, "
                        "toned_at_us = :toned_at_us, cleared_at_us = null where id = :id");

static void read_core(GwStmt *s, GwAlert *core) {
  core->priority = (int)gw_col_int(s, 7);
  if (!gw_alert_state_from_string(gw_col_text(s, 8), &core->state))
    core->state = GW_ALERT_NORM;
  core->active = gw_col_int(s, 9) != 0;
  core->latched = gw_col_int(s, 10) != 0;
  if (!gw_disposition_from_string(gw_col_text(s, 11), &core->disposition))
    core->disposition = GW_DISPOSITION_NONE;
  core->count = (int)gw_col_int(s, 20);
  core->escalation = (int)gw_col_int(s, 21);
  core->owner_id = gw_col_int(s, 22);
  core->first_at_us = gw_col_int(s, 25);
  core->last_at_us = gw_col_int(s, 26);
  core->toned_at_us = gw_col_int(s, 27);
  core->acked_at_us = gw_col_int(s, 28);
  core->cleared_at_us = gw_col_int(s, 29);
  core->closed_at_us = gw_col_int(s, 30);
  GwTicketState ticket;
  core->has_ticket = !gw_col_is_null(s, 31) && gw_ticket_state_from_string(gw_col_text(s, 31), &ticket) &&
                     gw_ticket_state_is_open(ticket);
}

static void read_row(GwStmt *s, GwAlertRow *row) {
  *row = (GwAlertRow){0};
  row->id = gw_col_int(s, 0);
  row->rev = gw_col_int(s, 1);
  g_strlcpy(row->code, gw_col_text(s, 2), sizeof row->code);
  row->rule_id = gw_col_int(s, 3);
  row->rule_version = (int)gw_col_int(s, 4);
  g_strlcpy(row->key, gw_col_text(s, 5), sizeof row->key);
  g_strlcpy(row->category, gw_col_text(s, 6), sizeof row->category);
  g_strlcpy(row->subject, gw_col_text(s, 12), sizeof row->subject);
  row->subject_id = gw_col_int(s, 13);
  row->place_id = gw_col_int(s, 14);
  row->camera_id = gw_col_int(s, 15);
  row->lat = gw_col_real(s, 16);
  row->lon = gw_col_real(s, 17);
  row->floor = (int)gw_col_int(s, 32);
  row->words_text_id = gw_col_int(s, 18);
  row->ticket_id = gw_col_int(s, 19);
  row->reported_by = gw_col_int(s, 23);
  g_strlcpy(row->still_hash, gw_col_text(s, 24), sizeof row->still_hash);
  read_core(s, &row->core);
  row->was_state = row->core.state;
}

gboolean gw_store_alert_get(GwDb *db, GwId id, GwAlertRow *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &ALERT_ROW_BY_ID);
  gw_bind_id(s, ":id", id);
  GwStep step = gw_step(s, error);
  if (step == GW_STEP_DONE)
    g_set_error(error, GW_ERROR, GW_CODE_NOT_FOUND, "There is no such alert.");
  if (step == GW_STEP_ROW)
    read_row(s, ret);
  return step == GW_STEP_ROW;
}

gboolean gw_store_alert_open(GwDb *db, const char *key, GwAlertRow *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &ALERT_ROW_OPEN_BY_KEY);
  gw_bind_text(s, ":key", key);
  if (!gw_step_row(s, error))
    return FALSE;
  read_row(s, ret);
  return TRUE;
}

/* What changes in the life of an alert. */
static void bind_changing(GwStmt *s, const GwAlertRow *row) {
  const GwAlert *core = &row->core;
  gw_bind_int(s, ":rev", row->rev);
  gw_bind_int(s, ":priority", core->priority);
  gw_bind_text(s, ":state", gw_alert_state_to_string(core->state));
  gw_bind_int(s, ":active", core->active ? 1 : 0);
  gw_bind_text(s, ":disposition", gw_disposition_to_string(core->disposition));
  gw_bind_id(s, ":place_id", row->place_id);
  gw_bind_text(s, ":category", row->category);
  gw_bind_id(s, ":words_text_id", row->words_text_id);
  gw_bind_id(s, ":ticket_id", row->ticket_id);
  gw_bind_int(s, ":count", core->count);
  gw_bind_int(s, ":escalation", core->escalation);
  gw_bind_id(s, ":owner_id", core->owner_id);
  gw_bind_text(s, ":still_hash", row->still_hash);
  gw_bind_int(s, ":last_at_us", core->last_at_us);
  gw_bind_int(s, ":toned_at_us", core->toned_at_us);
  gw_bind_at(s, ":acked_at_us", core->acked_at_us);
  gw_bind_at(s, ":cleared_at_us", core->cleared_at_us);
  gw_bind_at(s, ":closed_at_us", core->closed_at_us);
}

gboolean gw_store_alert_insert(GwDb *db, GwAlertRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &ALERT_ROW_INSERT);
  row->rev = 1;
  bind_changing(s, row);
  gw_bind_text(s, ":code", row->code);
  gw_bind_int(s, ":floor", row->floor);
  gw_bind_int(s, ":rule_id", row->rule_id);
  gw_bind_int(s, ":rule_version", row->rule_version);
  gw_bind_text(s, ":key", row->key);
  gw_bind_int(s, ":latched", row->core.latched ? 1 : 0);
  gw_bind_text(s, ":subject", row->subject);
  gw_bind_int(s, ":subject_id", row->subject_id);
  gw_bind_id(s, ":camera_id", row->camera_id);
  gw_bind_real(s, ":lat", row->lat);
  gw_bind_real(s, ":lon", row->lon);
  gw_bind_id(s, ":reported_by", row->reported_by);
  gw_bind_int(s, ":first_at_us", row->core.first_at_us);
  if (!gw_step_done(s, error))
    return FALSE;
  row->id = gw_db_last_id(db);
  return TRUE;
}

gboolean gw_store_alert_update(GwDb *db, GwAlertRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &ALERT_ROW_SAVE);
  row->rev++;
  bind_changing(s, row);
  gw_bind_id(s, ":id", row->id);
  row->was_state = row->core.state;
  return gw_step_done(s, error);
}

gboolean gw_store_alert_count(GwDb *db, GwAlertRow *row, GError **error) {
  if (row->core.state != row->was_state)
    return gw_store_alert_update(db, row, error);
  g_autoptr(GwStmt) s = gw_stmt(db, &ALERT_ROW_COUNT);
  row->rev++;
  gw_bind_int(s, ":rev", row->rev);
  gw_bind_text(s, ":category", row->category);
  gw_bind_int(s, ":count", row->core.count);
  gw_bind_int(s, ":last_at_us", row->core.last_at_us);
  gw_bind_int(s, ":toned_at_us", row->core.toned_at_us);
  gw_bind_id(s, ":id", row->id);
  return gw_step_done(s, error);
}
