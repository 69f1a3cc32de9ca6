#pragma once
#include "daemon/base/types.h"

/* Whose keyframe is decoded next, and which are wanted at all.  Pure: the caller locks and brings the time.
 */
typedef enum GwLookWant {
  GW_LOOK_NOT = 0,
  GW_LOOK_ROUTINE = 1 << 0, /* its turn: each camera every so often */
  GW_LOOK_SUSPECT = 1 << 1, /* the scene doubts what it saw */
  GW_LOOK_STILL = 1 << 2,   /* somebody looks at it */
  GW_LOOK_CODE = 1 << 3     /* somebody may hold a code before it */
} GwLookWant;

typedef struct GwLookRules {
  guint looks_per_s; /* 0: stills alone, and those as often as they are due */
  GwUsec look_every_us, suspect_every_us;
} GwLookRules;

/* What is known of a camera.  Times are monotonic, 0: never. */
typedef struct GwLookTurn {
  gboolean is_watched, is_suspected, has_codes;
  GwUsec still_due_us, code_due_us; /* not before */
  GwUsec first_offer_us, offered_us, key_interval_us;
  GwUsec looked_us; /* arrival of the keyframe of the last look */
  guint want;       /* GwLookWant bits of the keyframe that waits; GW_LOOK_NOT: none does */
} GwLookTurn;

/* A keyframe came: what it is wanted for.  Looks that a camera's long keyframe interval would make late are
 * taken early: its picture is to be no older than look_every or the interval, whichever is longer. */
guint gw_look_turn_offer(GwLookTurn *turn, const GwLookRules *rules, GwUsec now_us);
/* It is decoded now: dues move on.  Returns whether the scene is to see it: at most once in suspect_every. */
gboolean gw_look_turn_taken(GwLookTurn *turn, const GwLookRules *rules, GwUsec still_every_us, GwUsec now_us);
gboolean gw_look_turn_is_fed(const GwLookTurn *turn, GwUsec now_us); /* keyframes still come */

/* The next of `n` (NULL: none waits), those that are hurried first, but of two in a row the second only when
 * no other waits: what is watched or suspected never takes more than half from the rest. */
typedef struct GwLookOrder {
  gboolean was_hurried;
} GwLookOrder;
gpointer gw_look_order_next(GwLookOrder *order, gpointer const *places, guint n,
                            GwLookTurn *(*turn_of)(gpointer place)); /* turn_of: NULL: not now */

/* So many a second, a quarter of a second's worth at once. */
typedef struct GwLookBudget {
  double tokens;
  GwUsec at_us;
} GwLookBudget;
GwUsec gw_look_budget_wait_us(GwLookBudget *budget, guint per_s, GwUsec now_us); /* 0: one was taken */
