#pragma once
#include "tests/farm/history/world.h"

/* The people and machines of the past, and what happens to them. */
typedef struct Cast {
  World *world;
  GwActor operators[2], supervisor, source, patrols[4]; /* patrols: units that answer dispatches */
  GArray *buildings;       /* GwId of places */
  GArray *cameras;         /* GwId */
  char *photo;             /* hash of a photo that is in the media folder; NULL: close on behalf is not told */
  gint64 photo_bytes;
} Cast;

/* Puts one day's incidents, camera faults and rounds on the calendar, from day_us on. */
void story_plan_day(Cast *cast, GwUsec day_us);
