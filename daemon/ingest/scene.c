/* How a camera is to look: its zones, whether codes are read, and the reference. */
#include <string.h>

#include "daemon/base/limits.h"
#include "daemon/base/log.h"
#include "daemon/ingest/ingest_private.h"
#include "daemon/store/zone.h"

static json_t *zone_json(const GwZoneRow *row) {
  json_t *points = json_loads(row->points, 0, NULL);
  if (!json_is_array(points)) {
    json_decref(points);
    return NULL;
  }
  return json_pack("{s:I, s:o, s:i, s:i, s:i}", "id", (json_int_t)row->id, "points", points, "from_min",
                   row->from_min, "to_min", row->to_min, "dwell_s", row->dwell_s);
}

/* Also notes which zones the worker may name from now on. */
static json_t *zones_json(GwIngest *ingest, GwId id, GwWatched *watched) {
  g_autoptr(GError) why = NULL;
  g_autoptr(GArray) rows = gw_store_zones_of_camera(ingest->db, id, TRUE, &why);
  json_t *list = json_array();
  g_array_set_size(watched->zones, 0);
  if (!rows)
    gw_warning("The zones of camera %" G_GINT64_FORMAT " cannot be read: %s", id, why->message);
  for (guint i = 0; rows && i < MIN(rows->len, GW_LIMIT_ZONES_PER_CAMERA); i++) {
    const GwZoneRow *row = &g_array_index(rows, GwZoneRow, i);
    json_t *zone = zone_json(row);
    if (!zone)
      continue;
    g_array_append_val(watched->zones, row->id);
    json_array_append_new(list, zone);
  }
  return list;
}

/* The newest there is: perhaps one that the ledger has not written yet. */
static GBytes *reference_of(GwIngest *ingest, GwId id, const GwWatched *watched) {
  g_auto(GwReferenceRow) row = {0};
  g_autoptr(GError) why = NULL;
  if (watched->learnt)
    return g_bytes_ref(watched->learnt);
  if (gw_store_reference_get(ingest->db, id, &row, &why))
    return row.body ? g_bytes_ref(row.body) : NULL;
  if (why)
    gw_warning("The reference of camera %" G_GINT64_FORMAT " cannot be read: %s", id, why->message);
  return NULL;
}

static gboolean send_learn(GwWatched *watched, GwId id) {
  return gw_worker_send(watched->worker, json_pack("{s:s, s:I}", "type", "scene.learn", "id", (json_int_t)id),
                        NULL, 0);
}

void gw_scene_tell(GwIngest *ingest, const GwCameraRow *row, GwWatched *watched) {
  g_autoptr(GBytes) reference = reference_of(ingest, row->id, watched);
  gsize bytes = 0;
  const guint8 *data = reference ? g_bytes_get_data(reference, &bytes) : NULL;
  json_t *message = json_pack("{s:s, s:I, s:b, s:b, s:i, s:o}", "type", "scene.set", "id", (json_int_t)row->id,
                              "codes", row->checkpoint_id > 0, "away", *row->away_preset != 0, "utc_offset_s", ingest->config.utc_offset_s,
                              "zones", zones_json(ingest, row->id, watched));
  if (!gw_worker_send(watched->worker, message, data, bytes))
    gw_warning("How camera %s is to look could not be told to its worker", row->code);
  else if (watched->must_learn)
    watched->must_learn = !send_learn(watched, row->id);
}

void gw_scene_learn(GwIngest *ingest, GwId id) {
  GwWatched *watched = g_hash_table_lookup(ingest->cameras, &id);
  if (watched)
    watched->must_learn =
        !watched->worker->is_up || watched->untold != GW_UNTOLD_NOTHING || !send_learn(watched, id);
}
