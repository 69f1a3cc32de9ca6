#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include <glib/gstdio.h>

#include "daemon/app/config.h"

static char *folder;

static int make_folder(void **state) {
  folder = g_dir_make_tmp("gw-config-XXXXXX", NULL);
  return folder ? 0 : -1;
}

static int drop_folder(void **state) {
  g_autofree char *command = g_strdup_printf("rm -rf '%s'", folder);
  g_free(folder);
  return g_spawn_command_line_sync(command, NULL, NULL, NULL, NULL) ? 0 : -1;
}

static char *write_file(const char *name, const char *text) {
  char *path = g_build_filename(folder, name, NULL);
  g_autofree char *parent = g_path_get_dirname(path);
  assert_int_equal(g_mkdir_with_parents(parent, 0700), 0);
  assert_true(g_file_set_contents(path, text, -1, NULL));
  return path;
}

static void assert_refused(const char *text, const char *why) {
  g_autoptr(GError) error = NULL;
  g_autofree char *path = write_file("bad.conf", text);
  g_autoptr(GwConfig) config = gw_config_load(path, &error);
  assert_null(config);
  if (!strstr(error->message, why) || !strstr(error->message, "bad.conf"))
    fail_msg("“%s” does not name the file and “%s”", error->message, why);
}

static void without_a_file_the_defaults_hold(void **state) {
  g_autoptr(GwConfig) config = gw_config_load(NULL, NULL);
  assert_non_null(config);
  assert_int_equal(config->port, 8080);
  assert_int_equal(config->tls_port, 8443);
  assert_int_equal(config->utc_offset_s, 8 * 3600);
  assert_string_equal(config->database, "/var/lib/gridwarden/center.db");
  assert_string_equal(config->media, "/var/lib/gridwarden/media");
  assert_null(config->tls_certificate);
  assert_int_equal(config->reserve_bytes, 8 << 20);
  assert_int_equal(g_strv_length(config->hosts), 0);
}

static void the_shipped_sample_names_every_key_with_its_default(void **state) {
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;
  assert_true(g_file_get_contents(GW_SOURCE_DIR "/daemon/gridwarden.conf", &text, NULL, NULL));
  g_autoptr(GRegex) comment = g_regex_new("^#([a-z_]+ =)", G_REGEX_MULTILINE, 0, NULL);
  g_autofree char *open = g_regex_replace(comment, text, -1, 0, "\\1", 0, NULL);
  g_autofree char *path = write_file("sample.conf", open);
  g_autoptr(GwConfig) config = gw_config_load(path, &error);
  assert_non_null(config);
  g_autoptr(GwConfig) defaults = gw_config_load(NULL, NULL);
  assert_string_equal(config->database, defaults->database);
  assert_string_equal(config->worker, "/usr/libexec/gridwarden/gridwarden-ingest");
  assert_int_equal(config->connects_per_host, defaults->connects_per_host);
  assert_int_equal(config->login_per_minute, defaults->login_per_minute);
  static const char *const names[] = {"name", "community", "utc_offset", "demo", "port", "tls_port", "hosts", "addresses",
                                      "tls_certificate", "tls_key", "dashboard", "state", "database", "media", "key",
                                      "reserve_bytes", "worker", "camera_workers", "connects", "connects_per_host", "ring_seconds", "ring_mb", "looks_per_s",
                                      "look_every_s", "suspect_every_s", "udp_port", "tcp_port",
                                      "reader_address", "clients", "descriptors", "login_per_minute", "level"};
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *line = g_strdup_printf("\n#%s =", names[i]);
    if (!strstr(text, line))
      fail_msg("the sample does not show %s", names[i]);
  }
}

static void an_unknown_key_or_group_names_file_and_key(void **state) {
  assert_refused("[http]\nprot = 80\n", "prot");
  assert_refused("[htpp]\nport = 80\n", "htpp");
}

static void a_value_of_the_wrong_shape_says_what_is_expected(void **state) {
  assert_refused("[http]\nport = 70000\n", "whole number");
  assert_refused("[http]\nport = 80x\n", "whole number");
  assert_refused("[http]\nport =\n", "whole number");
  assert_refused("[http]\nport = 99999999999999999999\n", "whole number");
  assert_refused("[center]\ndemo = yes\n", "true or false");
  assert_refused("[center]\nutc_offset = 8\n", "+08:00");
  assert_refused("[storage]\nreserve_bytes = 5T\n", "64M");
  assert_refused("[storage]\nreserve_bytes = -1\n", "64M");
  assert_refused("[log]\nlevel = loud\n", "warning");
  assert_refused("not a key file\n", "bad.conf");
  assert_refused("[http]\ntls_key = x\n", "belong together");
  assert_refused("[ingest]\ncamera_workers = 0\n", "camera_workers");
  assert_refused("[ingest]\ncamera_workers = 17\n", "whole number");
  assert_refused("[eyes]\nlook_every_s = 0\n", "look_every_s");
  assert_refused("[eyes]\nring_mb = -1\n", "whole number");
}

static void a_broken_escape_is_refused(void **state) {
  assert_refused("[center]\nname = a\\^b\n", "[center] name");
}

static void an_overlong_text_is_refused_and_a_whole_one_taken(void **state) {
  g_autofree char *name = g_strnfill(81, 'x');
  g_autofree char *text = g_strdup_printf("[center]\nname = %s\n", name);
  assert_refused(text, "text");
  g_autofree char *path = write_file("good.conf", "[center]\nname = 东旺疃网格化监控指挥中心\n");
  g_autoptr(GwConfig) config = gw_config_load(path, NULL);
  assert_string_equal(config->name, "东旺疃网格化监控指挥中心");
}

static void fragments_come_after_in_the_order_of_their_names(void **state) {
  g_autofree char *path = write_file("main.conf", "[http]\nport = 1\ntls_port = 1\n");
  g_autofree char *b = write_file("main.conf.d/20.conf", "[http]\nport = 3\n");
  g_autofree char *a = write_file("main.conf.d/10.conf", "[http]\nport = 2\ntls_port = 2\n");
  g_autofree char *other = write_file("main.conf.d/30.conf.old", "[http]\nport = 4\n");
  g_autofree char *empty = write_file("main.conf.d/40.conf", "");
  g_autoptr(GwConfig) config = gw_config_load(path, NULL);
  assert_int_equal(config->port, 3);
  assert_int_equal(config->tls_port, 2);
}

static void relative_paths_count_from_their_file(void **state) {
  g_autofree char *path = write_file("rel.conf", "[storage]\nstate = data\n[ingest]\nworker = gridwarden-ingest\n");
  g_autofree char *expected = g_build_filename(folder, "data/center.db", NULL);
  g_autoptr(GwConfig) config = gw_config_load(path, NULL);
  assert_string_equal(config->database, expected);
  assert_string_equal(config->worker, "gridwarden-ingest"); /* found by PATH */
}

static void offsets_and_sizes_are_read(void **state) {
  int s = 0;
  gint64 n = 0;
  assert_true(gw_config_parse_offset("-03:30", &s) && s == -12600);
  assert_true(gw_config_parse_offset("Z", &s) && s == 0);
  assert_false(gw_config_parse_offset("+15:00", &s));
  assert_false(gw_config_parse_offset("+08:60", &s));
  assert_true(gw_config_parse_bytes("1G", &n) && n == (gint64)1 << 30);
  assert_true(gw_config_parse_bytes("0", &n) && n == 0);
  assert_false(gw_config_parse_bytes("", &n));
  assert_false(gw_config_parse_bytes("1GG", &n));
  assert_false(gw_config_parse_bytes("9999999999999G", &n));
}

static void the_local_time_becomes_that_of_the_community(void **state) {
  g_autofree char *path = write_file("zone.conf", "[center]\nutc_offset = -03:30\n");
  g_autoptr(GwConfig) config = gw_config_load(path, NULL);
  gw_config_apply_time_zone(config);
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(0);
  g_autoptr(GDateTime) local = g_date_time_to_local(utc);
  assert_int_equal(g_date_time_get_utc_offset(local) / G_USEC_PER_SEC, -12600);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(without_a_file_the_defaults_hold),
      cmocka_unit_test(the_shipped_sample_names_every_key_with_its_default),
      cmocka_unit_test(an_unknown_key_or_group_names_file_and_key),
      cmocka_unit_test(a_value_of_the_wrong_shape_says_what_is_expected),
      cmocka_unit_test(a_broken_escape_is_refused),
      cmocka_unit_test(an_overlong_text_is_refused_and_a_whole_one_taken),
      cmocka_unit_test(fragments_come_after_in_the_order_of_their_names),
      cmocka_unit_test(relative_paths_count_from_their_file),
      cmocka_unit_test(offsets_and_sizes_are_read),
      cmocka_unit_test(the_local_time_becomes_that_of_the_community),
  };
  return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
