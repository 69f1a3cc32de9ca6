#pragma once
#include <glib.h>

/* Plain values that every room shares; no logic.
 *
 * GwId: given by the ledger, > 0 and below 2^53 so that a browser can hold it; 0 means none.
 * GwUsec: microseconds; which clock it belongs to stands in the name of the variable
 * (at_us, due_at_us: wall clock, UTC; mono_us, boot_us: see base/clock.h). */
typedef gint64 GwId;
typedef gint64 GwUsec;

#define GW_ID_MAX ((GwId)1 << 53)
#define GW_MS ((GwUsec)1000)
#define GW_SEC ((GwUsec)1000000)
#define GW_MIN (60 * GW_SEC)
#define GW_HOUR (60 * GW_MIN)
#define GW_DAY (24 * GW_HOUR)

/* Roles of people and machines (DESIGN.md 5).  A set of roles is a bit mask. */
typedef enum GwRole {
  GW_ROLE_NONE = 0,
  GW_ROLE_ADMIN = 1 << 0,
  GW_ROLE_SUPERVISOR = 1 << 1,
  GW_ROLE_OPERATOR = 1 << 2,
  GW_ROLE_PATROL = 1 << 3,
  GW_ROLE_WARDEN = 1 << 4,
  GW_ROLE_WALL = 1 << 5,   /* a kiosk: may look, may not touch */
  GW_ROLE_SOURCE = 1 << 6, /* a machine that reports observations */
} GwRole;

GwRole gw_role_from_string(const char *name); /* GW_ROLE_NONE when unknown or NULL */
const char *gw_role_to_string(GwRole role);   /* static; "none" when not exactly one role */
