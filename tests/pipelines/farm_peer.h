#pragma once
#include <glib.h>
#include <jansson.h>

/* A running gwfarm-cameras (tests/farm/README.md) and its control socket. */
typedef struct FarmPeer FarmPeer;

FarmPeer *farm_start(const char *const *arguments); /* NULL-terminated, after the usual ones */
void farm_stop(FarmPeer *farm);

char *farm_url(FarmPeer *farm, int camera);     /* the caller's */
char *farm_own_url(FarmPeer *farm, int camera); /* with --own-ports: a port that refuses when it is dropped */
char *farm_recorder_url(FarmPeer *farm, const char *path); /* with --footage-days; the caller's */
json_t *farm_do(FarmPeer *farm, const char *pack, ...); /* one order, its answer (the caller's); must be ok */
gint64 farm_count(FarmPeer *farm, int camera, const char *what);
