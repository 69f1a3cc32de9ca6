#pragma once
#include "daemon/core/outage.h"
#include "daemon/store/db.h"

/* Rows of `outage` and `outage_camera`, and what the decision about a fallen camera is made from.
 * Thread and errors: as GwDb.  A getter answers FALSE without an error when there is no such row. */
typedef struct GwOutageRow {
  GwId id;
  gint64 rev;
  GwOutageCause cause;
  char *name;
  GwId place_id, alert_id; /* 0: none */
  guint members;
  GwUsec began_at_us, ended_at_us; /* ended_at_us 0: it lasts */
} GwOutageRow;
void gw_outage_row_clear(GwOutageRow *row);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GwOutageRow, gw_outage_row_clear)

gboolean gw_store_outage_get(GwDb *db, GwId id, GwOutageRow *ret, GError **error);
gboolean gw_store_outage_insert(GwDb *db, GwOutageRow *row, GError **error); /* gives id and rev */
gboolean gw_store_outage_update(GwDb *db, const GwOutageRow *row, GError **error);
/* The newest of this cause and name that lasts, or that ended after since_us; 0: none. */
GwId gw_store_outage_recent(GwDb *db, GwOutageCause cause, const char *name, GwId place_id, GwUsec since_us,
                            GError **error);
GArray *gw_store_outage_ids_open(GwDb *db, GError **error); /* GwId */
/* It was over before and began anew. */
gboolean gw_store_outage_has_ended(GwDb *db, GwId outage_id, gboolean *ret, GError **error);
/* The deepest place in which all its cameras stand; 0: there is none. */
GwId gw_store_outage_common_place(GwDb *db, GwId outage_id, GError **error);

/* ---- its cameras ---- */

/* It fell: a new row, or one that was back is down again.  *ret_new says which; fell_at_us is of the first time. */
gboolean gw_store_outage_camera_fell(GwDb *db, GwId outage_id, GwId camera_id, GwUsec fell_at_us,
                                     gboolean *ret_new, GError **error);
gboolean gw_store_outage_camera_back(GwDb *db, GwId outage_id, GwId camera_id, GwUsec back_at_us, GError **error);
/* Those that had not come back when it ended are not down by it any more. */
gboolean gw_store_outage_cameras_leave(GwDb *db, GwId outage_id, GwUsec at_us, GError **error);
/* The outage that lasts and has this camera, the one it is down in first; FALSE: none. */
gboolean gw_store_outage_of_camera(GwDb *db, GwId camera_id, GwId *ret_outage_id, gboolean *ret_down, GError **error);
gboolean gw_store_outage_count(GwDb *db, GwId outage_id, guint *ret_cameras, guint *ret_back,
                               GwUsec *ret_moved_at_us, GError **error);
GArray *gw_store_outage_ids_down(GwDb *db, GwId outage_id, GError **error); /* GwId of cameras */

/* ---- what a decision is made from ---- */

typedef struct GwOutageScene {
  GArray *cameras;    /* GwOutageCamera, of all that are watched and known */
  GArray *outage_ids; /* GwId beside each: the open outage it is down in; 0: none */
  GArray *place_ids;  /* GwId beside each */
  GArray *open;       /* GwOutageOpen */
  GPtrArray *names;   /* what the group numbers stand for: recorder, switch, power; element number - 1 */
} GwOutageScene;
GwOutageScene *gw_store_outage_scene(GwDb *db, GError **error);
void gw_outage_scene_free(GwOutageScene *scene); /* accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GwOutageScene, gw_outage_scene_free)
/* What an outage of this group is called; lent.  "" for link and building (the place's row has its name). */
const char *gw_outage_scene_name(const GwOutageScene *scene, GwOutageCause cause, GwId group);
