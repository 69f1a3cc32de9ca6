#pragma once
#include "daemon/store/db.h"

/* The registry's rows as an import writes them: found by code, made or brought up to date.
 * Thread and errors: as GwDb.  Each *_put returns the id, 0 with an error; *ret_changed says whether
 * anything was written (an import of the same file twice changes nothing). */

GwId gw_registry_id(GwDb *db, const char *noun, const char *code, GError **error); /* 0 without error: no such code */

typedef struct GwPlaceImport {
  const char *code, *name, *kind, *outline; /* outline: GeoJSON geometry text or NULL */
  GwId parent_id;
  double lat, lon;
  GwUsec valid_from_us, now_us;
} GwPlaceImport;
/* A new outline or parent makes a new version of the place; children, cameras, checkpoints and slots move
 * over to it, alerts and tickets keep the old one (DESIGN.md 2, place). */
GwId gw_registry_place_put(GwDb *db, const GwPlaceImport *p, gboolean *ret_changed, GError **error);

GwId gw_registry_slot_put(GwDb *db, const char *code, const char *name, GwId place_id, gboolean *ret_changed, GError **error);

/* Names and telephones are erasable text: the caller stored them (tx.h) only when they differ. */
GwId gw_registry_person_get(GwDb *db, const char *code, char **ret_name, char **ret_phone, GError **error);
GwId gw_registry_person_put(GwDb *db, const char *code, GwId name_text_id, GwId phone_text_id, GError **error);
gboolean gw_registry_slot_fill(GwDb *db, GwId slot_id, GwId person_id, GwUsec now_us, gboolean *ret_changed, GError **error);

typedef struct GwUnitImport {
  const char *code, *name, *kind, *travel, *radio_channel;
  GwId phone_text_id, slot_id; /* phone_text_id 0: as it was */
} GwUnitImport;
GwId gw_registry_unit_put(GwDb *db, const GwUnitImport *u, gboolean *ret_changed, GError **error);
char *gw_registry_unit_phone(GwDb *db, const char *code); /* caller frees; "" when none */
gboolean gw_registry_unit_member_add(GwDb *db, GwId unit_id, GwId person_id, GError **error);

typedef struct GwCameraImport {
  const char *code, *name, *zone, *url, *user_name, *transport, *recorder, *switch_name;
  /* NULL: as it was, for files of before these columns */
  const char *sub_url, *power, *watch, *control_url, *home_preset;
  GBytes *secret; /* NULL: as it was */
  GwId place_id, checkpoint_id; /* checkpoint_id -1: as it was */
  double lat, lon;
  gboolean enabled;
  int metadata, channel; /* -1: as it was */
} GwCameraImport;
GwId gw_registry_camera_put(GwDb *db, const GwCameraImport *c, gboolean *ret_changed, GError **error);

typedef struct GwCheckpointImport {
  const char *code, *name, *tag;
  GwId place_id;
  double lat, lon, radius_m;
} GwCheckpointImport;
GwId gw_registry_checkpoint_put(GwDb *db, const GwCheckpointImport *c, gboolean *ret_changed, GError **error);

typedef struct GwRouteImport {
  const char *code, *name, *plan; /* plan: canonical JSON */
  GwId unit_id;
  gboolean volunteer, ordered;
} GwRouteImport;
GwId gw_registry_route_put(GwDb *db, const GwRouteImport *r, gboolean *ret_changed, GError **error);
gboolean gw_registry_route_clear_points(GwDb *db, GwId route_id, GError **error);
gboolean gw_registry_route_add_point(GwDb *db, GwId route_id, int idx, GwId checkpoint_id, int offset_s, int early_s,
                                     int late_s, GError **error);
