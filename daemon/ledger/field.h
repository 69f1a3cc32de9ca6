#pragma once
#include "daemon/core/effect.h"
#include "daemon/ledger/tx.h"

/* What the field nouns share (camera, checkin, round, unit, reader, admin, worker).  Ledger's thread. */

/* Arguments: they are valid already, so a missing one is one that may be missing. */
GwId gw_arg_id(json_t *args, const char *name);          /* 0: not given */
gint64 gw_arg_int(json_t *args, const char *name);       /* 0: not given */
double gw_arg_real(json_t *args, const char *name);      /* NaN: not given */
const char *gw_arg_text(json_t *args, const char *name); /* lent; NULL: not given */
gboolean gw_arg_has(json_t *args, const char *name);
/* TRUE when given; *value is freed and replaced. */
gboolean gw_arg_take_text(json_t *args, const char *name, char **value);

/* NaN becomes null, 0 becomes null: how objects.json writes what is not known. */
json_t *gw_json_real(double v);
json_t *gw_json_id(gint64 id);

/* A getter answered FALSE: the storage's error stays, else it is "not found", by its names. */
gboolean gw_tx_not_found(GwTx *tx, GError **error, const char *zh, const char *en);
/* FALSE with a refusal when place_id is not a place that is valid now; 0 is none and fine. */
gboolean gw_tx_check_place(GwTx *tx, GwId place_id, GError **error);

/* What plans and shifts are reckoned in: the zone of the machine, as it was or will be then. */
int gw_local_offset_s(GwUsec at_us);

/* Timers and messages of a decision; RAISE, CLEAR and WITHDRAW are the noun's own and skipped. */
gboolean gw_tx_apply_timers(GwTx *tx, const GwEffects *effects, const char *subject, GwId subject_id,
                            GError **error);

/* Workers (worker.c): which are up, as far as this run of the daemon knows. */
gboolean gw_worker_is_up(GwTx *tx, const char *job);
/* Observations worker.up {job, pid, gstreamer}, worker.down {job, cause}; job "cameras" or "checkins". */
gboolean gw_worker_up(GwTx *tx, json_t *body, const guint8 *data, gsize bytes, json_t **ret_result,
                      GError **error);
gboolean gw_worker_down(GwTx *tx, json_t *body, const guint8 *data, gsize bytes, json_t **ret_result,
                        GError **error);
/* These cameras (an array of ids; NULL: all) read unknown until a worker says otherwise (camera.c). */
gboolean gw_camera_worker_gone(GwTx *tx, json_t *camera_ids, GError **error);
/* A camera was written by an import: journals it, tells its worker, ends what nobody watches any more. */
gboolean gw_camera_imported(GwTx *tx, GwId camera_id, GError **error);
/* A finding began or ended: what the camera sees, and whether its place is blind (camera.c). */
gboolean gw_camera_sight_changed(GwTx *tx, GwId camera_id, GError **error);

/* Readers (reader.c): one was heard, so it is not gone. */
gboolean gw_reader_heard(GwTx *tx, GwId reader_id, GError **error);

/* Units (unit.c): where a unit is, from whatever says so; written at most every 5 s. */
gboolean gw_unit_seen_at(GwTx *tx, GwId unit_id, double lat, double lon, double accuracy_m, GwUsec at_us,
                         GError **error);
