#pragma once
#include "pipelines/report.h"

/* Messages that the daemon has stored already and pushes through the element: phones and on-behalf
 * entries by appsrc, pictures of a code by zbar and then the same appsrc, dumps by filesrc.
 * Every one is answered by one `checkin` with its raw_id.
 *
 * Thread: the control thread. */
typedef struct GwPushed GwPushed;

GwPushed *gw_pushed_new(GwReport *report, GwReaderTable *readers, GwReaper *reaper);
void gw_pushed_free(GwPushed *pushed); /* accepts NULL */

void gw_pushed_take(GwPushed *pushed, json_t *message, const guint8 *data, gsize bytes);
