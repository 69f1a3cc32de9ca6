#include <math.h>
#include <string.h>

#include "daemon/core/geo.h"
#include "daemon/ledger/import.h"
#include "daemon/store/registry.h"

/* Places come as GeoJSON features: properties code, name, kind, parent (a code), valid_from (YYYY-MM-DD);
 * geometry Point, Polygon or LineString (a way), WGS-84, or null. */

static const char *const kinds[] = {"district", "street", "community", "group", "grid", "micro_grid", "building", "unit",
                                    "household", "area", "way", "gate", "room", "other", NULL};

static const char *property(json_t *feature, const char *name) {
  const char *text = json_string_value(json_object_get(json_object_get(feature, "properties"), name));
  return text ? text : "";
}

/* The positions of the outer ring, the line or the point; FALSE when the geometry is none we read. */
static gboolean read_geometry(json_t *geometry, GArray *points) {
  const char *type = json_string_value(json_object_get(geometry, "type"));
  json_t *list = json_object_get(geometry, "coordinates");
  json_t *single = NULL;
  if (g_strcmp0(type, "Polygon") == 0)
    list = json_array_get(list, 0);
  else if (g_strcmp0(type, "Point") == 0)
    list = single = json_pack("[O]", list ? list : json_null());
  else if (g_strcmp0(type, "LineString") != 0)
    return FALSE;
  size_t i;
  json_t *position;
  gboolean ok = json_is_array(list) && json_array_size(list) > 0 && json_array_size(list) <= 2000;
  if (ok)
    json_array_foreach(list, i, position) {
      GwPoint p = {json_number_value(json_array_get(position, 1)), json_number_value(json_array_get(position, 0))};
      ok = ok && json_is_number(json_array_get(position, 0)) && json_is_number(json_array_get(position, 1)) && gw_geo_is_valid(p);
      g_array_append_val(points, p);
    }
  json_decref(single);
  return ok && (g_strcmp0(type, "Polygon") != 0 || points->len >= 4) && (g_strcmp0(type, "LineString") != 0 || points->len >= 2);
}

static GwUsec valid_from_us(const char *day) {
  g_autofree char *text = g_strdup_printf("%sT00:00:00+08:00", day);
  g_autoptr(GDateTime) at = g_date_time_new_from_iso8601(text, NULL);
  return at ? g_date_time_to_unix(at) * GW_SEC : -1;
}

static void check_feature(GwImport *in, guint line, json_t *feature, GHashTable *codes) {
  const char *code = property(feature, "code"), *name = property(feature, "name"), *kind = property(feature, "kind");
  if (!*code || g_utf8_strlen(code, -1) > 40)
    gw_import_problem(in, line, "code", "需要 1 到 40 个字的代码", "needs a code of 1 to 40 characters");
  else if (!g_hash_table_add(codes, g_strdup(code)))
    gw_import_problem(in, line, "code", "这个代码在文件里出现了两次", "this code stands twice in the file");
  if (!*name || g_utf8_strlen(name, -1) > 80)
    gw_import_problem(in, line, "name", "需要 1 到 80 个字的名称", "needs a name of 1 to 80 characters");
  if (!g_strv_contains(kinds, kind)) {
    g_autofree char *list = g_strjoinv(", ", (char **)kinds);
    gw_import_problem(in, line, "kind", list, list);
  }
  const char *from = property(feature, "valid_from");
  if (*from && valid_from_us(from) < 0)
    gw_import_problem(in, line, "valid_from", "日期应写成 2026-11-21", "expected a date like 2026-11-21");
  json_t *geometry = json_object_get(feature, "geometry");
  g_autoptr(GArray) points = g_array_new(FALSE, FALSE, sizeof(GwPoint));
  if (geometry && !json_is_null(geometry) && !read_geometry(geometry, points))
    gw_import_problem(in, line, "geometry", "应是 Point、Polygon 或 LineString，经度在前，最多 2000 点",
                      "expected a Point, Polygon or LineString, longitude first, at most 2000 positions");
}

static gboolean check(GwImport *in, GError **error) {
  g_autoptr(GHashTable) codes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  size_t i;
  json_t *feature;
  json_array_foreach(in->features, i, feature) {
    const char *parent = property(feature, "parent");
    check_feature(in, (guint)i + 1, feature, codes);
    /* A parent stands above its children in the file, or is known already: so the tree has no rings. */
    if (*parent && !g_hash_table_contains(codes, parent) && !gw_registry_id(in->tx->db, "place", parent, NULL))
      gw_import_problem(in, (guint)i + 1, "parent", "没有这个上级代码；上级要写在前面", "there is no such parent above this feature or in the registry");
    if (*parent && strcmp(parent, property(feature, "code")) == 0)
      gw_import_problem(in, (guint)i + 1, "parent", "不能以自己为上级", "a place cannot be its own parent");
  }
  return TRUE;
}

static gboolean apply_feature(GwImport *in, json_t *feature, GError **error) {
  json_t *geometry = json_object_get(feature, "geometry");
  g_autoptr(GArray) points = g_array_new(FALSE, FALSE, sizeof(GwPoint));
  GwPoint middle = {NAN, NAN};
  char *outline = NULL;
  if (json_is_object(geometry)) {
    (void)read_geometry(geometry, points); /* checked before */
    middle = gw_geo_centroid((const GwPoint *)points->data, points->len);
    outline = json_dumps(geometry, JSON_COMPACT | JSON_SORT_KEYS | JSON_REAL_PRECISION(10));
  }
  const char *parent = property(feature, "parent"), *from = property(feature, "valid_from"), *code = property(feature, "code");
  GwPlaceImport place = {.code = code,
                         .name = property(feature, "name"),
                         .kind = property(feature, "kind"),
                         .outline = outline,
                         .parent_id = *parent ? gw_registry_id(in->tx->db, "place", parent, NULL) : 0,
                         .lat = middle.lat,
                         .lon = middle.lon,
                         .valid_from_us = *from ? valid_from_us(from) : 0,
                         .now_us = in->tx->now_us};
  gboolean changed;
  GwId id = gw_registry_place_put(in->tx->db, &place, &changed, error);
  free(outline);
  return id && (!changed || gw_import_note(in, "place", id, code, id, TRUE, error));
}

static gboolean apply(GwImport *in, GError **error) {
  size_t i;
  json_t *feature;
  json_array_foreach(in->features, i, feature) {
    if (!apply_feature(in, feature, error))
      return FALSE;
  }
  return TRUE;
}

const GwImportNoun gw_import_place = {"place", NULL, check, apply};
