#pragma once
#include "daemon/store/object_private.h"
#include "daemon/store/page.h"

/* A filter of a query: how it is spelled there, which parameter it binds, and whether it is a number.  A filter
 * that was not given binds NULL, and each statement reads ":x is null or ...". */
typedef struct GwPageFilter {
  const char *name, *parameter;
  gboolean number;
} GwPageFilter; /* a list ends with a NULL name */

/* A noun that is read by id.  Its statement takes :after (the last id of the page before; at first 0 upwards,
 * GW_ID_MAX downwards), :limit, and its filters. */
typedef struct GwPageNoun {
  const char *noun;
  const GwSql *sql;
  gboolean newest_first;
  const GwPageFilter *filters;
  const char *object; /* rows are objects of this type, the statement gives their ids; NULL: */
  const char *kinds;  /* rows are the statement's, by gw_object_from_row */
  gboolean (*finish)(GwDb *db, json_t *row, gboolean unmask, GError **error); /* may be NULL */
  const char *needs; /* a filter that must be given; NULL: none */
} GwPageNoun;

extern const GwPageNoun gw_page_live[], gw_page_registry[], gw_page_finding[], gw_page_outage[], gw_page_clip[], gw_page_tour[]; /* each ends with a NULL noun */

/* Binds every filter of the list; BAD_ARGS for a number that is none. */
gboolean gw_page_bind(GwStmt *s, const GwPageFilter *filters, json_t *given, GError **error);
gboolean gw_page_check(const GwPageFilter *filters, json_t *given, GError **error); /* only known filters */

/* Nouns that need more than a statement: events have filters enough for a file of their own, uptime is added up
 * (filters `month`, `by` "camera" or "place", `camera_id`). */
json_t *gw_page_uptime(GwDb *db, const GwPageQuery *query, GwId after, int limit, GwId *ret_next, GError **error);
json_t *gw_page_event(GwDb *db, const GwPageQuery *query, GwId after, int limit, GwId *ret_next, GError **error);
