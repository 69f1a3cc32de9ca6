/* daemon/core/README.md shows the tables of the state machines as they are in the code.  After a change of a
 * table: GW_WRITE_DOCS=1 build/tests/unit/test_core_readme */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <glib.h>
#include <string.h>

#include "daemon/core/alert.h"
#include "daemon/core/clip.h"
#include "daemon/core/outage.h"
#include "daemon/core/outbox.h"
#include "daemon/core/round.h"
#include "daemon/core/ticket.h"
#include "daemon/core/tour.h"

#define PAGE GW_SOURCE_DIR "/daemon/core/README.md"
#define BEGIN "<!-- tables: printed by tests/unit/test_core_readme.c -->\n"
#define END "<!-- end of tables -->\n"

typedef struct Machine {
  const char *title;
  guint states, inputs;
  const char *(*state)(guint state);
  const char *(*input)(guint input);
  const char *(*row)(guint from, guint input);
} Machine;

#define SPELL(name, State, state_text, Input, input_text, row_of)                                            \
  static const char *name##_state(guint state) {                                                             \
    return state_text((State)state);                                                                         \
  }                                                                                                          \
  static const char *name##_input(guint input) {                                                             \
    return input_text((Input)input);                                                                         \
  }                                                                                                          \
  static const char *name##_row(guint from, guint input) {                                                   \
    return row_of((State)from, (Input)input);                                                                \
  }

static const char *outbox_move(GwOutboxState from, GwOutboxInput input) {
  return gw_outbox_has_move(from, input) ? "x" : NULL;
}

static const char *point_input_text(GwPointInput input) {
  return input == GW_POINT_DO_CHECK_IN ? "check_in" : "window_due";
}

SPELL(alert, GwAlertState, gw_alert_state_to_string, GwAlertInput, gw_alert_input_to_string,
      gw_alert_table_row)
SPELL(ticket, GwTicketState, gw_ticket_state_to_string, GwTicketInput, gw_ticket_input_to_string,
      gw_ticket_table_row)
SPELL(round, GwRoundState, gw_round_state_to_string, GwRoundInput, gw_round_input_to_string,
      gw_round_table_row)
SPELL(point, GwPointState, gw_point_state_to_string, GwPointInput, point_input_text, gw_point_table_row)
SPELL(tour, GwTourState, gw_tour_state_to_string, GwTourInput, gw_tour_input_to_string, gw_tour_table_row)
SPELL(clip, GwClipState, gw_clip_state_to_string, GwClipInput, gw_clip_input_to_string, gw_clip_table_row)
SPELL(outbox, GwOutboxState, gw_outbox_state_to_string, GwOutboxInput, gw_outbox_input_to_string, outbox_move)

#define MACHINE(title, name, states, inputs)                                                                 \
  { title, states, inputs, name##_state, name##_input, name##_row }

static const Machine machines[] = {
    MACHINE("Alert", alert, GW_N_ALERT_STATES, GW_N_ALERT_INPUTS),
    MACHINE("Ticket", ticket, GW_N_TICKET_STATES, GW_N_TICKET_INPUTS),
    MACHINE("Round", round, GW_N_ROUND_STATES, GW_N_ROUND_INPUTS),
    MACHINE("Point of a round", point, GW_N_POINT_STATES, GW_N_POINT_INPUTS),
    MACHINE("Run of a tour", tour, GW_N_TOUR_STATES, GW_N_TOUR_INPUTS),
    MACHINE("Clip", clip, GW_N_CLIP_STATES, GW_N_CLIP_INPUTS),
    MACHINE("Message of the outbox", outbox, GW_N_OUTBOX_STATES, GW_N_OUTBOX_INPUTS),
};

static void print_machine(GString *out, const Machine *m) {
  g_string_append_printf(out, "\n### %s\n\n| |", m->title);
  for (guint s = 0; s < m->states; s++)
    g_string_append_printf(out, " %s |", *m->state(s) ? m->state(s) : "(none)");
  g_string_append(out, "\n|---|");
  for (guint s = 0; s < m->states; s++)
    g_string_append(out, "---|");
  for (guint i = 0; i < m->inputs; i++) {
    g_string_append_printf(out, "\n| `%s` |", m->input(i));
    for (guint s = 0; s < m->states; s++)
      g_string_append_printf(out, " %s |", m->row(s, i) ? m->row(s, i) : "");
  }
  g_string_append_c(out, '\n');
}

/* No life but a question: the first row that holds answers it. */
static void print_outage(GString *out) {
  g_string_append(out, "\n### Outage: what a camera that fell belongs to\n\n| | when, gone through from above | then |\n|---|---|---|\n");
  const GwOutageTableRow *row;
  for (guint i = 0; (row = gw_outage_table_row(i)); i++)
    g_string_append_printf(out, "| %s | %s | %s |\n", row->row, row->when, row->what);
}

static char *print_tables(void) {
  GString *out = g_string_new(BEGIN);
  for (gsize i = 0; i < G_N_ELEMENTS(machines); i++)
    print_machine(out, &machines[i]);
  print_outage(out);
  g_string_append(out, "\n" END);
  return g_string_free(out, FALSE);
}

static void write_page(const char *page, const char *tables) {
  const char *begin = strstr(page, BEGIN), *end = strstr(page, END);
  assert_true(begin && end && begin < end);
  g_autofree char *before = g_strndup(page, (gsize)(begin - page));
  g_autofree char *text = g_strconcat(before, tables, end + strlen(END), NULL);
  assert_true(g_file_set_contents(PAGE, text, -1, NULL));
}

static void the_page_shows_the_tables_of_the_code(void **state) {
  (void)state;
  g_autofree char *page = NULL, *tables = print_tables();
  assert_true(g_file_get_contents(PAGE, &page, NULL, NULL));
  if (g_getenv("GW_WRITE_DOCS")) {
    write_page(page, tables);
    return;
  }
  if (!strstr(page, tables))
    fail_msg("daemon/core/README.md is not what the code says; print it anew with GW_WRITE_DOCS=1");
}

/* A row that stands in no cell of any table would be a promise nobody keeps. */
static void every_row_of_the_issue_stands_in_a_cell(void **state) {
  (void)state;
  static const char *const rows[] = {"A1",  "A2", "A3", "A4", "A5",  "A6",  "A7", "A13", "A14",
                                     "T0",  "T1", "T2", "T3", "T3b", "T3c", "T4", "T5",  "T9",
                                     "T10", "R2", "R3", "R4", "R6",  "R7",  "R10",
                                     "V1",  "V2", "V3", "V4", "V5"};
  g_autofree char *tables = print_tables();
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *cell = g_strdup_printf("| %s |", rows[i]);
    if (!strstr(tables, cell))
      fail_msg("row %s stands in no table", rows[i]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_page_shows_the_tables_of_the_code),
      cmocka_unit_test(every_row_of_the_issue_stands_in_a_cell),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
