#pragma once
#include <glib.h>

/* A getter answered FALSE: TRUE when there simply is no such row, FALSE with the error passed on when the
 * database failed. */
static inline gboolean gw_absent(GError **failed, GError **error) {
  if (!*failed)
    return TRUE;
  g_propagate_error(error, *failed);
  *failed = NULL;
  return FALSE;
}
