#include "daemon/store/object_private.h"
#include "daemon/store/view.h"

#include <string.h>

GW_SQL(SNAPSHOT_SEQ, "select coalesce(max(seq), 0) from journal");

typedef struct Window {
  GwUsec now_us, since_us, until_us;
} Window;

/* Each statement is bound the parameters that its place in object_private.h names. */
typedef struct Part {
  const GwObjectType *type;
  const GwSql *sql;
  const char *binds; /* n: now, s: since, u: until, e: how many events */
} Part;

static gboolean add_part(GwDb *db, const Part *part, const Window *window, json_t *array, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, part->sql);
  for (const char *b = part->binds; *b; b++) {
    if (*b == 'n')
      gw_bind_int(s, ":now", window->now_us);
    else if (*b == 's')
      gw_bind_int(s, ":since", window->since_us);
    else if (*b == 'u')
      gw_bind_int(s, ":until", window->until_us);
    else
      gw_bind_int(s, ":n", GW_SNAPSHOT_EVENTS);
  }
  return gw_object_append_all(db, s, part->type, array, error);
}

static gboolean add_all(GwDb *db, const Window *window, json_t *array, gint64 *ret_seq, GError **error) {
  const Part parts[] = {
      {&gw_object_place, gw_snapshot_place, "n"},          {&gw_object_camera, gw_snapshot_camera, ""},
      {&gw_object_checkpoint, gw_snapshot_checkpoint, ""}, {&gw_object_unit, gw_snapshot_unit, ""},
      {&gw_object_reader, gw_snapshot_reader, ""},         {&gw_object_shift, gw_snapshot_shift, "n"},
      {&gw_object_watch, gw_snapshot_watch, ""},           {&gw_object_ticket, gw_snapshot_ticket, "s"},
      {&gw_object_alert, gw_snapshot_alert, "s"},          {&gw_object_round, gw_snapshot_round, "su"},
      {&gw_object_zone, gw_snapshot_zone, ""},             {&gw_object_finding, gw_snapshot_finding, "s"},
      {&gw_object_rule, gw_snapshot_rule, ""},                {&gw_object_outage, gw_snapshot_outage, "s"},
      {&gw_object_clip, gw_snapshot_clip, "s"},            {&gw_object_recorder, gw_snapshot_recorder, ""},
      {&gw_object_spot, gw_snapshot_spot, ""},
      {&gw_object_tour, gw_snapshot_tour, ""},             {&gw_object_tour_run, gw_snapshot_tour_run, "sn"},
      {&gw_object_outbox, gw_snapshot_outbox, "s"},        {&gw_object_event_type, gw_snapshot_event, "e"},
  };
  g_autoptr(GwStmt) s = gw_stmt(db, &SNAPSHOT_SEQ);
  if (!gw_step_row(s, error))
    return FALSE;
  *ret_seq = gw_col_int(s, 0);
  json_t *center = gw_object_load(db, "center", 1, error);
  if (!center)
    return FALSE;
  json_array_append_new(array, center);
  for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
    if (!add_part(db, &parts[i], window, array, error))
      return FALSE;
  return TRUE;
}

static gboolean view_of(const char *name, GwId unit_id, GwView *ret) {
  if (g_strcmp0(name, "unit") != 0)
    return gw_view_parse(name, ret);
  *ret = (GwView){.kind = GW_VIEW_UNIT, .unit_id = unit_id};
  return unit_id > 0;
}

/* What the view may see of everything. */
static json_t *cut(const GwView *view, json_t *all) {
  g_autoptr(GwViewTickets) tickets = gw_view_tickets_new();
  gw_view_tickets_note(tickets, all);
  json_t *put, *del;
  gw_view_patch(view, tickets, all, NULL, &put, &del);
  json_decref(del);
  return put;
}

/* A snapshot inside somebody's transaction (the ledger's, a test's) reads in that one. */
json_t *gw_snapshot(GwDb *db, const char *view, GwId unit_id, GwUsec now_us, gint64 *ret_seq,
                    GError **error) {
  GwView of;
  if (!view_of(view, unit_id, &of)) {
    g_set_error(error, GW_ERROR, GW_CODE_BAD_ARGS, "There is no view %s: desk, wall and unit:ID are there.",
                view);
    return NULL;
  }
  Window window = {now_us, now_us - GW_SNAPSHOT_PAST_US, now_us + GW_SNAPSHOT_PAST_US};
  gboolean own = !gw_db_in_transaction(db);
  if (own && !gw_db_exec(db, "begin", error))
    return NULL;
  json_t *all = json_array();
  gboolean ok = add_all(db, &window, all, ret_seq, error);
  if (own && gw_db_in_transaction(db))
    ok = gw_db_exec(db, "rollback", ok ? error : NULL) && ok;
  json_t *put = ok ? cut(&of, all) : NULL;
  json_decref(all);
  return put;
}
