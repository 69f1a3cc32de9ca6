/* The wall's two large pictures: which of them an alert takes. */
#include "tests/unit/core_facts.h"
#include "daemon/core/spot.h"

static int choose(GwSpot a, GwSpot b, GwId alert_id, int priority) {
  const GwSpot spots[GW_SPOTS] = {a, b};
  return gw_spot_choose(spots, alert_id, priority);
}

#define EMPTY ((GwSpot){0})
#define PINNED ((GwSpot){.is_pinned = TRUE})
#define TAKEN(id, p) ((GwSpot){.alert_id = (id), .priority = (p)})

static void an_empty_one_is_taken_first(void **state) {
  assert_int_equal(choose(EMPTY, EMPTY, 9, 1), 0);
  assert_int_equal(choose(TAKEN(3, 2), EMPTY, 9, 1), 1);
  assert_int_equal(choose(EMPTY, TAKEN(3, 2), 9, 2), 0);
}

static void else_that_of_a_lower_priority(void **state) {
  assert_int_equal(choose(TAKEN(3, 1), TAKEN(4, 2), 9, 1), 1);
  assert_int_equal(choose(TAKEN(8, 2), TAKEN(4, 1), 9, 1), 0);
}

static void else_the_older_of_its_own(void **state) {
  assert_int_equal(choose(TAKEN(3, 1), TAKEN(4, 1), 9, 1), 0);
  assert_int_equal(choose(TAKEN(6, 2), TAKEN(4, 2), 9, 2), 1);
  assert_int_equal(choose(TAKEN(6, 2), TAKEN(7, 2), 5, 2), -1); /* both are newer */
}

static void the_second_never_takes_from_the_first(void **state) {
  assert_int_equal(choose(TAKEN(3, 1), TAKEN(4, 1), 9, 2), -1);
  assert_int_equal(choose(TAKEN(3, 1), TAKEN(4, 2), 9, 2), 1);
}

static void a_pinned_one_stays(void **state) {
  assert_int_equal(choose(PINNED, PINNED, 9, 1), -1);
  assert_int_equal(choose(PINNED, TAKEN(4, 1), 9, 1), 1);
  assert_int_equal(choose(PINNED, EMPTY, 9, 2), 1);
}

static void what_is_not_grave_takes_none(void **state) {
  assert_int_equal(choose(EMPTY, EMPTY, 9, 3), -1);
  assert_int_equal(choose(EMPTY, EMPTY, 9, 4), -1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      FACT(an_empty_one_is_taken_first),   FACT(else_that_of_a_lower_priority), FACT(else_the_older_of_its_own),
      FACT(the_second_never_takes_from_the_first), FACT(a_pinned_one_stays),    FACT(what_is_not_grave_takes_none),
  };
  return cmocka_run_group_tests_name("spot", tests, NULL, NULL);
}
