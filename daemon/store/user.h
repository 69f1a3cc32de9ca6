#pragma once
#include "daemon/store/db.h"

/* Rows of `user`.  Strings belong to the row.
 * Thread and errors: as GwDb.  A getter answers FALSE without an error when there is no such row. */
typedef struct GwUserRow {
  GwId id;
  gint64 rev;
  char *name;
  GwRole role;
  char *display;
  char *password_hash; /* NULL: cannot log in with a password */
  GwId unit_id, person_id;
  int most_priority;
  GwUsec created_at_us, disabled_at_us; /* disabled 0: may log in */
} GwUserRow;
void gw_user_row_clear(GwUserRow *row);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GwUserRow, gw_user_row_clear)

gboolean gw_store_user_get(GwDb *db, GwId id, GwUserRow *ret, GError **error);
gboolean gw_store_user_by_name(GwDb *db, const char *name, GwUserRow *ret, GError **error); /* disabled ones too */
gboolean gw_store_user_insert(GwDb *db, GwUserRow *row, GError **error);                    /* gives the id */
gboolean gw_store_user_update(GwDb *db, const GwUserRow *row, GError **error);              /* all but name and creation */
/* How many may log in as administrators, without this one. */
gboolean gw_store_user_other_admins(GwDb *db, GwId id, gint64 *ret, GError **error);
