#pragma once
#include "daemon/base/csv.h"
#include "daemon/ledger/tx.h"

/* What import.c shares with the files of its nouns: an import reads the whole file, checks all of it,
 * and writes it in one savepoint; nothing is written when anything is wrong. */

typedef struct GwImportProblem {
  guint line;
  char *column, *zh, *en;
} GwImportProblem;

typedef struct GwImport {
  GwTx *tx;
  GwCsvTable *table;    /* CSV nouns */
  json_t *features;     /* place: the GeoJSON features */
  GPtrArray *problems;  /* element: GwImportProblem; place adds here, CSV in the table */
  guint rows, changed;
} GwImport;

typedef struct GwImportNoun {
  const char *noun;
  const GwCsvColumn *columns; /* NULL: not CSV */
  /* Adds problems of meaning: unknown codes, the same code twice, ranges that depend on each other. */
  gboolean (*check)(GwImport *in, GError **error);
  gboolean (*apply)(GwImport *in, GError **error);
} GwImportNoun;

extern const GwImportNoun gw_import_place, gw_import_slot, gw_import_person, gw_import_unit, gw_import_camera, gw_import_checkpoint,
    gw_import_route, gw_import_recorder;

void gw_import_problem(GwImport *in, guint line, const char *column, const char *zh, const char *en);
/* After a row was written: counts it, journals "<noun>.imported", puts it into the publication. */
gboolean gw_import_note(GwImport *in, const char *noun, GwId id, const char *code, GwId place_id, gboolean published, GError **error);
