#pragma once
#include <jansson.h>
#include "daemon/store/db.h"

/* Reading by pages: GET /api/v1/<noun>.  A page starts behind the cursor of the one before (a keyset, so rows
 * that come or go meanwhile neither repeat nor hide others), holds at most `limit` rows, and counts no totals.
 *
 * Thread: the connection's (a reader's).  Errors: GW_CODE_UNKNOWN_COMMAND for a noun that is none,
 * GW_CODE_BAD_ARGS for a filter, a limit or a cursor; else as in db.h. */
typedef struct GwPageQuery {
  const char *noun;
  const char *cursor; /* NULL or "": from the beginning */
  int limit;          /* 1 … GW_LIMIT_PAGE_ROWS; 0: 50 */
  json_t *filters;    /* object of strings as they came in the query; NULL: none.  Unknown ones are refused */
  gboolean unmask;    /* people's names and telephones as they are; else "李**" */
} GwPageQuery;

/* {"rows": [...], "next": "<cursor>" or null}.  A page may be short, even empty, while `next` is there: when few
 * of many rows fit the filters.  Newest first where time matters (event, alert, ticket, round, session, shift),
 * else by id.  Yours; NULL with an error. */
json_t *gw_page(GwDb *db, const GwPageQuery *query, GError **error);
gboolean gw_page_has(const char *noun);
