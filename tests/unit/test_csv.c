#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "daemon/base/csv.h"

static const GwCsvColumn columns[] = {
    {"code", GW_CSV_TEXT, TRUE, 0, 5},         {"lat", GW_CSV_REAL, FALSE, -90, 90},
    {"n", GW_CSV_INT, FALSE, 1, 200},          {"on", GW_CSV_BOOL},
    {"zone", GW_CSV_CHOICE, FALSE, 0, 0, "inside|perimeter"}, {NULL},
};

static GwCsvTable *parse(const char *text) {
  return gw_csv_parse(text, strlen(text), columns);
}

static void good_lines_are_read_as_their_types(void **state) {
  g_autoptr(GwCsvTable) t = parse("\xef\xbb\xbf" "code,lat,n,on,zone\r\nA,36.5,7,yes,inside\r\n\r\n\"B,\"\"x\",,,,\r\n");
  assert_int_equal(gw_csv_problems(t)->len, 0);
  assert_int_equal(gw_csv_n_rows(t), 2);
  assert_true(gw_csv_real(t, 0, "lat") == 36.5);
  assert_int_equal(gw_csv_int(t, 0, "n", 0), 7);
  assert_true(gw_csv_bool(t, 0, "on", FALSE));
  assert_string_equal(gw_csv_text(t, 1, "code"), "B,\"x");
  assert_true(isnan(gw_csv_real(t, 1, "lat")));
  assert_int_equal(gw_csv_int(t, 1, "n", 42), 42);
}

static void each_wrong_field_names_its_line_and_column(void **state) {
  static const struct {
    const char *text;
    guint line;
    const char *column;
  } rows[] = {
      {"", 1, ""},
      {"code,colour\nA,red\n", 1, "colour"},
      {"lat\n1\n", 1, "code"},
      {"code,code\nA,B\n", 1, "code"},
      {"code,lat\nA,91\n", 2, "lat"},
      {"code,lat\nA,1\n,1\n", 3, "code"},
      {"code,n\nA,1.5\n", 2, "n"},
      {"code,n\nA,nan\n", 2, "n"},
      {"code,on\nA,maybe\n", 2, "on"},
      {"code,zone\nA,outside\n", 2, "zone"},
      {"code\nABCDEF\n", 2, "code"},
      {"code,lat\nA\n", 2, ""},
      {"code\n\"A\n", 2, ""},
      {"code\n\"A\"B\n", 2, ""},
      {"code\nA\"B\n", 2, ""},
      {"code\n\xff\n", 1, ""},
      {"code,lat\n\"A\nB\",1\nC,x\n", 4, "lat"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GwCsvTable) t = parse(rows[i].text);
    if (gw_csv_problems(t)->len == 0)
      fail_msg("row %zu was taken", i);
    const GwCsvProblem *p = g_ptr_array_index(gw_csv_problems(t), 0);
    assert_int_equal(p->line, rows[i].line);
    assert_string_equal(p->column, rows[i].column);
    assert_true(*p->zh && *p->en);
  }
}

static void a_nul_byte_is_no_text(void **state) {
  g_autoptr(GwCsvTable) t = gw_csv_parse("code\nA\0B\n", 9, columns);
  assert_int_equal(gw_csv_problems(t)->len, 1);
}

static void problems_are_bounded(void **state) {
  g_autoptr(GString) text = g_string_new("code,n\n");
  for (int i = 0; i < 1000; i++)
    g_string_append(text, "A,x\n");
  g_autoptr(GwCsvTable) t = parse(text->str);
  assert_int_equal(gw_csv_problems(t)->len, 100);
}

static void what_is_written_is_read_back_and_starts_no_formula(void **state) {
  g_autoptr(GString) text = g_string_new("code,zone\r\n");
  gw_csv_append(text, "a,\"b", FALSE);
  gw_csv_append(text, "inside", TRUE);
  gw_csv_append(text, "=1+1", FALSE);
  gw_csv_append(text, "", TRUE);
  g_autoptr(GwCsvTable) t = parse(text->str);
  assert_int_equal(gw_csv_problems(t)->len, 0);
  assert_string_equal(gw_csv_text(t, 0, "code"), "a,\"b");
  assert_string_equal(gw_csv_text(t, 1, "code"), "'=1+1");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(good_lines_are_read_as_their_types),
      cmocka_unit_test(each_wrong_field_names_its_line_and_column),
      cmocka_unit_test(a_nul_byte_is_no_text),
      cmocka_unit_test(problems_are_bounded),
      cmocka_unit_test(what_is_written_is_read_back_and_starts_no_formula),
  };
  return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
