#pragma once
#include "tests/farm/cameras/farm.h"

/* The control socket: one JSON object per line in, one per line out (README.md lists the commands).
 * `where`: "unix:PATH", or a TCP port of 127.0.0.1 (0: any free one).
 *
 * Thread: the farm's.  Lines are at most 64 KiB, connections at most 32. */
typedef struct FarmControl FarmControl;

FarmControl *farm_control_new(Farm *farm, const char *where, GError **error);
void farm_control_free(FarmControl *control); /* accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FarmControl, farm_control_free)
const char *farm_control_address(const FarmControl *control); /* "127.0.0.1:PORT" or "unix:PATH"; lent */

/* One command and its answer, both JSON texts; what the socket calls for each line.  Caller frees. */
char *farm_control_do(Farm *farm, const char *line);
