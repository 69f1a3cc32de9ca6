#pragma once
#include <glib.h>

/* CSV as RFC 4180 has it, read strictly: comma, double quotes, CRLF or LF, UTF-8 with or without a
 * byte-order mark, a header line.  Whoever gets a line wrong is told which line, which column and what
 * was expected.  Pure text, no files.  Thread: any. */

typedef enum GwCsvType { GW_CSV_TEXT, GW_CSV_INT, GW_CSV_REAL, GW_CSV_BOOL, GW_CSV_CHOICE } GwCsvType;

typedef struct GwCsvColumn {
  const char *name;
  GwCsvType type;
  gboolean required; /* the column must be there and no field of it may be empty */
  double least, most; /* INT, REAL: range; TEXT: most characters (0: GW_LIMIT_NAME_CHARS) */
  const char *choices; /* CHOICE: "inside|perimeter" */
} GwCsvColumn; /* a list ends with a NULL name */

typedef struct GwCsvProblem {
  guint line;         /* 1 is the header */
  char *column;       /* its name; "" when the whole line is meant */
  char *zh, *en;      /* what is expected */
} GwCsvProblem;

typedef struct GwCsvTable GwCsvTable;

/* Parses and checks; never returns NULL.  When gw_csv_problems() is not empty nothing of it may be used. */
GwCsvTable *gw_csv_parse(const char *text, gsize bytes, const GwCsvColumn *columns);
void gw_csv_free(GwCsvTable *t); /* accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GwCsvTable, gw_csv_free)

const GPtrArray *gw_csv_problems(const GwCsvTable *t); /* element: GwCsvProblem; at most 100 */
void gw_csv_add_problem(GwCsvTable *t, guint row, const char *column, const char *zh, const char *en);
guint gw_csv_n_rows(const GwCsvTable *t);
/* The field as text, "" when empty or when the file has no such column; lent. */
const char *gw_csv_text(const GwCsvTable *t, guint row, const char *column);
gint64 gw_csv_int(const GwCsvTable *t, guint row, const char *column, gint64 otherwise);
double gw_csv_real(const GwCsvTable *t, guint row, const char *column); /* NaN when empty */
gboolean gw_csv_bool(const GwCsvTable *t, guint row, const char *column, gboolean otherwise);
gboolean gw_csv_has(const GwCsvTable *t, const char *column);

/* Appends one field to a line being written, quoted when it must be; a text that a spreadsheet would take
 * for a formula gets a quote in front. */
void gw_csv_append(GString *out, const char *field, gboolean last);
