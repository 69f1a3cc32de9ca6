#include "daemon/store/page_private.h"

/* Findings, newest first, in the shape of objects.json.  `open` 1: those that go on; 0: those that are over. */
static const GwPageFilter finding_filters[] = {
    {"camera_id", ":camera_id", TRUE}, {"kind", ":kind", FALSE}, {"open", ":open", TRUE},
    {"from_us", ":from", TRUE},        {"to_us", ":to", TRUE},   {NULL}};
GW_SQL(FINDING_PAGE, "select id from finding where id < :after and (:camera_id is null or camera_id = :camera_id)"
                     " and (:kind is null or kind = :kind) and (:open is null or (ended_at_us is null) = (:open <> 0))"
                     " and (:from is null or first_at_us >= :from) and (:to is null or first_at_us < :to)"
                     " order by id desc limit :limit");

const GwPageNoun gw_page_finding[] = {
    {"finding", &FINDING_PAGE, TRUE, finding_filters, "finding"},
    {NULL},
};
