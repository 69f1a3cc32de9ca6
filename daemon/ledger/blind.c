#include "daemon/ledger/blind.h"

#include <string.h>

#include "daemon/core/camera.h"
#include "daemon/store/camera.h"
#include "daemon/store/meta.h"

#define BLIND_KEY "center.blind"

static json_t *read_list(GwTx *tx, GError **error) {
  g_autoptr(GError) failed = NULL;
  g_autofree char *text = gw_meta_get(tx->db, BLIND_KEY, &failed);
  if (failed) {
    g_propagate_error(error, g_steal_pointer(&failed));
    return NULL;
  }
  json_t *list = text ? json_loads(text, 0, NULL) : NULL;
  if (json_is_array(list))
    return list;
  json_decref(list);
  return json_array();
}

static gboolean write_list(GwTx *tx, json_t *list, GError **error) {
  char *text = json_dumps(list, JSON_COMPACT | JSON_SORT_KEYS);
  gboolean ok = gw_meta_set(tx->db, BLIND_KEY, text, error) && gw_meta_bump_center(tx->db, error) > 0;
  free(text);
  gw_tx_touch(tx, "center", 1);
  return ok;
}

/* Its index, or the size when it is not in the list. */
static size_t find(json_t *list, GwId place_id) {
  size_t i;
  json_t *entry;
  json_array_foreach(list, i, entry) {
    if (json_integer_value(json_object_get(entry, "place_id")) == place_id)
      return i;
  }
  return json_array_size(list);
}

/* TRUE when the list is another one now.  Since when it is blind stays when only its cameras grow fewer. */
static gboolean put(GwTx *tx, json_t *list, GwId place_id, guint cameras, gboolean is_blind) {
  size_t i = find(list, place_id);
  json_t *entry = json_array_get(list, i);
  if (!is_blind) {
    if (entry)
      json_array_remove(list, i);
    return entry != NULL;
  }
  if (entry && json_integer_value(json_object_get(entry, "cameras")) == (json_int_t)cameras)
    return FALSE;
  if (entry)
    json_object_set_new(entry, "cameras", json_integer(cameras));
  else
    json_array_append_new(list, json_pack("{s:I, s:i, s:I}", "place_id", (json_int_t)place_id, "cameras",
                                          (int)cameras, "since_us", (json_int_t)tx->now_us));
  return TRUE;
}

static gboolean note_in(GwTx *tx, json_t *list, GwId place_id, gboolean *ret_changed, GError **error) {
  guint cameras = 0, see = 0;
  if (!gw_store_camera_of_place(tx->db, place_id, &cameras, &see, error))
    return FALSE;
  *ret_changed |= put(tx, list, place_id, cameras, gw_blind(cameras, see));
  return TRUE;
}

gboolean gw_blind_note(GwTx *tx, GwId place_id, GError **error) {
  if (place_id == 0)
    return TRUE;
  json_t *list = read_list(tx, error);
  gboolean changed = FALSE;
  gboolean ok = list && note_in(tx, list, place_id, &changed, error) && (!changed || write_list(tx, list, error));
  json_decref(list);
  return ok;
}

/* Those that are in the list, and those that have cameras: whichever is gone is taken out. */
static GArray *all_places(GwTx *tx, json_t *list, GError **error) {
  GArray *ids = gw_store_camera_places(tx->db, error);
  size_t i;
  json_t *entry;
  if (ids)
    json_array_foreach(list, i, entry) {
      GwId id = json_integer_value(json_object_get(entry, "place_id"));
      g_array_append_val(ids, id);
    }
  return ids;
}

gboolean gw_blind_note_all(GwTx *tx, GError **error) {
  json_t *list = read_list(tx, error);
  g_autoptr(GArray) ids = list ? all_places(tx, list, error) : NULL;
  gboolean changed = FALSE, ok = ids != NULL;
  for (guint i = 0; ok && i < ids->len; i++)
    ok = note_in(tx, list, g_array_index(ids, GwId, i), &changed, error);
  ok = ok && (!changed || write_list(tx, list, error));
  json_decref(list);
  return ok;
}
