#pragma once
#include <jansson.h>
#include "daemon/core/ticket.h"
#include "daemon/ledger/geography.h"

/* Who could go, ranked, each with its reason, as objects.json writes `ticket.candidates`.
 * Thread: the connection's; a reader brings its own connection and geography. */
typedef struct GwCandidateQuery {
  GwTicketKind kind;
  int priority;
  double lat, lon; /* NaN: nobody knows where */
  int floor;       /* the storey, the ground being 1; 0: not known */
  GwId ticket_id;  /* whose returns and time-outs count as tried; 0: none yet */
} GwCandidateQuery;

/* NULL: the database failed.  Yours. */
json_t *gw_candidates_rank(GwDb *db, const GwGeography *geography, const GwCandidateQuery *query,
                           GwUsec now_us, GError **error);
GwId gw_candidates_first(json_t *candidates); /* the first that may go; 0: none */

/* For GET /api/v1/recommend/alert/<id>: the candidates of an alert now.  NULL with an error. */
json_t *gw_candidates_of_alert(GwDb *db, const GwGeography *geography, GwId alert_id, GwUsec now_us,
                               GError **error);

/* What an alert's category makes of its ticket: E, O, F or S. */
GwTicketKind gw_ticket_kind_of_category(const char *category);
/* The priority a category has when nobody says another: 1 … 4. */
int gw_priority_of_category(const char *category);
