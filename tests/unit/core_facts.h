#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "daemon/base/types.h"
#include "daemon/core/refusal.h"

/* What the tests of core share: a moment, and what "refused" means. */

/* 2026-11-21 10:00:00 +08:00, a Saturday. */
#define TEN_O_CLOCK ((GwUsec)1795226400 * GW_SEC)
#define CHINA (8 * 3600)

#define FACT(name) cmocka_unit_test(name)

static inline void assert_refused(gboolean ok, GError *error, GwRefusal why) {
  assert_false(ok);
  assert_non_null(error);
  assert_true(error->domain == GW_ERROR);
  assert_int_equal(error->code, gw_refusal_code(why));
  assert_string_equal(error->message, gw_refusal_en(why));
  assert_non_null(gw_refusal_zh(error->message));
}

/* Lines and columns of a table that are written down here a second time, by hand, from LIFECYCLES: the
 * code's own table must not be the judge of itself. */
typedef struct Row {
  int from, input;
  const char *id;
} Row;

static inline const char *row_of(const Row *rows, size_t n, int from, int input) {
  for (size_t i = 0; i < n; i++)
    if (rows[i].from == from && rows[i].input == input)
      return rows[i].id;
  return NULL;
}

static inline void assert_same_row(const char *got, const char *wanted) {
  if (wanted == NULL)
    assert_null(got);
  else
    assert_string_equal(got, wanted);
}
