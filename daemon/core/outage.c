#include "daemon/core/outage.h"

#include "daemon/core/names.h"

static const char *const cause_names[] = {
#define X(name, text) text,
    GW_OUTAGE_CAUSES(X)
#undef X
};
static const char *const categories[GW_N_OUTAGE_CAUSES] = {
#define X(name, text) text "_down",
    GW_OUTAGE_CAUSES(X)
#undef X
};

GW_NAMES_DEFINE(GwOutageCause, gw_outage_cause, cause_names)

const char *gw_outage_category(GwOutageCause cause) {
  return (guint)cause < GW_N_OUTAGE_CAUSES ? categories[cause] : "?";
}

gboolean gw_outage_holds(GwOutageCause cause, GwId group, const GwOutageCamera *camera) {
  return cause == GW_OUTAGE_LINK || (group > 0 && camera->group[cause] == group);
}

gboolean gw_outage_lasts(guint down, guint members) {
  return down >= GW_OUTAGE_LEAST && down * 100 >= members * GW_OUTAGE_LEAST_PERCENT;
}

GwUsec gw_outage_ends_after_us(guint cameras, guint back, gboolean has_ended) {
  if (back >= cameras)
    return has_ended ? GW_OUTAGE_QUIET_US : GW_OUTAGE_ALL_BACK_US;
  return back * 100 >= cameras * GW_OUTAGE_ENOUGH_PERCENT ? GW_OUTAGE_QUIET_US : 0;
}

/* ---- how well a group explains what fell ---- */

typedef struct Group {
  GwOutageCause cause;
  GwId group;
  guint members, down; /* whenever they fell */
  guint fallen;        /* most of them within one window that has the camera in it */
  GwUsec from_us, to_us, newest_us;
} Group;

typedef struct Turn {
  const GwOutageFacts *facts;
  const GwOutageCamera *camera;
  GwUsec now_us;
  Group groups[GW_N_OUTAGE_CAUSES]; /* those it hangs on, the link last */
  guint n_groups;
  guint fallen; /* of all, within the window */
  const Group *best;
  GwOutageDecision *out;
} Turn;

static int by_time(gconstpointer a, gconstpointer b) {
  const GwUsec x = *(const GwUsec *)a, y = *(const GwUsec *)b;
  return (x > y) - (x < y);
}

/* The window of `width_us` with the camera's fall in it that holds the most falls of the group. */
static void find_window(const Turn *turn, Group *g, GwUsec width_us) {
  const GwUsec fell_at_us = turn->camera->fell_at_us;
  g_autoptr(GArray) falls = g_array_new(FALSE, FALSE, sizeof(GwUsec));
  for (guint i = 0; i < turn->facts->n_cameras; i++) {
    const GwOutageCamera *c = &turn->facts->cameras[i];
    if (c->fell_at_us > 0 && ABS(c->fell_at_us - fell_at_us) <= width_us && gw_outage_holds(g->cause, g->group, c))
      g_array_append_val(falls, c->fell_at_us);
  }
  g_array_sort(falls, by_time);
  const GwUsec *at = (const GwUsec *)falls->data;
  for (guint first = 0, end = 0; first < falls->len && at[first] <= fell_at_us; first++) {
    while (end < falls->len && at[end] <= at[first] + width_us)
      end++;
    if (end - first <= g->fallen)
      continue;
    g->fallen = end - first;
    g->from_us = at[first];
    g->to_us = at[first] + width_us;
    g->newest_us = at[end - 1];
  }
}

static void add_group(Turn *turn, GwOutageCause cause, GwId group) {
  Group *g = &turn->groups[turn->n_groups++];
  *g = (Group){.cause = cause, .group = group};
  for (guint i = 0; i < turn->facts->n_cameras; i++) {
    const GwOutageCamera *c = &turn->facts->cameras[i];
    if (!gw_outage_holds(cause, group, c))
      continue;
    g->members++;
    g->down += c->fell_at_us > 0;
  }
  find_window(turn, g, cause == GW_OUTAGE_LINK ? GW_OUTAGE_LINK_WINDOW_US : GW_OUTAGE_WINDOW_US);
}

static guint fallen_of_all(const Turn *turn) {
  Group all = {.cause = GW_OUTAGE_LINK};
  find_window(turn, &all, GW_OUTAGE_WINDOW_US);
  return all.fallen;
}

static gboolean is_enough(const Group *g) {
  if (g->cause == GW_OUTAGE_LINK)
    return g->fallen >= GW_OUTAGE_LEAST_LINK && g->fallen * 100 >= g->members * GW_OUTAGE_LINK_PERCENT;
  return g->fallen >= GW_OUTAGE_LEAST && g->fallen * 100 >= g->members * GW_OUTAGE_LEAST_PERCENT;
}

/* Twice what it explains, over what it would have taken and what there is to explain: one when exactly its
 * members fell, small for a recorder with forty of which five fell, small for a switch of which all four fell
 * among forty others.  Compared as fractions, without rounding. */
static gboolean explains_more(const Turn *turn, const Group *a, const Group *b) {
  return (guint64)a->fallen * (b->members + turn->fallen) > (guint64)b->fallen * (a->members + turn->fallen);
}

static void look(Turn *turn) {
  for (int cause = 0; cause < GW_OUTAGE_LINK; cause++)
    if (turn->camera->group[cause] > 0)
      add_group(turn, (GwOutageCause)cause, turn->camera->group[cause]);
  add_group(turn, GW_OUTAGE_LINK, 0);
  turn->fallen = fallen_of_all(turn);
  for (guint i = 0; i < turn->n_groups; i++) {
    const Group *g = &turn->groups[i];
    if (is_enough(g) && (!turn->best || explains_more(turn, g, turn->best)))
      turn->best = g;
  }
}

/* ---- the table: the first row that holds decides ---- */

static void name(Turn *turn, const Group *g) {
  GwOutageDecision *out = turn->out;
  out->cause = g->cause;
  out->group = g->group;
  out->members = g->members;
  out->from_us = g->from_us;
  out->to_us = g->to_us;
}

static const GwOutageOpen *find_open(const Turn *turn, const Group *g) {
  for (guint i = 0; i < turn->facts->n_open; i++) {
    const GwOutageOpen *open = &turn->facts->open[i];
    if (open->cause == g->cause && open->group == g->group)
      return open;
  }
  return NULL;
}

static gboolean join_best(Turn *turn) {
  const GwOutageOpen *open = turn->best ? find_open(turn, turn->best) : NULL;
  if (!open)
    return FALSE;
  name(turn, turn->best);
  turn->out->outage_id = open->id;
  return TRUE;
}

static gboolean begin_best(Turn *turn) {
  if (!turn->best)
    return FALSE;
  name(turn, turn->best);
  return TRUE;
}

/* It fell late: its own window is nearly empty, but what it hangs on is down. */
static gboolean join_lasting(Turn *turn) {
  for (guint i = 0; i < turn->n_groups; i++) {
    const Group *g = &turn->groups[i];
    const GwOutageOpen *open = find_open(turn, g);
    if (!open || !gw_outage_lasts(g->down, g->members))
      continue;
    name(turn, g);
    turn->out->outage_id = open->id;
    return TRUE;
  }
  return FALSE;
}

static gboolean wait(Turn *turn) {
  if (turn->now_us >= turn->facts->asked_since_us + GW_OUTAGE_WAIT_US)
    return FALSE;
  for (guint i = 0; i < turn->n_groups; i++) {
    const Group *g = &turn->groups[i];
    if (g->fallen < GW_OUTAGE_LEAST || turn->now_us - g->newest_us > GW_OUTAGE_FALLING_US ||
        (g->cause == GW_OUTAGE_LINK && g->fallen < GW_OUTAGE_LEAST_LINK))
      continue;
    turn->out->again_at_us = turn->now_us + GW_OUTAGE_ASK_AGAIN_US;
    return TRUE;
  }
  return FALSE;
}

static gboolean always(Turn *turn) {
  return TRUE;
}

static const struct {
  GwOutageTableRow said;
  gboolean (*holds)(Turn *turn);
  GwOutageVerdict verdict;
} table[] = {
    {{"O1", "what explains most is down already", "one more of that outage"}, join_best, GW_OUTAGE_JOIN},
    {{"O2",
      "at least 3 and a quarter of a group (of the link: 6 and nine tenths within 15 s) fell within 120 s, and no "
      "other explains more",
      "an outage of that cause"},
     begin_best,
     GW_OUTAGE_BEGIN},
    {{"O3", "a quarter of what it hangs on is still down", "one more of that outage"}, join_lasting, GW_OUTAGE_JOIN},
    {{"O4", "at least 3 of a group, but too few, and the last of them within 20 s", "ask again in 10 s, for 60 s"},
     wait,
     GW_OUTAGE_WAIT},
    {{"O5", "else", "an alert of its own"}, always, GW_OUTAGE_OWN},
};

const GwOutageTableRow *gw_outage_table_row(guint index) {
  return index < G_N_ELEMENTS(table) ? &table[index].said : NULL;
}

void gw_outage_decide(const GwOutageFacts *facts, GwUsec now_us, GwOutageDecision *ret) {
  Turn turn = {.facts = facts, .camera = &facts->cameras[facts->which], .now_us = now_us, .out = ret};
  look(&turn);
  for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
    *ret = (GwOutageDecision){.verdict = table[i].verdict, .row = table[i].said.row};
    if (table[i].holds(&turn))
      return;
  }
}

gboolean gw_outage_takes(const GwOutageDecision *decision, const GwOutageCamera *camera) {
  return camera->fell_at_us >= decision->from_us && camera->fell_at_us <= decision->to_us &&
         gw_outage_holds(decision->cause, decision->group, camera);
}
