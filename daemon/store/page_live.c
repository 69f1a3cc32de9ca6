#include "daemon/store/page_private.h"

/* Pages of what the desk works with, in the shape of objects.json.  The ids of each page come from a statement
 * here, the objects from the same makers as everywhere; both run in the page's own read transaction. */
static const GwPageFilter alert_filters[] = {
    {"state", ":state", FALSE}, {"from_us", ":from", TRUE}, {"to_us", ":to", TRUE}, {"place_id", ":place_id", TRUE},
    {"category", ":category", FALSE}, {"priority", ":priority", TRUE}, {NULL}};
GW_SQL(ALERT_PAGE, "select id from alert where id < :after and (:state is null or state = :state)"
                   " and (:from is null or first_at_us >= :from) and (:to is null or first_at_us < :to)"
                   " and (:place_id is null or place_id = :place_id) and (:category is null or category = :category)"
                   " and (:priority is null or priority = :priority) order by id desc limit :limit");

static const GwPageFilter ticket_filters[] = {
    {"state", ":state", FALSE}, {"from_us", ":from", TRUE}, {"to_us", ":to", TRUE}, {"place_id", ":place_id", TRUE},
    {"unit_id", ":unit_id", TRUE}, {"kind", ":kind", FALSE}, {NULL}};
GW_SQL(TICKET_PAGE, "select id from ticket where id < :after and (:state is null or state = :state)"
                    " and (:from is null or origin_at_us >= :from) and (:to is null or origin_at_us < :to)"
                    " and (:place_id is null or place_id = :place_id) and (:unit_id is null or unit_id = :unit_id)"
                    " and (:kind is null or kind = :kind) order by id desc limit :limit");

static const GwPageFilter round_filters[] = {
    {"state", ":state", FALSE}, {"from_us", ":from", TRUE}, {"to_us", ":to", TRUE}, {"unit_id", ":unit_id", TRUE},
    {"route_id", ":route_id", TRUE}, {NULL}};
GW_SQL(ROUND_PAGE, "select id from round where id < :after and (:state is null or state = :state)"
                   " and (:from is null or planned_at_us >= :from) and (:to is null or planned_at_us < :to)"
                   " and (:unit_id is null or unit_id = :unit_id) and (:route_id is null or route_id = :route_id)"
                   " order by id desc limit :limit");

GW_SQL(SHIFT_PAGE, "select id from shift where id < :after order by id desc limit :limit");

static const GwPageFilter place_filters[] = {{"kind", ":kind", FALSE}, {"parent_id", ":parent_id", TRUE}, {NULL}};
GW_SQL(PLACE_PAGE, "select id from place where id > :after and valid_to_us is null and kind <> 'way'"
                   " and (:kind is null or kind = :kind) and (:parent_id is null or parent_id = :parent_id)"
                   " order by id limit :limit");
GW_SQL(WAY_PAGE, "select id from place where id > :after and valid_to_us is null and kind = 'way' order by id limit :limit");
static const GwPageFilter camera_filters[] = {{"state", ":state", FALSE}, {"place_id", ":place_id", TRUE}, {NULL}};
GW_SQL(CAMERA_PAGE, "select id from camera where id > :after and removed_at_us is null"
                    " and (:state is null or state = :state) and (:place_id is null or place_id = :place_id)"
                    " order by id limit :limit");
GW_SQL(CHECKPOINT_PAGE, "select id from checkpoint where id > :after order by id limit :limit");
GW_SQL(UNIT_PAGE, "select id from unit where id > :after order by id limit :limit");
GW_SQL(READER_PAGE, "select id from reader where id > :after order by id limit :limit");

const GwPageNoun gw_page_live[] = {
    {"alert", &ALERT_PAGE, TRUE, alert_filters, "alert"},
    {"ticket", &TICKET_PAGE, TRUE, ticket_filters, "ticket"},
    {"round", &ROUND_PAGE, TRUE, round_filters, "round"},
    {"shift", &SHIFT_PAGE, TRUE, NULL, "shift"},
    {"place", &PLACE_PAGE, FALSE, place_filters, "place"},
    {"way", &WAY_PAGE, FALSE, NULL, "place"},
    {"camera", &CAMERA_PAGE, FALSE, camera_filters, "camera"},
    {"checkpoint", &CHECKPOINT_PAGE, FALSE, NULL, "checkpoint"},
    {"unit", &UNIT_PAGE, FALSE, NULL, "unit"},
    {"reader", &READER_PAGE, FALSE, NULL, "reader"},
    {NULL},
};
