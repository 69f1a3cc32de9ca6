#include "daemon/store/view.h"

#include <string.h>

#include "daemon/core/ticket.h"

/* Above this many remembered tickets, those that are over are forgotten. */
#define TICKETS_MOST 4096

typedef struct Holder {
  GwId unit_id, before_id; /* before_id: whom the last note took it from; 0: nobody */
  gboolean over;
} Holder;

struct GwViewTickets {
  GHashTable *holder; /* GwId* -> Holder* */
  GPtrArray *moved;   /* Holder*, lent: whose before_id is set */
};

gboolean gw_view_parse(const char *name, GwView *ret) {
  guint64 id;
  if (g_strcmp0(name, "desk") == 0)
    *ret = (GwView){.kind = GW_VIEW_DESK};
  else if (g_strcmp0(name, "wall") == 0)
    *ret = (GwView){.kind = GW_VIEW_WALL};
  else if (name && g_str_has_prefix(name, "unit:") &&
           g_ascii_string_to_unsigned(name + 5, 10, 1, GW_ID_MAX - 1, &id, NULL))
    *ret = (GwView){.kind = GW_VIEW_UNIT, .unit_id = (GwId)id};
  else
    return FALSE;
  return TRUE;
}

GwViewTickets *gw_view_tickets_new(void) {
  GwViewTickets *tickets = g_new0(GwViewTickets, 1);
  tickets->holder = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
  tickets->moved = g_ptr_array_new();
  return tickets;
}

void gw_view_tickets_free(GwViewTickets *tickets) {
  if (!tickets)
    return;
  g_hash_table_unref(tickets->holder);
  g_ptr_array_unref(tickets->moved);
  g_free(tickets);
}

static gint64 int_of(json_t *object, const char *key) {
  return json_integer_value(json_object_get(object, key));
}

static const char *text_of(json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text ? text : "";
}

static gboolean is_over(gpointer key, gpointer value, gpointer user) {
  return ((Holder *)value)->over;
}

static Holder *holder_of(const GwViewTickets *tickets, GwId ticket_id) {
  return g_hash_table_lookup(tickets->holder, &ticket_id);
}

static void note(GwViewTickets *tickets, json_t *ticket) {
  GwId id = int_of(ticket, "id"), unit_id = int_of(ticket, "unit_id");
  Holder *holder = holder_of(tickets, id);
  if (!holder) {
    holder = g_new0(Holder, 1);
    g_hash_table_insert(tickets->holder, g_memdup2(&id, sizeof id), holder);
  } else if (holder->unit_id != unit_id && holder->unit_id != 0) {
    holder->before_id = holder->unit_id;
    g_ptr_array_add(tickets->moved, holder);
  }
  GwTicketState state;
  holder->unit_id = unit_id;
  holder->over =
      gw_ticket_state_from_string(text_of(ticket, "state"), &state) && !gw_ticket_state_is_open(state);
}

void gw_view_tickets_note(GwViewTickets *tickets, json_t *put) {
  for (guint i = 0; i < tickets->moved->len; i++)
    ((Holder *)tickets->moved->pdata[i])->before_id = 0;
  g_ptr_array_set_size(tickets->moved, 0);
  if (g_hash_table_size(tickets->holder) > TICKETS_MOST)
    g_hash_table_foreach_remove(tickets->holder, is_over, NULL);
  size_t i;
  json_t *object;
  json_array_foreach(put, i, object) if (strcmp(text_of(object, "type"), "ticket") == 0)
      note(tickets, object);
}

/* A copy without what the wall must not show; keys that the object lacks stay lacking. */
static json_t *emptied(json_t *object, const char *const *keys) {
  json_t *copy = json_copy(object);
  for (; *keys; keys++)
    if (json_object_get(copy, *keys))
      json_object_set_new(copy, *keys, json_string(""));
  return copy;
}

/* Who chooses what is an alert, and who looked at what, is the desk's matter. */
static gboolean is_of_the_desk(const char *type) {
  static const char *const types[] = {"rule", "tour", "tour_run", NULL};
  return g_strv_contains(types, type);
}

static json_t *wall(json_t *object) {
  static const char *const alert[] = {"words", NULL}, *const ticket[] = {"words", "reason", NULL},
                           *const unit[] = {"phone", "radio_channel", "members", "badge", NULL},
                           *const clip[] = {"words", NULL},
                           *const recorder[] = {"url_template", "user_name", NULL},
                           *const body[] = {"words", "reason", "rule", "tail", "url_template", NULL}; /* a camera's, a recorder's */
  const char *type = text_of(object, "type");
  if (strcmp(type, "alert") == 0)
    return emptied(object, alert);
  if (strcmp(type, "ticket") == 0)
    return emptied(object, ticket);
  if (strcmp(type, "unit") == 0)
    return emptied(object, unit);
  if (strcmp(type, "clip") == 0)
    return emptied(object, clip);
  if (strcmp(type, "recorder") == 0)
    return emptied(object, recorder);
  if (is_of_the_desk(type))
    return NULL;
  if (strcmp(type, "event") != 0)
    return json_incref(object);
  if (is_of_the_desk(text_of(object, "subject")))
    return NULL;
  json_t *copy = json_copy(object);
  json_object_set_new(copy, "body", emptied(json_object_get(object, "body"), body));
  return copy;
}

static gboolean unit_sees(GwId unit_id, const GwViewTickets *tickets, json_t *object) {
  static const char *const shared[] = {"center", "place", "checkpoint", "shift", NULL};
  const char *type = text_of(object, "type");
  if (g_strv_contains(shared, type))
    return TRUE;
  if (strcmp(type, "unit") == 0)
    return int_of(object, "id") == unit_id;
  if (strcmp(type, "ticket") == 0 || strcmp(type, "round") == 0)
    return int_of(object, "unit_id") == unit_id;
  if (strcmp(type, "outbox") == 0)
    return strcmp(text_of(object, "target"), "unit") == 0 && int_of(object, "target_id") == unit_id;
  if (strcmp(type, "alert") != 0)
    return FALSE;
  Holder *holder = holder_of(tickets, int_of(object, "ticket_id"));
  return holder && holder->unit_id == unit_id;
}

json_t *gw_view_filter(const GwView *view, const GwViewTickets *tickets, json_t *object) {
  switch (view->kind) {
  case GW_VIEW_WALL:
    return wall(object);
  case GW_VIEW_UNIT:
    return unit_sees(view->unit_id, tickets, object) ? json_incref(object) : NULL;
  case GW_VIEW_DESK:
  default:
    return json_incref(object);
  }
}

/* A ticket that was this unit's until now: it goes from its page, and its alert with it. */
static void drop_left(const GwView *view, const GwViewTickets *tickets, json_t *object, json_t *del) {
  if (view->kind != GW_VIEW_UNIT || strcmp(text_of(object, "type"), "ticket") != 0)
    return;
  Holder *holder = holder_of(tickets, int_of(object, "id"));
  if (!holder || holder->before_id != view->unit_id)
    return;
  json_array_append_new(del, json_pack("[s, I]", "ticket", (json_int_t)int_of(object, "id")));
  if (int_of(object, "alert_id") > 0)
    json_array_append_new(del, json_pack("[s, I]", "alert", (json_int_t)int_of(object, "alert_id")));
}

void gw_view_patch(const GwView *view, const GwViewTickets *tickets, json_t *put, json_t *del,
                   json_t **ret_put, json_t **ret_del) {
  *ret_put = json_array();
  *ret_del = del ? json_copy(del) : json_array();
  size_t i;
  json_t *object;
  json_array_foreach(put, i, object) {
    json_t *seen = gw_view_filter(view, tickets, object);
    if (seen)
      json_array_append_new(*ret_put, seen);
    else
      drop_left(view, tickets, object, *ret_del);
  }
}
