#include "daemon/base/csv.h"
#include "daemon/store/shift_log.h"

/* A byte-order mark, or a spreadsheet takes Chinese for something else. */
#define BOM "\xEF\xBB\xBF"

static const char *text_of(json_t *row, const char *key) {
  const char *text = json_string_value(json_object_get(row, key));
  return text ? text : "";
}

static char *local_time(json_t *row, const char *key) {
  gint64 at_us = json_integer_value(json_object_get(row, key));
  if (at_us == 0)
    return g_strdup("");
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at_us / GW_SEC);
  g_autoptr(GDateTime) local = g_date_time_to_local(utc);
  return g_date_time_format(local, "%Y-%m-%d %H:%M:%S");
}

/* Which key of a row stands in which column; NULL: the column stays empty. */
typedef struct Part {
  const char *part, *at, *code, *category, *state, *place, *who, *words;
  gboolean only_with_words; /* a row that has none is not of this part */
} Part;

static void add_rows(GString *out, json_t *rows, const Part *part) {
  size_t i;
  json_t *row;
  json_array_foreach(rows, i, row) {
    if (part->only_with_words && !*text_of(row, part->words))
      continue;
    g_autofree char *at = local_time(row, part->at);
    gint64 n = json_integer_value(json_object_get(row, "priority"));
    const char priority[2] = {n > 0 && n < 10 ? (char)('0' + n) : 0, 0};
    const char *const fields[] = {part->part,
                                  at,
                                  text_of(row, part->code),
                                  text_of(row, part->category),
                                  priority,
                                  text_of(row, part->state),
                                  text_of(row, part->place),
                                  text_of(row, part->who)};
    for (gsize f = 0; f < G_N_ELEMENTS(fields); f++)
      gw_csv_append(out, fields[f], FALSE);
    gw_csv_append(out, text_of(row, part->words), TRUE);
  }
}

char *gw_shift_log_csv(json_t *log) {
  static const Part watch = {"watch", "from_us", "", "", "", "", "name", ""},
                    alert = {"alert", "first_at_us", "code", "category", "state", "place", "owner", "words"},
                    ticket = {"ticket", "origin_at_us", "code", "category",
                              "state",  "place",        "unit", "words"},
                    round = {"round", "planned_at_us", "", "", "state", "", "unit", "missed"},
                    tour = {"tour", "at_us", "progress", "", "state", "", "who", "name"},
                    unseen = {"tour_unseen", "at_us", "progress", "", "state", "", "who", "unseen", TRUE},
                    look = {"look", "at_us", "progress", "", "", "", "name", "seen", TRUE},
                    look_unseen = {"look_unseen", "at_us", "progress", "", "", "", "name", "unseen", TRUE},
                    open_alert = {"open_alert", "first_at_us", "code",  "category",
                                  "state",      "place",       "owner", "words"},
                    open_ticket = {"open_ticket", "origin_at_us", "code", "category",
                                   "state",       "place",        "unit", "words"},
                    camera = {"open_camera", "state_at_us", "code", "cause", "state", "place", "", "name"};
  json_t *open = json_object_get(log, "open");
  GString *out = g_string_new(BOM "part,at,code,category,priority,state,place,who,words\r\n");
  add_rows(out, json_object_get(log, "watches"), &watch);
  add_rows(out, json_object_get(log, "alerts"), &alert);
  add_rows(out, json_object_get(log, "tickets"), &ticket);
  add_rows(out, json_object_get(log, "rounds"), &round);
  add_rows(out, json_object_get(log, "tours"), &tour);
  add_rows(out, json_object_get(log, "tours"), &unseen);
  add_rows(out, json_object_get(log, "looks"), &look);
  add_rows(out, json_object_get(log, "looks"), &look_unseen);
  add_rows(out, json_object_get(open, "alerts"), &open_alert);
  add_rows(out, json_object_get(open, "tickets"), &open_ticket);
  add_rows(out, json_object_get(open, "cameras"), &camera);
  return g_string_free(out, FALSE);
}
