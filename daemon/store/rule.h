#pragma once
#include "daemon/core/rule.h"
#include "daemon/store/db.h"

/* Rows of `rule`: what may raise an alert, in versions.  Thread: the connection's. */
/* The newest version of a kind; GW_CODE_NOT_FOUND when the center has no such rule. */
gboolean gw_store_rule_newest(GwDb *db, const char *kind, GwRule *ret, GError **error);
/* The version that an alert was raised by. */
gboolean gw_store_rule_get(GwDb *db, GwId id, int version, GwRule *ret, GError **error);
