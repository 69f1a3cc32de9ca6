#include <stddef.h>
#include <stdint.h>
#include "daemon/base/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
  static const GwCsvColumn columns[] = {{"code", GW_CSV_TEXT, TRUE}, {"lat", GW_CSV_REAL, FALSE, -90, 90}, {"on", GW_CSV_BOOL}, {NULL}};
  g_autoptr(GwCsvTable) t = gw_csv_parse((const char *)data, bytes, columns);
  g_autoptr(GString) out = g_string_new(NULL);
  for (guint i = 0; gw_csv_problems(t)->len == 0 && i < gw_csv_n_rows(t); i++)
    gw_csv_append(out, gw_csv_text(t, i, "code"), TRUE);
  return 0;
}
