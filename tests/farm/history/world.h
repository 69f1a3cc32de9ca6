#pragma once
#include <jansson.h>
#include "daemon/ledger/ledger.h"
#include "daemon/store/db.h"

/* A center whose past is lived through in seconds: the real ledger under a clock that this program moves, from one
 * event to the next timer, thirty days long.  Every row is written by the commands and observations that people
 * and machines would have sent.
 *
 * One thread.  A command that is refused ends the program: a past that the rules forbid is a bug. */
typedef struct World World;

/* Makes the database under a clock that stands `days` before now. */
World *world_new(const char *database, const char *key_file, int days, guint seed);
void world_free(World *w);

GwUsec world_now_us(World *w);
GwUsec world_end_us(World *w);
double world_random(World *w); /* 0 … 1 */
double world_between(World *w, double least, double most);

/* Runs a step when its time comes. */
typedef void (*WorldStep)(World *w, gpointer user);
void world_at(World *w, GwUsec at_us, WorldStep step, gpointer user);
/* Lives until the end: steps and timers in the order of their times. */
void world_live(World *w);

/* A command of `actor`, now; returns its result (a new reference), or exits with its sentence. */
json_t *world_command(World *w, const GwActor *actor, const char *command, json_t *args);
/* The same, but a refusal is an answer: FALSE. */
gboolean world_try(World *w, const GwActor *actor, const char *command, json_t *args);
json_t *world_observe(World *w, const char *kind, json_t *body);

/* One number of the database; 0 when there is no row.  `sql` is a statement of the program. */
gint64 world_number(World *w, const GwSql *sql, gint64 id, const char *text);
