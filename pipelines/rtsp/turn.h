#pragma once
#include <glib.h>

/* Whose turn is it: a thread that calls into an object, and another one that wants it to be over.  After
 * gw_turn_end() nobody is inside and nobody comes in any more; only the thread that is inside may itself end
 * it, and then goes on.  Thread: any. */
typedef struct GwTurn {
  GMutex lock;
  GCond left;
  GThread *inside; /* NULL: nobody */
  guint waiting;
  gboolean over;
} GwTurn;

void gw_turn_init(GwTurn *turn);
void gw_turn_clear(GwTurn *turn);
gboolean gw_turn_enter(GwTurn *turn); /* FALSE: it is over, stay outside; waits for whoever is inside */
void gw_turn_leave(GwTurn *turn);
void gw_turn_end(GwTurn *turn); /* waits for whoever is inside, unless that is the caller */
gboolean gw_turn_is_over(GwTurn *turn);
