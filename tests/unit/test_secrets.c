/* A password that comes in goes to its sealed column and to its worker, and into no line that anybody reads.
 */
#include <fcntl.h>
#include <unistd.h>

#include "daemon/base/log.h"
#include "daemon/ledger/ledger.h"
#include "tests/unit/field_fixture.h"

#define PASSWORD "S3cret-horse-battery"
#define IN_URL "Url-hidden-staple"

/* What is written to stderr while `act` runs; with every line that the program could say. */
static char *heard(Field *f, void (*act)(Field *f)) {
  g_autofree char *path = g_strdup("/tmp/gw-secrets-XXXXXX");
  const int file = g_mkstemp(path), before = dup(STDERR_FILENO);
  assert_true(file >= 0 && before >= 0);
  gw_log_init("test", GW_LOG_DEBUG);
  fflush(stderr);
  dup2(file, STDERR_FILENO);
  act(f);
  gw_debug("the end of the log");
  fflush(stderr);
  dup2(before, STDERR_FILENO);
  close(before);
  close(file);
  char *text = NULL;
  assert_true(g_file_get_contents(path, &text, NULL, NULL));
  g_unlink(path);
  assert_non_null(strstr(text, "the end of the log")); /* or nothing was caught at all */
  return text;
}

static void add_and_change(Field *f) {
  field_ok(f, 1, "camera.add",
           json_pack("{s:s, s:s, s:s, s:s, s:s}", "code", "C-9", "name", "后门", "url", "rtsp://10.0.0.9/a",
                     "user_name", "admin", "password", PASSWORD));
  field_ok(f, 1, "camera.add",
           json_pack("{s:s, s:s, s:s}", "code", "C-10", "name", "侧门", "url",
                     "rtsp://admin:" IN_URL "@10.0.0.10/a"));
  assert_int_not_equal(field_command(f, 1, "camera.add",
                                     json_pack("{s:s, s:s, s:s, s:s}", "code", "C-9", "name", "又一次", "url",
                                               "rtsp://10.0.0.9/a", "password", PASSWORD)),
                       GW_CODE_OK);
  assert_int_not_equal(field_command(f, 1, "camera.add",
                                     json_pack("{s:s, s:s, s:s}", "code", "C-11", "name", "写错", "url",
                                               "http://admin:" IN_URL "@10.0.0.11/a")),
                       GW_CODE_OK);
}

static void assert_clean(const char *where, const char *text) {
  if (text && (strstr(text, PASSWORD) || strstr(text, IN_URL)))
    fail_msg("%s holds a password: %s", where, text);
}

static void no_line_of_the_log_holds_a_cameras_password(void **state) {
  g_autofree char *log = heard(*state, add_and_change);
  assert_clean("the log", log);
}

/* Every text and every blob of the file, whatever the column is called. */
static void nothing_on_disk_and_nothing_published_holds_it(void **state) {
  Field *f = *state;
  add_and_change(f);
  assert_int_equal(
      field_int(f, "select count(*) from camera where secret is not null and code in ('C-9', 'C-10')"), 2);
  g_autofree char *url = field_text(f, "select group_concat(url || user_name) from camera");
  g_autofree char *journal = field_text(f, "select group_concat(body) from journal");
  g_autofree char *commands = field_text(f, "select group_concat(reply || payload_hash) from command");
  g_autofree char *secrets = field_text(f, "select group_concat(cast(secret as text)) from camera");
  char *put = json_dumps(f->put, JSON_COMPACT), *effects = json_dumps(f->effects, JSON_COMPACT);
  assert_clean("camera", url);
  assert_clean("the journal", journal);
  assert_clean("the kept replies", commands);
  assert_clean("the sealed column", secrets);
  assert_clean("the feed", put);
  assert_clean("what the world is told", effects);
  assert_clean("the refusal", f->sentence);
  free(put);
  free(effects);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(no_line_of_the_log_holds_a_cameras_password, field_setup,
                                      field_teardown),
      cmocka_unit_test_setup_teardown(nothing_on_disk_and_nothing_published_holds_it, field_setup,
                                      field_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
