#include "daemon/store/story.h"

#include <string.h>

#include "daemon/store/object_private.h"
#include "daemon/store/text.h"

GW_SQL(STORY_EVENTS,
       "select seq from journal where subject = :subject and subject_id = :id order by seq limit 1000");
GW_SQL(STORY_OUTBOX,
       "select id from outbox where subject = :subject and subject_id = :id order by id limit 1000");
GW_SQL(STORY_FILES,
       "select f.at_us, f.hash, f.role, " GW_USER_NAME(
           "u") " as user from ticket_file f"
                " left join user u on u.id = f.user_id where f.ticket_id = :id order by f.at_us");
GW_SQL(STORY_CLIPS, "select id from clip where alert_id = :id order by id limit 1000");
GW_SQL(STORY_CLIP_EVENTS, "select j.seq from clip c cross join journal j on j.subject = 'clip' and j.subject_id = c.id"
                          " where c.alert_id = :id order by j.seq limit 1000");
GW_SQL(STORY_CLOCKS, "select started_at_us as at_us, kind, started_at_us, due_at_us, stopped_at_us from clock"
                     " where ticket_id = :id order by id");

/* Objects of `type` whose ids the statement answers, each with the time it has in the story.  subject NULL: the
 * statement asks for the id alone. */
static gboolean add_objects(GwDb *db, const GwSql *sql, const char *type, const char *at_key,
                            const char *subject, GwId id, json_t *items, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, sql);
  if (subject)
    gw_bind_text(s, ":subject", subject);
  gw_bind_id(s, ":id", id);
  GwStep step;
  while ((step = gw_step(s, error)) == GW_STEP_ROW) {
    json_t *object = gw_object_load(db, type, gw_col_int(s, 0), error);
    if (!object)
      return FALSE;
    json_object_set(object, "at_us", json_object_get(object, at_key));
    json_array_append_new(items, object);
  }
  return step == GW_STEP_DONE;
}

static gboolean add_rows(GwDb *db, const GwSql *sql, const char *type, const char *kinds, GwId id,
                         json_t *items, GError **error) {
  json_t *rows = gw_object_rows(db, sql, id, kinds, error);
  size_t i;
  json_t *row;
  json_array_foreach(rows, i, row) {
    json_object_set_new(row, "type", json_string(type));
    json_array_append(items, row);
  }
  json_decref(rows);
  return rows != NULL;
}

static gboolean add_subject(GwDb *db, const char *subject, GwId id, json_t *items, GError **error) {
  return id == 0 || (add_objects(db, &STORY_EVENTS, "event", "at_us", subject, id, items, error) &&
                     add_objects(db, &STORY_OUTBOX, "outbox", "queued_at_us", subject, id, items, error));
}

/* What was kept as proof, when it was asked for, and what happened to it: also who took it out of the center. */
static gboolean add_clips(GwDb *db, GwId alert_id, json_t *items, GError **error) {
  return alert_id == 0 || (add_objects(db, &STORY_CLIPS, "clip", "asked_at_us", NULL, alert_id, items, error) &&
                           add_objects(db, &STORY_CLIP_EVENTS, "event", "at_us", NULL, alert_id, items, error));
}

static gboolean add_items(GwDb *db, GwId alert_id, GwId ticket_id, json_t *items, GError **error) {
  return add_subject(db, "alert", alert_id, items, error) &&
         add_subject(db, "ticket", ticket_id, items, error) && add_clips(db, alert_id, items, error) &&
         (ticket_id == 0 || (add_rows(db, &STORY_FILES, "file", "ittt", ticket_id, items, error) &&
                             add_rows(db, &STORY_CLOCKS, "clock", "itiii", ticket_id, items, error))) &&
         gw_text_expand(db, items, error);
}

typedef struct Item {
  json_t *item; /* owned */
  gint64 at_us;
  size_t nth; /* what happened in one instant stays in the order in which it was written */
} Item;

static int by_time(const void *a, const void *b) {
  const Item *x = a, *y = b;
  if (x->at_us != y->at_us)
    return x->at_us < y->at_us ? -1 : 1;
  return x->nth < y->nth ? -1 : x->nth > y->nth;
}

static json_t *sorted(json_t *items) {
  size_t n = json_array_size(items);
  g_autofree Item *list = g_new(Item, n + 1);
  for (size_t i = 0; i < n; i++) {
    json_t *item = json_array_get(items, i);
    list[i] = (Item){json_incref(item), json_integer_value(json_object_get(item, "at_us")), i};
  }
  qsort(list, n, sizeof *list, by_time);
  json_t *array = json_array();
  for (size_t i = 0; i < n; i++)
    json_array_append_new(array, list[i].item);
  return array;
}

static json_t *other(GwDb *db, json_t *object, const char *key, const char *type, GError **error) {
  GwId id = json_integer_value(json_object_get(object, key));
  return id > 0 ? gw_object_load(db, type, id, error) : NULL;
}

static GwId id_of(json_t *object) {
  return json_integer_value(json_object_get(object, "id"));
}

/* How the outage grew and ended that an alert is about: its own rows say which cameras. */
static gboolean add_outage(GwDb *db, json_t *alert, json_t *items, GError **error) {
  const char *subject = json_string_value(json_object_get(alert, "subject"));
  return g_strcmp0(subject, "outage") != 0 ||
         add_objects(db, &STORY_EVENTS, "event", "at_us", subject,
                     json_integer_value(json_object_get(alert, "subject_id")), items, error);
}

static json_t *tell(GwDb *db, const char *subject, GwId id, GError **error) {
  gboolean by_alert = g_strcmp0(subject, "alert") == 0;
  g_autoptr(GError) failed = NULL;
  json_t *self =
      by_alert || g_strcmp0(subject, "ticket") == 0 ? gw_object_load(db, subject, id, &failed) : NULL;
  if (!self && !failed)
    g_set_error(&failed, GW_ERROR, GW_CODE_NOT_FOUND, "There is no such %s.", by_alert ? "alert" : "ticket");
  json_t *twin =
      self ? other(db, self, by_alert ? "ticket_id" : "alert_id", by_alert ? "ticket" : "alert", &failed)
           : NULL;
  json_t *alert = by_alert ? self : twin, *ticket = by_alert ? twin : self, *items = json_array(),
         *story = NULL;
  if (!failed && add_items(db, id_of(alert), id_of(ticket), items, &failed) && add_outage(db, alert, items, &failed))
    story = json_pack("{s:O?, s:O?, s:o}", "alert", alert, "ticket", ticket, "items", sorted(items));
  if (failed)
    g_propagate_error(error, g_steal_pointer(&failed));
  json_decref(self);
  json_decref(twin);
  json_decref(items);
  return story;
}

json_t *gw_story(GwDb *db, const char *subject, GwId id, GError **error) {
  gboolean own = !gw_db_in_transaction(db);
  if (own && !gw_db_exec(db, "begin", error))
    return NULL;
  json_t *story = tell(db, subject, id, error);
  if (own && gw_db_in_transaction(db))
    (void)gw_db_exec(db, "rollback", NULL);
  return story;
}
