#include "daemon/store/ticket.h"

GW_SQL(TICKET_GET, "select id, rev, code, kind, state, alert_id, category, priority, place_id, lat, lon, "
                   "words_text_id, unit_id,"
                   " candidates, returns, timeouts, reworks, needs_lead, merged_into, reporter_id, "
                   "dispatcher_id, handler_id,"
                   " checker_id, result, reason, origin_at_us, filed_at_us, dispatched_at_us, "
                   "received_at_us, accepted_at_us,"
                   " en_route_at_us, arrived_at_us, first_words_at_us, close_req_at_us, closed_at_us from "
                   "ticket where id = :id");
GW_SQL(
    TICKET_INSERT,
    "insert into ticket (rev, code, kind, state, alert_id, category, priority, place_id, lat, lon, "
    "words_text_id,"
    " unit_id, candidates, returns, timeouts, reworks, needs_lead, merged_into, reporter_id, dispatcher_id,"
    " handler_id, checker_id, result, reason, origin_at_us, filed_at_us, dispatched_at_us, received_at_us,"
    " accepted_at_us, en_route_at_us, arrived_at_us, first_words_at_us, close_req_at_us, closed_at_us) values"
    " (:rev, :code, :kind, :state, :alert, :category, :priority, :place, :lat, :lon, :words, :unit, "
    ":candidates,"
    " :returns, :timeouts, :reworks, :needs_lead, :merged_into, :reporter, :dispatcher, :handler, :checker, "
    ":result,"
    " :reason, :origin_at, :filed_at, :dispatched_at, :received_at, :accepted_at, :en_route_at, :arrived_at,"
    " :first_words_at, :close_req_at, :closed_at)");
GW_SQL(TICKET_UPDATE,
       "update ticket set rev = :rev, state = :state, category = :category, priority = :priority, place_id = "
       ":place,"
       " unit_id = :unit, candidates = :candidates, returns = :returns, timeouts = :timeouts, reworks = "
       ":reworks,"
       " needs_lead = :needs_lead, merged_into = :merged_into, dispatcher_id = :dispatcher, handler_id = "
       ":handler,"
       " checker_id = :checker, result = :result, reason = :reason, filed_at_us = :filed_at,"
       " dispatched_at_us = :dispatched_at, received_at_us = :received_at, accepted_at_us = :accepted_at,"
       " en_route_at_us = :en_route_at, arrived_at_us = :arrived_at, first_words_at_us = :first_words_at,"
       " close_req_at_us = :close_req_at, closed_at_us = :closed_at where id = :id");
GW_SQL(TICKET_FILE_ADD, "insert into ticket_file (ticket_id, hash, role, at_us, user_id)"
                        " values (:ticket, :hash, :role, :at, :user) on conflict do nothing");
GW_SQL(TICKET_FILES, "select count(*) from ticket_file t join file f on f.hash = t.hash"
                     " where t.ticket_id = :ticket and t.role = :role");

void gw_ticket_row_clear(GwTicketRow *row) {
  json_decref(row->candidates);
  g_free(row->reason);
  *row = (GwTicketRow){0};
}

static void read_core(GwStmt *s, GwTicket *core) {
  if (!gw_ticket_kind_from_string(gw_col_text(s, 3), &core->kind))
    core->kind = GW_TICKET_O;
  if (!gw_ticket_state_from_string(gw_col_text(s, 4), &core->state))
    core->state = GW_TICKET_CLOSED; /* one this version does not know moves no more */
  core->in_person = core->kind == GW_TICKET_E || core->kind == GW_TICKET_O;
  core->unit_id = gw_col_int(s, 12);
  core->returns = (int)gw_col_int(s, 14);
  core->timeouts = (int)gw_col_int(s, 15);
  core->reworks = (int)gw_col_int(s, 16);
  core->needs_lead = gw_col_int(s, 17) != 0;
  core->handler_id = gw_col_int(s, 21);
  core->origin_at_us = gw_col_int(s, 25);
  core->filed_at_us = gw_col_int(s, 26);
  core->dispatched_at_us = gw_col_int(s, 27);
  core->accepted_at_us = gw_col_int(s, 29);
  core->en_route_at_us = gw_col_int(s, 30);
  core->arrived_at_us = gw_col_int(s, 31);
  core->first_words_at_us = gw_col_int(s, 32);
  core->close_req_at_us = gw_col_int(s, 33);
  core->closed_at_us = gw_col_int(s, 34);
}

static void read_row(GwStmt *s, GwTicketRow *row) {
  *row = (GwTicketRow){
      .id = gw_col_int(s, 0),
      .rev = gw_col_int(s, 1),
      .alert_id = gw_col_int(s, 5),
      .priority = (int)gw_col_int(s, 7),
      .place_id = gw_col_int(s, 8),
      .lat = gw_col_real(s, 9),
      .lon = gw_col_real(s, 10),
      .words_text_id = gw_col_int(s, 11),
      .candidates = json_loads(gw_col_text(s, 13), 0, NULL),
      .merged_into = gw_col_int(s, 18),
      .reporter_id = gw_col_int(s, 19),
      .dispatcher_id = gw_col_int(s, 20),
      .checker_id = gw_col_int(s, 22),
      .reason = g_strdup(gw_col_text(s, 24)),
      .received_at_us = gw_col_int(s, 28),
  };
  g_strlcpy(row->code, gw_col_text(s, 2), sizeof row->code);
  g_strlcpy(row->category, gw_col_text(s, 6), sizeof row->category);
  g_strlcpy(row->result, gw_col_text(s, 23), sizeof row->result);
  read_core(s, &row->core);
}

gboolean gw_store_ticket_get(GwDb *db, GwId id, GwTicketRow *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &TICKET_GET);
  gw_bind_id(s, ":id", id);
  GwStep step = gw_step(s, error);
  if (step == GW_STEP_DONE)
    g_set_error(error, GW_ERROR, GW_CODE_NOT_FOUND, "There is no such ticket.");
  if (step == GW_STEP_ROW)
    read_row(s, ret);
  return step == GW_STEP_ROW;
}

static void bind_times(GwStmt *s, const GwTicketRow *row) {
  const GwTicket *core = &row->core;
  gw_bind_at(s, ":filed_at", core->filed_at_us);
  gw_bind_at(s, ":dispatched_at", core->dispatched_at_us);
  gw_bind_at(s, ":received_at", row->received_at_us);
  gw_bind_at(s, ":accepted_at", core->accepted_at_us);
  gw_bind_at(s, ":en_route_at", core->en_route_at_us);
  gw_bind_at(s, ":arrived_at", core->arrived_at_us);
  gw_bind_at(s, ":first_words_at", core->first_words_at_us);
  gw_bind_at(s, ":close_req_at", core->close_req_at_us);
  gw_bind_at(s, ":closed_at", core->closed_at_us);
}

/* What changes in the life of a ticket. */
static void bind_changing(GwStmt *s, const GwTicketRow *row) {
  const GwTicket *core = &row->core;
  g_autofree char *candidates = row->candidates ? json_dumps(row->candidates, JSON_COMPACT) : NULL;
  gw_bind_int(s, ":rev", row->rev);
  gw_bind_text(s, ":state", gw_ticket_state_to_string(core->state));
  gw_bind_text(s, ":category", row->category);
  gw_bind_int(s, ":priority", row->priority);
  gw_bind_id(s, ":place", row->place_id);
  gw_bind_id(s, ":unit", core->unit_id);
  gw_bind_text(s, ":candidates", candidates ? candidates : "[]");
  gw_bind_int(s, ":returns", core->returns);
  gw_bind_int(s, ":timeouts", core->timeouts);
  gw_bind_int(s, ":reworks", core->reworks);
  gw_bind_int(s, ":needs_lead", core->needs_lead ? 1 : 0);
  gw_bind_id(s, ":merged_into", row->merged_into);
  gw_bind_id(s, ":dispatcher", row->dispatcher_id);
  gw_bind_id(s, ":handler", core->handler_id);
  gw_bind_id(s, ":checker", row->checker_id);
  gw_bind_text(s, ":result", row->result);
  gw_bind_text(s, ":reason", row->reason ? row->reason : "");
  bind_times(s, row);
}

gboolean gw_store_ticket_insert(GwDb *db, GwTicketRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &TICKET_INSERT);
  row->rev = 1;
  bind_changing(s, row);
  gw_bind_text(s, ":code", row->code);
  gw_bind_text(s, ":kind", gw_ticket_kind_to_string(row->core.kind));
  gw_bind_id(s, ":alert", row->alert_id);
  gw_bind_real(s, ":lat", row->lat);
  gw_bind_real(s, ":lon", row->lon);
  gw_bind_id(s, ":words", row->words_text_id);
  gw_bind_id(s, ":reporter", row->reporter_id);
  gw_bind_int(s, ":origin_at", row->core.origin_at_us);
  if (!gw_step_done(s, error))
    return FALSE;
  row->id = gw_db_last_id(db);
  return TRUE;
}

gboolean gw_store_ticket_update(GwDb *db, GwTicketRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &TICKET_UPDATE);
  row->rev++;
  bind_changing(s, row);
  gw_bind_id(s, ":id", row->id);
  return gw_step_done(s, error);
}

gboolean gw_store_ticket_file_add(GwDb *db, GwId ticket_id, const char *hash, const char *role, GwUsec at_us,
                                  GwId user_id, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &TICKET_FILE_ADD);
  gw_bind_id(s, ":ticket", ticket_id);
  gw_bind_text(s, ":hash", hash);
  gw_bind_text(s, ":role", role);
  gw_bind_int(s, ":at", at_us);
  gw_bind_id(s, ":user", user_id);
  return gw_step_done(s, error);
}

gboolean gw_store_ticket_files(GwDb *db, GwId ticket_id, const char *role, guint *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &TICKET_FILES);
  gw_bind_id(s, ":ticket", ticket_id);
  gw_bind_text(s, ":role", role);
  if (!gw_step_row(s, error))
    return FALSE;
  *ret = (guint)gw_col_int(s, 0);
  return TRUE;
}
