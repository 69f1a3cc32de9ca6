/* Which of several rules of a kind is for what was seen: row by row. */
#include "tests/unit/core_facts.h"

#include <jansson.h>

#include "daemon/core/rule_select.h"
#include "daemon/store/rule.h"

/* What each row says is read as the store reads it. */
static GwRuleSelector selector_of(const char *json) {
  GwRuleSelector selector;
  json_t *value = json_loads(json, 0, NULL);
  assert_non_null(value);
  gw_store_selector_read(value, &selector);
  json_decref(value);
  return selector;
}

static const struct {
  const char *selector;
  GwRuleFacts facts;
  gboolean agrees;
} rows[] = {
    /* nothing asked */
    {"{}", {0}, TRUE},
    {"{}", {.kind = "moved", .camera_id = 7, .minute = 600}, TRUE},
    {"{\"kinds\":[],\"cameras\":[]}", {.kind = "moved"}, TRUE},
    /* the kind of a finding */
    {"{\"kinds\":[\"covered\",\"sprayed\"]}", {.kind = "sprayed"}, TRUE},
    {"{\"kinds\":[\"covered\",\"sprayed\"]}", {.kind = "moved"}, FALSE},
    {"{\"kinds\":[\"covered\"]}", {0}, FALSE},
    /* the category of a zone or a report */
    {"{\"categories\":[\"fire_lane\"]}", {.category = "fire_lane"}, TRUE},
    {"{\"categories\":[\"fire_lane\"]}", {.category = "rubbish"}, FALSE},
    /* topic and class of a camera's analytics */
    {"{\"topics\":[\"line\",\"field\"]}", {.topic = "field"}, TRUE},
    {"{\"topics\":[\"line\",\"field\"]}", {.topic = "motion"}, FALSE},
    {"{\"classes\":[\"Human\"]}", {.topic = "object", .class_name = "Human"}, TRUE},
    {"{\"classes\":[\"Human\"]}", {.topic = "object", .class_name = "Vehicle"}, FALSE},
    {"{\"classes\":[\"Human\"]}", {.topic = "line"}, FALSE},
    /* where the camera stands */
    {"{\"zones\":[\"perimeter\"]}", {.zone = "perimeter"}, TRUE},
    {"{\"zones\":[\"perimeter\"]}", {.zone = "inside"}, FALSE},
    /* which camera */
    {"{\"cameras\":[3,7]}", {.camera_id = 7}, TRUE},
    {"{\"cameras\":[3,7]}", {.camera_id = 8}, FALSE},
    /* when: 8:00 to 20:00, and 22:00 to 6:00 */
    {"{\"from_min\":480,\"to_min\":1200}", {.minute = 480}, TRUE},
    {"{\"from_min\":480,\"to_min\":1200}", {.minute = 1199}, TRUE},
    {"{\"from_min\":480,\"to_min\":1200}", {.minute = 1200}, FALSE},
    {"{\"from_min\":480,\"to_min\":1200}", {.minute = 479}, FALSE},
    {"{\"from_min\":1320,\"to_min\":360}", {.minute = 1439}, TRUE},
    {"{\"from_min\":1320,\"to_min\":360}", {.minute = 0}, TRUE},
    {"{\"from_min\":1320,\"to_min\":360}", {.minute = 359}, TRUE},
    {"{\"from_min\":1320,\"to_min\":360}", {.minute = 360}, FALSE},
    {"{\"from_min\":1320,\"to_min\":360}", {.minute = 720}, FALSE},
    {"{\"from_min\":600,\"to_min\":600}", {.minute = 5}, TRUE},
    /* all that is asked must agree */
    {"{\"topics\":[\"line\"],\"zones\":[\"perimeter\"]}", {.topic = "line", .zone = "perimeter"}, TRUE},
    {"{\"topics\":[\"line\"],\"zones\":[\"perimeter\"]}", {.topic = "line", .zone = "inside"}, FALSE},
    {"{\"topics\":[\"line\"],\"zones\":[\"perimeter\"]}", {.topic = "field", .zone = "perimeter"}, FALSE},
};

static void every_row_agrees_as_it_says(void **state) {
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_auto(GwRuleSelector) selector = selector_of(rows[i].selector);
    if (gw_rule_selector_agrees(&selector, &rows[i].facts) != rows[i].agrees)
      fail_msg("row %zu: %s", i, rows[i].selector);
  }
}

static void what_asks_nothing_is_empty(void **state) {
  const char *const empty[] = {"{}", "{\"kinds\":[]}", "{\"from_min\":600,\"to_min\":600}",
                               "{\"unknown\":1}"};
  const char *const asking[] = {"{\"kinds\":[\"moved\"]}",
                                "{\"categories\":[\"x\"]}",
                                "{\"topics\":[\"line\"]}",
                                "{\"classes\":[\"Human\"]}",
                                "{\"zones\":[\"inside\"]}",
                                "{\"cameras\":[1]}",
                                "{\"to_min\":1}"};
  for (gsize i = 0; i < G_N_ELEMENTS(empty); i++) {
    g_auto(GwRuleSelector) selector = selector_of(empty[i]);
    assert_true(gw_rule_selector_is_empty(&selector));
  }
  for (gsize i = 0; i < G_N_ELEMENTS(asking); i++) {
    g_auto(GwRuleSelector) selector = selector_of(asking[i]);
    assert_false(gw_rule_selector_is_empty(&selector));
  }
}

#define OFFERS 4
typedef struct Offers {
  GwRuleSelector selectors[OFFERS];
  GwRuleOffer offers[OFFERS];
} Offers;

static void offer(Offers *o, gsize i, GwId id, gboolean enabled, const char *selector) {
  o->selectors[i] = selector_of(selector);
  o->offers[i] = (GwRuleOffer){id, enabled, &o->selectors[i]};
}

static GwId chosen(const Offers *o, const GwRuleFacts *facts) {
  const int i = gw_rule_select(o->offers, OFFERS, facts);
  return i < 0 ? 0 : o->offers[i].id;
}

static void one_that_selects_goes_before_one_that_takes_all(void **state) {
  const GwRuleFacts covered = {.kind = "covered"}, moved = {.kind = "moved"},
                    at_night = {.kind = "moved", .minute = 30};
  Offers o = {0};
  offer(&o, 0, 11, TRUE, "{}");
  offer(&o, 1, 12, TRUE, "{\"kinds\":[\"covered\",\"sprayed\"]}");
  offer(&o, 2, 20, TRUE, "{\"from_min\":0,\"to_min\":60}");
  offer(&o, 3, 21, TRUE, "{}");
  assert_int_equal(chosen(&o, &(GwRuleFacts){.kind = "covered", .minute = 600}), 12);
  assert_int_equal(chosen(&o, &(GwRuleFacts){.kind = "moved", .minute = 600}),
                   21); /* of two that take all: the later */
  assert_int_equal(chosen(&o, &at_night), 20);
  assert_int_equal(chosen(&o, &covered), 20); /* of two that select and agree: the later */
  o.offers[2].enabled = FALSE;
  assert_int_equal(chosen(&o, &covered), 12);
  o.offers[1].enabled = FALSE;
  assert_int_equal(chosen(&o, &covered), 21);
  o.offers[0].enabled = o.offers[3].enabled = FALSE;
  assert_int_equal(chosen(&o, &moved), 0);
  for (gsize i = 0; i < OFFERS; i++)
    gw_rule_selector_clear(&o.selectors[i]);
}

static void without_rules_none_is_chosen(void **state) {
  assert_int_equal(gw_rule_select(NULL, 0, &(GwRuleFacts){0}), -1);
}

int main(void) {
  const struct CMUnitTest facts[] = {
      FACT(every_row_agrees_as_it_says),
      FACT(what_asks_nothing_is_empty),
      FACT(one_that_selects_goes_before_one_that_takes_all),
      FACT(without_rules_none_is_chosen),
  };
  return cmocka_run_group_tests(facts, NULL, NULL);
}
