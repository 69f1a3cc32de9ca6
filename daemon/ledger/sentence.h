#pragma once
#include "daemon/base/error.h"

/* The Chinese twin of a refusal's English sentence: from core's table, from the store's, else what its
 * code says in general.  Static.  Thread: any. */
const char *gw_sentence_zh(const GError *error);
