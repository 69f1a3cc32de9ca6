#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/store/page_private.h"

/* Events, newest first.  Whichever of subject, kind or place is given leads through its index; without one the
 * journal is read backwards.  A search that finds little stops after some milliseconds and gives a cursor: the
 * caller asks on, and the readers stay free. */
#define SPAN_ROWS 20000
#define INDEXED_SPAN_ROWS 200000
#define PATIENCE_US (300 * GW_MS)

#define EVENT                                                                                        \
  "select j.seq as id, j.rev, j.at_us, j.kind, j.subject, j.subject_id, j.place_id, j.severity, "    \
  GW_USER_NAME("u") " as actor, j.on_behalf_id, j.body from journal j left join user u on u.id = j.actor_id"
#define RESIDUE                                                                                          \
  " and (:kind is null or j.kind = :kind) and (:subject is null or j.subject = :subject)"                \
  " and (:subject_id is null or j.subject_id = :subject_id) and (:place_id is null or j.place_id = :place_id)" \
  " and (:severity is null or j.severity = :severity) and (:actor_id is null or j.actor_id = :actor_id)" \
  " and (:text is null or instr(j.body, :text) > 0"                                                      \
  "   or (j.subject = 'alert' and exists (select 1 from alert a left join text t on t.id = a.words_text_id" \
  "       where a.id = j.subject_id and (a.code = :text or instr(t.body, :text) > 0)))"                  \
  "   or (j.subject = 'ticket' and exists (select 1 from ticket k left join text t on t.id = k.words_text_id" \
  "       where k.id = j.subject_id and (k.code = :text or instr(t.body, :text) > 0))))"                 \
  " order by j.seq desc limit :limit"
#define SPAN " where j.seq > :low and j.seq < :after"

GW_SQL(EVENT_PAGE, EVENT SPAN RESIDUE);
GW_SQL(EVENT_PAGE_SUBJECT, EVENT SPAN " and j.subject = :subject and j.subject_id = :subject_id" RESIDUE);
GW_SQL(EVENT_PAGE_KIND, EVENT SPAN " and j.kind = :kind" RESIDUE);
GW_SQL(EVENT_PAGE_PLACE, EVENT SPAN " and j.place_id = :place_id and j.place_id > 0" RESIDUE);
/* Times never decrease along the journal, so a span of time is a span of numbers. */
GW_SQL(EVENT_SPAN, "select coalesce((select seq from journal where at_us >= :from order by at_us, seq limit 1), :most),"
                   " coalesce((select seq from journal where at_us < :to order by at_us desc, seq desc limit 1), 0)");

static const GwPageFilter times[] = {{"from_us", ":from", TRUE}, {"to_us", ":to", TRUE}, {NULL}};
static const GwPageFilter filters[] = {
    {"kind", ":kind", FALSE},        {"subject", ":subject", FALSE}, {"subject_id", ":subject_id", TRUE},
    {"place_id", ":place_id", TRUE}, {"severity", ":severity", TRUE}, {"actor_id", ":actor_id", TRUE},
    {"text", ":text", FALSE},        {NULL}};
static const GwPageFilter all_filters[] = {
    {"from_us"}, {"to_us"}, {"kind"}, {"subject"}, {"subject_id"}, {"place_id"}, {"severity"}, {"actor_id"}, {"text"}, {NULL}};

static gboolean given(const GwPageQuery *query, const char *name) {
  return json_object_get(query->filters, name) != NULL;
}

static const GwSql *leading(const GwPageQuery *query) {
  if (given(query, "subject") && given(query, "subject_id"))
    return &EVENT_PAGE_SUBJECT;
  if (given(query, "kind"))
    return &EVENT_PAGE_KIND;
  return given(query, "place_id") ? &EVENT_PAGE_PLACE : &EVENT_PAGE;
}

/* The numbers that the times leave: low < seq < *after. */
static gboolean narrow(GwDb *db, const GwPageQuery *query, GwId *ret_low, GwId *after, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &EVENT_SPAN);
  if (!gw_page_bind(s, times, query->filters, error))
    return FALSE;
  if (!given(query, "from_us"))
    gw_bind_int(s, ":from", 0);
  if (!given(query, "to_us"))
    gw_bind_int(s, ":to", G_MAXINT64);
  gw_bind_int(s, ":most", GW_ID_MAX);
  if (!gw_step_row(s, error))
    return FALSE;
  *ret_low = gw_col_int(s, 0) - 1;
  *after = MIN(*after, gw_col_int(s, 1) + 1);
  return TRUE;
}

static gboolean read_span(GwDb *db, const GwPageQuery *query, GwId low, GwId after, int limit, json_t *rows, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, leading(query));
  if (!gw_page_bind(s, filters, query->filters, error))
    return FALSE;
  gw_bind_int(s, ":low", low);
  gw_bind_int(s, ":after", after);
  gw_bind_int(s, ":limit", limit - (int)json_array_size(rows));
  return gw_object_append_all(db, s, &gw_object_event_type, rows, error);
}

static GwId last_id(json_t *rows) {
  json_t *last = json_array_get(rows, json_array_size(rows) - 1);
  return json_integer_value(json_object_get(last, "id"));
}

json_t *gw_page_event(GwDb *db, const GwPageQuery *query, GwId after, int limit, GwId *ret_next, GError **error) {
  GwId low;
  if (!gw_page_check(all_filters, query->filters, error) || !narrow(db, query, &low, &after, error))
    return NULL;
  gboolean indexed = leading(query) != &EVENT_PAGE;
  GwUsec until_mono_us = gw_clock_mono_us() + PATIENCE_US;
  json_t *rows = json_array();
  while (after - 1 > low && (int)json_array_size(rows) < limit) {
    GwId from = MAX(low, after - 1 - (indexed ? INDEXED_SPAN_ROWS : SPAN_ROWS));
    if (!read_span(db, query, from, after, limit, rows, error)) {
      json_decref(rows);
      return NULL;
    }
    after = (int)json_array_size(rows) == limit ? last_id(rows) : from + 1;
    if (gw_clock_mono_us() > until_mono_us)
      break;
  }
  *ret_next = after - 1 > low ? after : 0;
  return rows;
}
