#pragma once
#include "daemon/store/db.h"

/* Numbers of the day, in local time, for what people read out: A-20261121-0457.  Thread: the connection's. */

/* The next code of this letter's day; a number that was rolled back comes again.  Caller frees; NULL: failed. */
char *gw_number_next(GwDb *db, char letter, GwUsec at_us, GError **error);
