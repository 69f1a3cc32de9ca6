#include "daemon/store/page_private.h"

/* Clips, newest first, and recorders, in the shape of objects.json. */
static const GwPageFilter clip_filters[] = {
    {"camera_id", ":camera_id", TRUE}, {"alert_id", ":alert_id", TRUE}, {"state", ":state", FALSE},
    {"source", ":source", FALSE},      {"locked", ":locked", TRUE},     {"from_us", ":from", TRUE},
    {"to_us", ":to", TRUE},            {NULL}};
/* from_us and to_us: what overlaps that time. */
GW_SQL(CLIP_PAGE, "select id from clip where id < :after and (:camera_id is null or camera_id = :camera_id)"
                  " and (:alert_id is null or alert_id = :alert_id) and (:state is null or state = :state)"
                  " and (:source is null or source = :source)"
                  " and (:locked is null or (locked_at_us is not null) = (:locked <> 0))"
                  " and (:from is null or to_us >= :from) and (:to is null or from_us < :to)"
                  " order by id desc limit :limit");
GW_SQL(RECORDER_PAGE, "select id from recorder where id > :after and removed_at_us is null order by id limit :limit");

const GwPageNoun gw_page_clip[] = {
    {"clip", &CLIP_PAGE, TRUE, clip_filters, "clip"},
    {"recorder", &RECORDER_PAGE, FALSE, NULL, "recorder"},
    {NULL},
};
