#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "daemon/net/tls.h"

#define NOW_US (1795248000 * GW_SEC) /* 2026-11-21 */

static char *folder;

static int make_folder(void **state) {
  folder = g_dir_make_tmp("gw-tls-XXXXXX", NULL);
  return folder ? 0 : -1;
}

static int drop_folder(void **state) {
  g_autofree char *command = g_strdup_printf("rm -rf '%s'", folder);
  g_free(folder);
  return g_spawn_command_line_sync(command, NULL, NULL, NULL, NULL) ? 0 : -1;
}

static const char *const names[] = {"localhost", "center.local", "192.0.2.7", "::1", "localhost", NULL};

static GwTlsPaths prepare(const char *const *of, GwUsec now_us, gboolean *ret_made) {
  GwTlsPaths paths = {0};
  g_autoptr(GError) error = NULL;
  if (!gw_tls_prepare(folder, of, now_us, &paths, ret_made, &error))
    fail_msg("%s", error->message);
  return paths;
}

static void assert_private(const char *path) {
  struct stat st;
  assert_int_equal(stat(path, &st), 0);
  assert_int_equal(st.st_mode & 0777, 0600);
}

static void the_first_start_makes_a_ca_and_a_leaf(void **state) {
  gboolean made = FALSE;
  GwTlsPaths paths = prepare(names, NOW_US, &made);
  assert_true(made);
  assert_private(paths.key);
  assert_private(paths.certificate);
  g_autofree char *ca_key = g_build_filename(folder, "ca.key", NULL);
  assert_private(ca_key);
  gw_tls_paths_clear(&paths);
}

static void openssl_verifies_it_for_each_name(void **state) {
  gboolean made = FALSE;
  GwTlsPaths paths = prepare(names, NOW_US, &made);
  static const char *const checks[] = {"-verify_hostname localhost", "-verify_hostname center.local", "-verify_ip 192.0.2.7", "-verify_ip ::1"};
  for (gsize i = 0; i < G_N_ELEMENTS(checks); i++) {
    g_autofree char *command = g_strdup_printf("openssl verify -attime 1795248000 -purpose sslserver -CAfile %s %s %s", paths.ca, checks[i], paths.certificate);
    int status = -1;
    g_autofree char *out = NULL;
    g_autofree char *err = NULL;
    assert_true(g_spawn_command_line_sync(command, &out, &err, &status, NULL));
    if (status != 0)
      fail_msg("%s: %s", checks[i], err);
  }
  gw_tls_paths_clear(&paths);
}

static void nothing_is_made_anew_while_it_fits(void **state) {
  gboolean made = TRUE;
  GwTlsPaths paths = prepare(names, NOW_US, &made);
  assert_false(made);
  g_autofree char *before = gw_tls_fingerprint(paths.certificate);
  gw_tls_paths_clear(&paths);
  paths = prepare(names, NOW_US + 300 * GW_DAY, &made);
  g_autofree char *after = gw_tls_fingerprint(paths.certificate);
  assert_false(made);
  assert_string_equal(before, after);
  gw_tls_paths_clear(&paths);
}

static void a_new_name_or_an_end_that_comes_near_makes_a_new_leaf_of_the_same_ca(void **state) {
  static const char *const more[] = {"localhost", "192.0.2.8", NULL};
  gboolean made = FALSE;
  GwTlsPaths paths = prepare(names, NOW_US, &made);
  g_autofree char *ca = gw_tls_fingerprint(paths.ca);
  gw_tls_paths_clear(&paths);
  paths = prepare(more, NOW_US, &made);
  assert_true(made);
  gw_tls_paths_clear(&paths);
  paths = prepare(more, NOW_US + 370 * GW_DAY, &made);
  assert_true(made);
  g_autofree char *ca_after = gw_tls_fingerprint(paths.ca);
  assert_string_equal(ca, ca_after);
  gw_tls_paths_clear(&paths);
}

static void a_damaged_leaf_is_replaced(void **state) {
  gboolean made = FALSE;
  GwTlsPaths paths = prepare(names, NOW_US, &made);
  assert_true(g_file_set_contents(paths.key, "rubbish", -1, NULL));
  gw_tls_paths_clear(&paths);
  paths = prepare(names, NOW_US, &made);
  assert_true(made);
  gw_tls_paths_clear(&paths);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_first_start_makes_a_ca_and_a_leaf),
      cmocka_unit_test(openssl_verifies_it_for_each_name),
      cmocka_unit_test(nothing_is_made_anew_while_it_fits),
      cmocka_unit_test(a_new_name_or_an_end_that_comes_near_makes_a_new_leaf_of_the_same_ca),
      cmocka_unit_test(a_damaged_leaf_is_replaced),
  };
  return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
