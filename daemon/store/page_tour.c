#include "daemon/store/page_private.h"

/* Tours by id, their runs newest first, both in the shape of objects.json; who looked at what, page by page of a run. */
GW_SQL(TOUR_PAGE, "select id from tour where id > :after and removed_at_us is null order by id limit :limit");

static const GwPageFilter run_filters[] = {
    {"shift_id", ":shift_id", TRUE}, {"tour_id", ":tour_id", TRUE}, {"state", ":state", FALSE}, {NULL}};
GW_SQL(TOUR_RUN_PAGE, "select id from tour_run where id < :after and (:shift_id is null or shift_id = :shift_id)"
                      " and (:tour_id is null or tour_id = :tour_id) and (:state is null or state = :state)"
                      " order by id desc limit :limit");

/* A row is counted by its page, from 1 on; what travels begins with 0. */
static const GwPageFilter look_filters[] = {{"run_id", ":run_id", TRUE}, {NULL}};
GW_SQL(TOUR_LOOK_PAGE, "select l.page + 1, l.run_id, l.page, l.user_id, " GW_USER_NAME("u") " as name, l.at_us, l.looked_us,"
                       " l.seen, l.unseen from tour_look l join user u on u.id = l.user_id"
                       " where l.run_id = :run_id and l.page >= :after order by l.page limit :limit");

const GwPageNoun gw_page_tour[] = {
    {"tour", &TOUR_PAGE, FALSE, NULL, "tour"},
    {"tour_run", &TOUR_RUN_PAGE, TRUE, run_filters, "tour_run"},
    {"tour_look", &TOUR_LOOK_PAGE, FALSE, look_filters, NULL, "-iiitiijj", NULL, "run_id"},
    {NULL},
};
