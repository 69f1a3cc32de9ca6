#include "daemon/store/shift_log.h"

#include <sodium.h>

#include "daemon/base/csv.h"
#include "daemon/store/journal.h"
#include "daemon/store/object_private.h"
#include "daemon/store/sign.h"

#define OF_SHIFT(time) time " >= :from and " time " < :to"

GW_SQL(SHIFT_LOG_NOW, "select id from shift where starts_at_us <= :now and ends_at_us > :now"
                      " order by starts_at_us desc limit 1");
GW_SQL(SHIFT_LOG_CENTER, "select coalesce((select value from meta where key = 'center.name'), '') as name,"
                         " coalesce((select value from meta where key = 'center.community'), '') as community");
GW_SQL(SHIFT_LOG_WATCHES, "select " GW_USER_NAME("u") " as name, w.seat, w.from_us, w.to_us"
                          " from watch w join user u on u.id = w.user_id"
                          " where w.from_us < :to and coalesce(w.to_us, :to) > :from"
                          " order by w.from_us, w.id limit 200");
GW_SQL(SHIFT_LOG_COUNTS,
       "with a as (select priority, disposition from alert where " OF_SHIFT("first_at_us") "),"
       " t as (select id from ticket where " OF_SHIFT("origin_at_us") "),"
       " c as (select kind, stopped_at_us <= due_at_us as kept from clock where ticket_id in (select id from t)),"
       " r as (select id, state from round where " OF_SHIFT("planned_at_us") "),"
       " v as (select state from tour_run where due_to_us is not null and shift_id = (select id from shift where starts_at_us = :from))"
       " select (select count(*) from a where priority = 1) as alerts_p1,"
       " (select count(*) from a where priority = 2) as alerts_p2,"
       " (select count(*) from a where priority = 3) as alerts_p3,"
       " (select count(*) from a where priority = 4) as alerts_p4,"
       " (select count(*) from a where disposition = 'false') as alerts_false,"
       " (select count(*) from t) as tickets,"
       " (select count(*) from ticket where " OF_SHIFT("closed_at_us") " and state = 'CLOSED') as tickets_closed,"
       " (select count(*) from c where kind = 'arrive') as arrivals,"
       " (select count(*) from c where kind = 'arrive' and kept) as arrivals_in_time,"
       " (select count(*) from c where kind = 'first_words') as first_words,"
       " (select count(*) from c where kind = 'first_words' and kept) as first_words_in_time,"
       " (select count(*) from r) as rounds,"
       " (select count(*) from r where state = 'COMPLETED') as rounds_completed,"
       " (select count(*) from round_point where round_id in (select id from r) and +state = 'MISSED') as points_missed,"
       " (select count(*) from v) as tours_due,"
       " (select count(*) from v where state = 'done') as tours_done,"
       " (select count(*) from v where state = 'missed') as tours_missed");

#define LOG_ALERT                                                                                         \
  "select a.id, a.code, a.category, a.priority, a.state, a.disposition, coalesce(p.name, '') as place,"   \
  " coalesce(w.body, '') as words, " GW_USER_NAME("u") " as owner, coalesce(k.code, '') as ticket,"       \
  " a.first_at_us, a.acked_at_us, a.closed_at_us from alert a left join place p on p.id = a.place_id"     \
  " left join text w on w.id = a.words_text_id left join user u on u.id = a.owner_id"                     \
  " left join ticket k on k.id = a.ticket_id"
#define LOG_ALERT_KINDS "ittittttttiii"
#define LOG_ALERT_ORDER " order by a.priority, a.first_at_us limit 200"
GW_SQL(SHIFT_LOG_ALERTS, LOG_ALERT " where " OF_SHIFT("a.first_at_us") LOG_ALERT_ORDER);
GW_SQL(SHIFT_LOG_OPEN_ALERTS, LOG_ALERT " where a.state <> 'NORM'" LOG_ALERT_ORDER);

#define LOG_TICKET                                                                                        \
  "select t.id, t.code, t.kind, t.category, t.priority, t.state, coalesce(p.name, '') as place,"          \
  " coalesce(n.name, '') as unit, coalesce(w.body, '') as words, t.result, t.origin_at_us,"               \
  " t.arrived_at_us, t.closed_at_us from ticket t left join place p on p.id = t.place_id"                 \
  " left join unit n on n.id = t.unit_id left join text w on w.id = t.words_text_id"
#define LOG_TICKET_KINDS "itttitttttiii"
#define LOG_TICKET_ORDER " order by t.priority, t.origin_at_us limit 200"
GW_SQL(SHIFT_LOG_TICKETS, LOG_TICKET " where " OF_SHIFT("t.origin_at_us") LOG_TICKET_ORDER);
GW_SQL(SHIFT_LOG_OPEN_TICKETS,
       LOG_TICKET " where t.state not in ('CLOSED','REJECTED','MERGED','CANCELLED')" LOG_TICKET_ORDER);

#define POINTS_OF " from round_point p where p.round_id = r.id"
GW_SQL(SHIFT_LOG_ROUNDS,
       "select r.id, r.name, coalesce(n.name, '') as unit, r.state, r.planned_at_us,"
       " (select count(*)" POINTS_OF ") as points, (select count(*)" POINTS_OF " and p.state = 'DONE') as done,"
       " (select coalesce(group_concat(p.name, '、'), '')" POINTS_OF " and p.state = 'MISSED') as missed"
       " from round r left join unit n on n.id = r.unit_id where " OF_SHIFT("r.planned_at_us")
       " order by r.planned_at_us limit 200");

#define LOG_OF_RUN " from tour_look l where l.run_id = r.id"
#define LOG_CODES(ids) "(select coalesce(group_concat(code, ' '), '') from (select distinct c.code from " ids \
                       " join camera c on c.id = j.value order by c.code))"
GW_SQL(SHIFT_LOG_TOURS,
       "select r.id, t.name, r.state, r.due_from_us, r.due_to_us, r.started_at_us, r.ended_at_us,"
       " coalesce(r.due_from_us, r.started_at_us) as at_us, json_array_length(r.pages) as pages,"
       " (select count(*)" LOG_OF_RUN ") as looked,"
       " iif(r.pages = '[]', '', (select count(*)" LOG_OF_RUN ") || '/' || json_array_length(r.pages)) as progress,"
       " (select coalesce(group_concat(who, '、'), '') from (select " GW_USER_NAME("u") " || ' ' || count(*) as who"
       "  from tour_look l join user u on u.id = l.user_id where l.run_id = r.id group by l.user_id order by min(l.at_us))) as who,"
       " " LOG_CODES("tour_look l join json_each(l.unseen) j on l.run_id = r.id") " as unseen"
       " from tour_run r join tour t on t.id = r.tour_id join shift s on s.id = r.shift_id"
       " where s.starts_at_us = :from and s.ends_at_us = :to order by at_us, r.id limit 200");
GW_SQL(SHIFT_LOG_LOOKS,
       "select l.run_id, t.name as tour, l.page, (l.page + 1) || '/' || json_array_length(r.pages) as progress,"
       " " GW_USER_NAME("u") " as name, l.at_us, l.looked_us, " LOG_CODES("json_each(l.seen) j") " as seen,"
       " " LOG_CODES("json_each(l.unseen) j") " as unseen from shift s join tour_run r on r.shift_id = s.id"
       " join tour t on t.id = r.tour_id join tour_look l on l.run_id = r.id join user u on u.id = l.user_id"
       " where s.starts_at_us = :from and s.ends_at_us = :to order by l.at_us, l.run_id, l.page limit 2000");
GW_SQL(SHIFT_LOG_OPEN_CAMERAS,
       "select c.id, c.code, c.name, c.state, c.cause, coalesce(p.name, '') as place, c.state_at_us"
       " from camera c left join place p on p.id = c.place_id where c.removed_at_us is null and c.enabled = 1"
       " and c.state not in ('live', 'connecting') order by c.state_at_us limit 200");
GW_SQL(SHIFT_LOG_SIGNED, "select seq, at_us, body from journal where kind = 'journal.signed' order by seq desc limit 1");

typedef struct Span {
  GwUsec from_us, to_us;
} Span;

/* Rows of a statement; binds the span to those that ask for it. */
static json_t *rows(GwDb *db, const GwSql *sql, const char *kinds, const Span *span, GError **error) {
  json_t *array = json_array();
  g_autoptr(GwStmt) s = gw_stmt(db, sql);
  if (span) {
    gw_bind_int(s, ":from", span->from_us);
    gw_bind_int(s, ":to", span->to_us);
  }
  GwStep step;
  while ((step = gw_step(s, error)) == GW_STEP_ROW)
    json_array_append_new(array, gw_object_from_row(s, NULL, kinds));
  if (step == GW_STEP_DONE)
    return array;
  json_decref(array);
  return NULL;
}

/* Puts it in, or says that it failed; a statement of one row gives the row itself. */
static gboolean put(json_t *log, const char *key, json_t *value, gboolean single) {
  if (!value)
    return FALSE;
  if (!single)
    return json_object_set_new(log, key, value) == 0;
  int rc = json_object_set(log, key, json_array_get(value, 0));
  json_decref(value);
  return rc == 0;
}

static json_t *signed_head(GwDb *db, GError **error) {
  g_autoptr(GError) failed = NULL;
  g_autoptr(GwStmt) s = gw_stmt(db, &SHIFT_LOG_SIGNED);
  if (!gw_step_row(s, &failed)) {
    if (failed)
      g_propagate_error(error, g_steal_pointer(&failed));
    return failed ? NULL : json_null();
  }
  json_t *body = json_loads(gw_col_text(s, 2), 0, NULL);
  json_t *head = json_pack("{s:I, s:I, s:O?, s:O?}", "seq", (json_int_t)gw_col_int(s, 0), "at_us", (json_int_t)gw_col_int(s, 1),
                           "signature", json_object_get(body, "signature"), "public_key", json_object_get(body, "public_key"));
  json_decref(body);
  return head;
}

static json_t *journal_end(GwDb *db, GError **error) {
  GwJournalHead head;
  json_t *last = gw_journal_load_head(db, &head, error) ? signed_head(db, error) : NULL;
  if (!last)
    return NULL;
  char hash[GW_HASH_HEX + 1];
  sodium_bin2hex(hash, sizeof hash, head.hash, sizeof head.hash);
  return json_pack("{s:I, s:s, s:o}", "seq", (json_int_t)head.seq, "hash", hash, "signed", last);
}

static gboolean fill(GwDb *db, json_t *log, const Span *span, GError **error) {
  json_t *open = json_object();
  json_object_set_new(log, "open", open);
  return put(log, "center", rows(db, &SHIFT_LOG_CENTER, "tt", NULL, error), TRUE) &&
         put(log, "watches", rows(db, &SHIFT_LOG_WATCHES, "tiii", span, error), FALSE) &&
         put(log, "counts", rows(db, &SHIFT_LOG_COUNTS, "iiiiiiiiiiiiiiiii", span, error), TRUE) &&
         put(log, "alerts", rows(db, &SHIFT_LOG_ALERTS, LOG_ALERT_KINDS, span, error), FALSE) &&
         put(log, "tickets", rows(db, &SHIFT_LOG_TICKETS, LOG_TICKET_KINDS, span, error), FALSE) &&
         put(log, "rounds", rows(db, &SHIFT_LOG_ROUNDS, "itttiiit", span, error), FALSE) &&
         put(log, "tours", rows(db, &SHIFT_LOG_TOURS, "ittiiiiiiittt", span, error), FALSE) &&
         put(log, "looks", rows(db, &SHIFT_LOG_LOOKS, "itittiitt", span, error), FALSE) &&
         put(open, "alerts", rows(db, &SHIFT_LOG_OPEN_ALERTS, LOG_ALERT_KINDS, NULL, error), FALSE) &&
         put(open, "tickets", rows(db, &SHIFT_LOG_OPEN_TICKETS, LOG_TICKET_KINDS, NULL, error), FALSE) &&
         put(open, "cameras", rows(db, &SHIFT_LOG_OPEN_CAMERAS, "ittttti", NULL, error), FALSE) &&
         put(log, "journal", journal_end(db, error), FALSE);
}

static GwId current(GwDb *db, GwUsec now_us, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &SHIFT_LOG_NOW);
  gw_bind_int(s, ":now", now_us);
  return gw_step_row(s, error) ? gw_col_int(s, 0) : 0;
}

static json_t *write_log(GwDb *db, GwId shift_id, GwUsec now_us, GError **error) {
  g_autoptr(GError) failed = NULL;
  GwId id = shift_id > 0 ? shift_id : current(db, now_us, &failed);
  json_t *shift = id > 0 ? gw_object_load(db, "shift", id, &failed) : NULL;
  if (!shift) {
    if (failed)
      g_propagate_error(error, g_steal_pointer(&failed));
    else
      g_set_error_literal(error, GW_ERROR, GW_CODE_NOT_FOUND, "There is no such shift.");
    return NULL;
  }
  const Span span = {json_integer_value(json_object_get(shift, "starts_at_us")),
                     json_integer_value(json_object_get(shift, "ends_at_us"))};
  json_t *log = json_pack("{s:o, s:I}", "shift", shift, "made_at_us", (json_int_t)now_us);
  if (fill(db, log, &span, error))
    return log;
  json_decref(log);
  return NULL;
}

json_t *gw_shift_log(GwDb *db, GwId shift_id, GwUsec now_us, GError **error) {
  gboolean own = !gw_db_in_transaction(db);
  if (own && !gw_db_exec(db, "begin", error))
    return NULL;
  json_t *log = write_log(db, shift_id, now_us, error);
  if (own && gw_db_in_transaction(db))
    (void)gw_db_exec(db, "rollback", NULL);
  return log;
}
