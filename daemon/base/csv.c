#include "daemon/base/csv.h"

#include <math.h>
#include <string.h>

#include "daemon/base/limits.h"

#define MOST_PROBLEMS 100
#define MOST_FIELDS 64

typedef struct {
  guint line;
  GPtrArray *fields; /* element: char * */
} Row;

struct GwCsvTable {
  const GwCsvColumn *columns;
  GPtrArray *rows;     /* element: Row; the first is the header */
  GPtrArray *problems; /* element: GwCsvProblem */
};

static void row_free(gpointer p) {
  Row *row = p;
  g_ptr_array_unref(row->fields);
  g_free(row);
}

static void problem_free(gpointer p) {
  GwCsvProblem *problem = p;
  g_free(problem->column);
  g_free(problem->zh);
  g_free(problem->en);
  g_free(problem);
}

static void add(GwCsvTable *t, guint line, const char *column, char *zh, char *en) {
  GwCsvProblem *p = g_new(GwCsvProblem, 1);
  *p = (GwCsvProblem){line, g_strdup(column), zh, en};
  if (t->problems->len < MOST_PROBLEMS)
    g_ptr_array_add(t->problems, p);
  else
    problem_free(p);
}

void gw_csv_add_problem(GwCsvTable *t, guint row, const char *column, const char *zh, const char *en) {
  const Row *r = g_ptr_array_index(t->rows, row + 1);
  add(t, r->line, column, g_strdup(zh), g_strdup(en));
}

/* The state of reading: where we are, and the line a row began at (a quoted field may span lines). */
typedef struct {
  const char *p, *end;
  guint line;
} Reader;

/* Reads one field; FALSE when its quoting is broken.  *ret_last: the line ends after it. */
static gboolean read_field(Reader *r, GString *field, gboolean *ret_last) {
  g_string_truncate(field, 0);
  gboolean quoted = r->p < r->end && *r->p == '"';
  if (quoted) {
    for (r->p++;; r->p++) {
      if (r->p >= r->end)
        return FALSE;
      if (*r->p == '"') {
        if (r->p + 1 >= r->end || r->p[1] != '"')
          break;
        r->p++;
      }
      r->line += *r->p == '\n';
      g_string_append_c(field, *r->p);
    }
    r->p++;
  } else {
    while (r->p < r->end && !strchr(",\r\n", *r->p)) {
      if (*r->p == '"')
        return FALSE;
      g_string_append_c(field, *r->p++);
    }
  }
  *ret_last = r->p >= r->end || *r->p != ',';
  if (!*ret_last) {
    r->p++;
    return TRUE;
  }
  if (r->p < r->end && *r->p == '\r')
    r->p++;
  if (r->p < r->end && *r->p != '\n')
    return FALSE; /* text after a closing quote */
  if (r->p < r->end) {
    r->p++;
    r->line++;
  }
  return TRUE;
}

static Row *read_row(GwCsvTable *t, Reader *r) {
  Row *row = g_new0(Row, 1);
  row->line = r->line;
  row->fields = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GString) field = g_string_new(NULL);
  for (gboolean last = FALSE; !last;) {
    if (!read_field(r, field, &last) || row->fields->len >= MOST_FIELDS) {
      add(t, row->line, "", g_strdup("引号不成对，或这一行的格不对：含逗号的文字要用双引号括起来"),
          g_strdup("broken quoting: put text with commas in double quotes, and double a quote inside"));
      row_free(row);
      return NULL;
    }
    g_ptr_array_add(row->fields, g_strdup(g_strstrip(field->str)));
  }
  return row;
}

static gboolean is_blank(const Row *row) {
  return row->fields->len == 1 && *(const char *)g_ptr_array_index(row->fields, 0) == '\0';
}

static void read_rows(GwCsvTable *t, const char *text, gsize bytes) {
  Reader r = {text, text + bytes, 1};
  while (r.p < r.end) {
    Row *row = read_row(t, &r);
    if (!row)
      return; /* after broken quoting nothing further can be placed */
    if (is_blank(row))
      row_free(row);
    else
      g_ptr_array_add(t->rows, row);
    if (t->rows->len > GW_LIMIT_CSV_ROWS + 1) {
      add(t, r.line, "", g_strdup_printf("最多 %d 行，请分成几个文件", GW_LIMIT_CSV_ROWS),
          g_strdup_printf("at most %d lines; split the file", GW_LIMIT_CSV_ROWS));
      return;
    }
  }
}

static int index_of(const GwCsvTable *t, const char *column) {
  const Row *header = t->rows->len ? g_ptr_array_index(t->rows, 0) : NULL;
  for (guint i = 0; header && i < header->fields->len; i++)
    if (strcmp(g_ptr_array_index(header->fields, i), column) == 0)
      return (int)i;
  return -1;
}

static const GwCsvColumn *column_named(const GwCsvColumn *columns, const char *name) {
  for (; columns->name; columns++)
    if (strcmp(columns->name, name) == 0)
      return columns;
  return NULL;
}

static void check_header(GwCsvTable *t) {
  g_autoptr(GString) known = g_string_new(NULL);
  for (const GwCsvColumn *c = t->columns; c->name; c++)
    g_string_append_printf(known, "%s%s", known->len ? ", " : "", c->name);
  const Row *header = t->rows->len ? g_ptr_array_index(t->rows, 0) : NULL;
  if (!header) {
    add(t, 1, "", g_strdup_printf("文件是空的；第一行应是列名：%s", known->str),
        g_strdup_printf("the file is empty; its first line names the columns: %s", known->str));
    return;
  }
  for (guint i = 0; i < header->fields->len; i++) {
    const char *name = g_ptr_array_index(header->fields, i);
    if (!column_named(t->columns, name))
      add(t, header->line, name, g_strdup_printf("没有这一列；可用的列：%s", known->str),
          g_strdup_printf("there is no such column; those that are: %s", known->str));
    else if (index_of(t, name) != (int)i)
      add(t, header->line, name, g_strdup("这一列出现了两次"), g_strdup("this column stands twice"));
  }
  for (const GwCsvColumn *c = t->columns; c->name; c++)
    if (c->required && index_of(t, c->name) < 0)
      add(t, header->line, c->name, g_strdup("缺少这一列"), g_strdup("this column is missing"));
}

static gboolean parse_number(const char *text, GwCsvType type, double *ret) {
  char *end;
  *ret = g_ascii_strtod(text, &end);
  return *text && *end == '\0' && isfinite(*ret) && (type == GW_CSV_REAL || *ret == floor(*ret));
}

static gboolean is_choice(const char *choices, const char *text) {
  g_auto(GStrv) list = g_strsplit(choices, "|", -1);
  return g_strv_contains((const char *const *)list, text);
}

static gboolean parse_bool(const char *text, gboolean *ret) {
  static const char *const yes[] = {"1", "yes", "true", "是", NULL}, *const no[] = {"0", "no", "false", "否", NULL};
  *ret = g_strv_contains(yes, text);
  return *ret || g_strv_contains(no, text);
}

static void check_field(GwCsvTable *t, guint line, const GwCsvColumn *c, const char *text) {
  double number;
  gboolean truth;
  glong most = c->most > 0 ? (glong)c->most : GW_LIMIT_NAME_CHARS;
  if (*text == '\0') {
    if (c->required)
      add(t, line, c->name, g_strdup("不能为空"), g_strdup("must not be empty"));
    return;
  }
  switch (c->type) {
  case GW_CSV_TEXT:
    if (g_utf8_strlen(text, -1) > most)
      add(t, line, c->name, g_strdup_printf("最多 %ld 个字", most), g_strdup_printf("at most %ld characters", most));
    return;
  case GW_CSV_INT:
  case GW_CSV_REAL:
    if (!parse_number(text, c->type, &number) || number < c->least || number > c->most)
      add(t, line, c->name, g_strdup_printf("应是 %g 到 %g 之间的%s，写的是“%.40s”", c->least, c->most, c->type == GW_CSV_INT ? "整数" : "数", text),
          g_strdup_printf("expected a %s from %g to %g, found \"%.40s\"", c->type == GW_CSV_INT ? "whole number" : "number", c->least, c->most, text));
    return;
  case GW_CSV_BOOL:
    if (!parse_bool(text, &truth))
      add(t, line, c->name, g_strdup_printf("应是 是/否 或 1/0，写的是“%.40s”", text), g_strdup_printf("expected yes/no or 1/0, found \"%.40s\"", text));
    return;
  case GW_CSV_CHOICE:
    if (!is_choice(c->choices, text))
      add(t, line, c->name, g_strdup_printf("应是 %s 之一，写的是“%.40s”", c->choices, text),
          g_strdup_printf("expected one of %s, found \"%.40s\"", c->choices, text));
    return;
  }
}

static void check_rows(GwCsvTable *t) {
  const Row *header = g_ptr_array_index(t->rows, 0);
  for (guint i = 1; i < t->rows->len && t->problems->len < MOST_PROBLEMS; i++) {
    const Row *row = g_ptr_array_index(t->rows, i);
    if (row->fields->len != header->fields->len) {
      add(t, row->line, "", g_strdup_printf("这一行有 %u 格，应有 %u 格", row->fields->len, header->fields->len),
          g_strdup_printf("this line has %u fields, the header has %u", row->fields->len, header->fields->len));
      continue;
    }
    for (guint f = 0; f < header->fields->len; f++)
      check_field(t, row->line, column_named(t->columns, g_ptr_array_index(header->fields, f)), g_ptr_array_index(row->fields, f));
  }
}

GwCsvTable *gw_csv_parse(const char *text, gsize bytes, const GwCsvColumn *columns) {
  GwCsvTable *t = g_new0(GwCsvTable, 1);
  t->columns = columns;
  t->rows = g_ptr_array_new_with_free_func(row_free);
  t->problems = g_ptr_array_new_with_free_func(problem_free);
  if (bytes >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
    text += 3;
    bytes -= 3;
  }
  if (!g_utf8_validate(text, (gssize)bytes, NULL)) {
    add(t, 1, "", g_strdup("文件不是 UTF-8 编码；在表格软件里另存为“CSV UTF-8”"),
        g_strdup("the file is not UTF-8; save it as \"CSV UTF-8\" in the spreadsheet"));
    return t;
  }
  read_rows(t, text, bytes);
  if (t->problems->len == 0)
    check_header(t);
  if (t->problems->len == 0)
    check_rows(t);
  return t;
}

void gw_csv_free(GwCsvTable *t) {
  if (!t)
    return;
  g_ptr_array_unref(t->rows);
  g_ptr_array_unref(t->problems);
  g_free(t);
}

const GPtrArray *gw_csv_problems(const GwCsvTable *t) {
  return t->problems;
}

guint gw_csv_n_rows(const GwCsvTable *t) {
  return t->rows->len ? t->rows->len - 1 : 0;
}

gboolean gw_csv_has(const GwCsvTable *t, const char *column) {
  return index_of(t, column) >= 0;
}

const char *gw_csv_text(const GwCsvTable *t, guint row, const char *column) {
  int i = index_of(t, column);
  g_return_val_if_fail(row < gw_csv_n_rows(t), "");
  return i < 0 ? "" : g_ptr_array_index(((Row *)g_ptr_array_index(t->rows, row + 1))->fields, (guint)i);
}

gint64 gw_csv_int(const GwCsvTable *t, guint row, const char *column, gint64 otherwise) {
  double v;
  return parse_number(gw_csv_text(t, row, column), GW_CSV_INT, &v) ? (gint64)v : otherwise;
}

double gw_csv_real(const GwCsvTable *t, guint row, const char *column) {
  double v;
  return parse_number(gw_csv_text(t, row, column), GW_CSV_REAL, &v) ? v : NAN;
}

gboolean gw_csv_bool(const GwCsvTable *t, guint row, const char *column, gboolean otherwise) {
  gboolean v;
  return parse_bool(gw_csv_text(t, row, column), &v) ? v : otherwise;
}

void gw_csv_append(GString *out, const char *field, gboolean last) {
  double number;
  gboolean formula = *field && strchr("=+-@\t", *field) && !parse_number(field, GW_CSV_REAL, &number);
  gboolean quote = formula || strpbrk(field, ",\"\r\n") || g_ascii_isspace(*field);
  if (quote)
    g_string_append_c(out, '"');
  if (formula)
    g_string_append_c(out, '\'');
  for (const char *p = field; *p; p++) {
    if (*p == '"' && quote)
      g_string_append_c(out, '"');
    g_string_append_c(out, *p);
  }
  if (quote)
    g_string_append_c(out, '"');
  g_string_append(out, last ? "\r\n" : ",");
}
