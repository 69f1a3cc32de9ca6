#include <math.h>
#include <string.h>

#include "daemon/core/geo.h"
#include "daemon/ledger/field.h"
#include "daemon/ledger/file.h"
#include "daemon/ledger/ticket.h"
#include "daemon/store/candidate.h"

/* What the unit does with its ticket: on its phone, or by radio and telephone, entered by the desk. */

/* One move of a unit from arguments to result; `extra` is consumed. */
static gboolean run(GwTx *tx, GwTicketRow *row, json_t *args, GwTicketMove *move, json_t *extra,
                    json_t **ret_result, GError **error) {
  GwId on_behalf_id = 0;
  if (!gw_ticket_actor(tx, row, args, move, &on_behalf_id, extra, error)) {
    json_decref(extra);
    return FALSE;
  }
  if (!gw_ticket_move(tx, row, move, on_behalf_id, extra, error))
    return FALSE;
  *ret_result = gw_ticket_result(row);
  return TRUE;
}

static gboolean run_plain(GwTx *tx, json_t *args, GwTicketInput input, json_t **ret_result, GError **error) {
  g_auto(GwTicketRow) row = {0};
  GwTicketMove move = {.input = input};
  return gw_ticket_load(tx, args, &row, error) &&
         run(tx, &row, args, &move, json_object(), ret_result, error);
}

gboolean gw_ticket_run_accept(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  return run_plain(tx, args, GW_TICKET_DO_ACCEPT, ret_result, error);
}

gboolean gw_ticket_run_en_route(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  return run_plain(tx, args, GW_TICKET_DO_DEPART, ret_result, error);
}

gboolean gw_ticket_run_decline(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwTicketRow) row = {0};
  if (!gw_ticket_load(tx, args, &row, error))
    return FALSE;
  json_t *extra = json_pack("{s:s}", "reason", gw_arg_text(args, "reason"));
  if (!gw_tx_words_into(tx, extra, "words", gw_arg_text(args, "words"), error)) {
    json_decref(extra);
    return FALSE;
  }
  g_free(row.reason);
  row.reason = g_strdup(gw_arg_text(args, "reason"));
  GwTicketMove move = {.input = GW_TICKET_DO_CANNOT, .has_reason = TRUE};
  return run(tx, &row, args, &move, extra, ret_result, error);
}

/* Metres from the place; -1: nobody knows. */
static double distance_m(const GwTicketRow *row, json_t *args) {
  GwPoint here = {.lat = gw_arg_real(args, "lat"), .lon = gw_arg_real(args, "lon")};
  GwPoint there = {.lat = row->lat, .lon = row->lon};
  return gw_geo_is_valid(here) && gw_geo_is_valid(there) ? gw_geo_distance_m(here, there) : -1;
}

static json_t *position_extra(const GwTicketRow *row, json_t *args) {
  double metres = distance_m(row, args);
  return json_pack("{s:o, s:o, s:o, s:o}", "lat", gw_json_real(gw_arg_real(args, "lat")), "lon",
                   gw_json_real(gw_arg_real(args, "lon")), "accuracy_m",
                   gw_json_real(gw_arg_real(args, "accuracy_m")), "distance_m",
                   metres >= 0 ? json_real(round(metres)) : json_null());
}

gboolean gw_ticket_run_arrive(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwTicketRow) row = {0};
  if (!gw_ticket_load(tx, args, &row, error))
    return FALSE;
  GwTicketMove move = {.input = GW_TICKET_DO_ARRIVE};
  json_t *extra = position_extra(&row, args);
  const char *proof = gw_arg_text(args, "proof");
  json_object_set_new(extra, "proof",
                      json_string(proof                             ? proof
                                  : json_object_get(args, "behalf") ? "words"
                                                                    : "tap"));
  return run(tx, &row, args, &move, extra, ret_result, error);
}

/* A word on the way to an emergency must not count as handling: the arrival is still to come. */
static GwTicketInput note_input(const GwTicketRow *row, gboolean by_unit) {
  gboolean is_on_the_way = row->core.in_person && row->core.state == GW_TICKET_ACCEPTED;
  return gw_ticket_note_input(row->core.state, by_unit && !is_on_the_way);
}

gboolean gw_ticket_run_note(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwTicketRow) row = {0};
  if (!gw_ticket_load(tx, args, &row, error))
    return FALSE;
  json_t *extra = json_object();
  if (!gw_tx_words_into(tx, extra, "words", gw_arg_text(args, "words"), error)) {
    json_decref(extra);
    return FALSE;
  }
  gboolean by_unit = tx->actor.role == GW_ROLE_PATROL || json_object_get(args, "behalf");
  GwTicketMove move = {.input = note_input(&row, by_unit)};
  return run(tx, &row, args, &move, extra, ret_result, error);
}

/* ---- pictures ---- */

static gboolean check_may_add(GwTx *tx, const GwTicketRow *row, GError **error) {
  if (!gw_ticket_state_is_open(row->core.state))
    return gw_tx_refuse(tx, error, GW_CODE_ILLEGAL, "该工单已结束。", "This ticket is closed.");
  if (tx->actor.role == GW_ROLE_PATROL && tx->actor.unit_id != row->core.unit_id)
    return gw_tx_refuse(tx, error, GW_CODE_FORBIDDEN, "该工单已派给其他队伍。",
                        "This ticket is with another unit.");
  return TRUE;
}

static gboolean add_picture(GwTx *tx, const GwTicketRow *row, const char *hash, const char *role,
                            GError **error) {
  return gw_file_check(tx, hash, error) &&
         gw_store_ticket_file_add(tx->db, row->id, hash, role, tx->now_us, tx->actor.user_id, error);
}

gboolean gw_ticket_run_photo(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwTicketRow) row = {0};
  const char *hash = gw_arg_text(args, "hash"), *role = gw_arg_text(args, "role");
  if (!gw_ticket_load(tx, args, &row, error) || !check_may_add(tx, &row, error) ||
      !add_picture(tx, &row, hash, role, error) || !gw_store_ticket_update(tx->db, &row, error))
    return FALSE;
  gw_tx_touch(tx, "ticket", row.id);
  *ret_result = gw_ticket_result(&row);
  return gw_tx_journal(tx, "ticket.photo", "ticket", row.id, row.rev, row.place_id, row.priority, 0,
                       json_pack("{s:s, s:s, s:s}", "code", row.code, "hash", hash, "role", role), error) > 0;
}

/* ---- T9 ---- */

static gboolean add_pictures(GwTx *tx, const GwTicketRow *row, json_t *photos, GError **error) {
  size_t i;
  json_t *hash;
  json_array_foreach(photos, i,
                     hash) if (!add_picture(tx, row, json_string_value(hash), "after", error)) return FALSE;
  return TRUE;
}

static json_t *close_extra(GwTx *tx, const GwTicketRow *row, json_t *args, GError **error) {
  json_t *extra = position_extra(row, args);
  json_object_set_new(extra, "result", json_string(row->result));
  json_t *photos = json_object_get(args, "photos");
  json_object_set_new(extra, "photos", photos ? json_copy(photos) : json_array());
  if (gw_tx_words_into(tx, extra, "words", gw_arg_text(args, "words"), error) &&
      gw_tx_words_into(tx, extra, "reason", gw_arg_text(args, "reason"), error))
    return extra;
  json_decref(extra);
  return NULL;
}

static gboolean has_text(json_t *args, const char *name) {
  const char *text = gw_arg_text(args, name);
  return text && *text;
}

gboolean gw_ticket_run_close_request(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwTicketRow) row = {0};
  if (!gw_ticket_load(tx, args, &row, error) || !check_may_add(tx, &row, error) ||
      !add_pictures(tx, &row, json_object_get(args, "photos"), error))
    return FALSE;
  GwTicketMove move = {
      .input = GW_TICKET_DO_CLOSE_REQUEST,
      .has_result = has_text(args, "result"),
      .has_reason = has_text(args, "reason"),
      .distance_m = distance_m(&row, args),
  };
  gboolean on_behalf = json_object_get(args, "behalf") != NULL;
  if (!gw_store_ticket_files(tx->db, row.id, "after", &move.photos_after, error) ||
      !gw_store_ticket_files(tx->db, row.id, "before", &move.photos_before, error) ||
      (on_behalf && !gw_store_user_of_unit(tx->db, row.core.unit_id, &move.handler_id, error)))
    return FALSE;
  g_strlcpy(row.result, gw_arg_text(args, "result"), sizeof row.result);
  g_free(row.reason);
  row.reason = g_strdup(has_text(args, "reason") ? gw_arg_text(args, "reason") : "");
  json_t *extra = close_extra(tx, &row, args, error);
  return extra && run(tx, &row, args, &move, extra, ret_result, error);
}
