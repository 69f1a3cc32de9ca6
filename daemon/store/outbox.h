#pragma once
#include "daemon/core/outbox.h"
#include "daemon/store/db.h"

/* Rows of `outbox`: messages to somebody, and how far each came.  Plain values.  Thread: the connection's. */
typedef struct GwOutboxRow {
  GwId id;
  gint64 rev;
  char channel[8], target[8], target_role[24], subject[24], template_name[24];
  GwId target_id, subject_id;
  int priority;
  GwOutbox core;
} GwOutboxRow;

gboolean gw_store_outbox_get(GwDb *db, GwId id, GwOutboxRow *ret, GError **error); /* GW_CODE_NOT_FOUND */
gboolean gw_store_outbox_insert(GwDb *db, GwOutboxRow *row, GError **error);       /* fills id and rev */
gboolean gw_store_outbox_update(GwDb *db, GwOutboxRow *row, GError **error);       /* counts rev up */
/* Ids of messages about a subject that are still on their way, oldest first; caller frees. */
GArray *gw_store_outbox_open_of(GwDb *db, const char *subject, GwId subject_id, GError **error);
