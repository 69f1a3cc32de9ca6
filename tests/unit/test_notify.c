/* The phones' sender: a page that is there gets the message, a missing one is tried again, a returning one is
 * told. */
#include <jansson.h>
#include "daemon/ledger/ledger.h"
#include "daemon/notify/notify.h"
#include "tests/unit/field_fixture.h"

typedef struct Phone {
  gboolean is_connected;
  GwNotifier *notifier;
} Phone;

static gboolean is_unit_connected(GwId unit_id, gpointer user) {
  return unit_id == 1 && ((Phone *)user)->is_connected;
}

/* What the daemon does with each publication, done here by hand. */
static void feed(Field *f, Phone *phone) {
  json_t *put = json_copy(f->put);
  field_forget(f);
  gw_notifier_on_publication(phone->notifier, &(GwPublication){.put = put});
  json_decref(put);
  gw_ledger_run_for_test(f->ledger);
}

/* The opening of a round is a message to its unit. */
static Phone send_one(Field *f, gboolean is_connected) {
  field_workers_up(f);
  field_ok(f, 2, "unit.duty", json_pack("{s:b}", "on", 1));
  field_pass(f, 14 * GW_MIN + 59 * GW_SEC);
  field_forget(f);
  field_pass(f, GW_SEC);
  field_assert_text(f, "select state from outbox where channel = 'phone'", "QUEUED");
  return (Phone){.is_connected = is_connected};
}

static void start(Field *f, Phone *phone) {
  phone->notifier = gw_notifier_start(
      &(GwNotifierConfig){.ledger = f->ledger, .is_unit_connected = is_unit_connected, .user = phone});
  feed(f, phone);
}

static void page_that_is_there_takes_it(void **state) {
  Field *f = *state;
  Phone phone = send_one(f, TRUE);
  start(f, &phone);
  field_assert_text(f, "select state from outbox where channel = 'phone'", "ACCEPTED");
  feed(f, &phone); /* its own news are no message */
  assert_int_equal(field_int(f, "select attempts from outbox where channel = 'phone'"), 1);
  gw_notifier_stop(phone.notifier);
}

static void missing_page_is_tried_again(void **state) {
  Field *f = *state;
  Phone phone = send_one(f, FALSE);
  start(f, &phone);
  field_assert_text(f, "select state from outbox where channel = 'phone'", "TEMP_FAIL");
  field_forget(f);
  field_pass(f, 4 * GW_SEC);
  field_assert_text(f, "select state from outbox where channel = 'phone'", "TEMP_FAIL");
  phone.is_connected = TRUE;
  field_pass(f, 2 * GW_SEC); /* 5 s: queued again, and so published again */
  feed(f, &phone);
  field_assert_text(f, "select state from outbox where channel = 'phone'", "ACCEPTED");
  assert_int_equal(field_int(f, "select attempts from outbox where channel = 'phone'"), 2);
  gw_notifier_stop(phone.notifier);
}

static void page_that_comes_back_is_told_of(void **state) {
  Field *f = *state;
  Phone phone = send_one(f, TRUE);
  start(f, &phone);
  field_forget(f);
  field_pass(f, 11 * GW_SEC); /* no receipt: unknown, the desk is told to call */
  feed(f, &phone);
  field_assert_text(f, "select state from outbox where channel = 'phone'", "UNKNOWN");
  gw_notifier_on_unit_connected(phone.notifier, 2);
  gw_ledger_run_for_test(f->ledger);
  field_assert_text(f, "select state from outbox where channel = 'phone'", "UNKNOWN");
  gw_notifier_on_unit_connected(phone.notifier, 1);
  gw_ledger_run_for_test(f->ledger);
  field_assert_text(f, "select state from outbox where channel = 'phone'", "ACCEPTED");
  gw_notifier_stop(phone.notifier);
}

#define fact(name) cmocka_unit_test_setup_teardown(name, field_setup, field_teardown)
int main(void) {
  const struct CMUnitTest tests[] = {
      fact(page_that_is_there_takes_it),
      fact(missing_page_is_tried_again),
      fact(page_that_comes_back_is_told_of),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
