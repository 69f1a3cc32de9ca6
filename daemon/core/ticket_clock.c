#include "daemon/core/ticket.h"

#include "daemon/core/names.h"

/* What each kind of ticket promises.  An amount of 0: this kind has no such clock. */
static const GwAmount promises[GW_N_TICKET_KINDS][GW_N_TICKET_CLOCKS] = {
    [GW_TICKET_E] =
        {
            [GW_CLOCK_FILE] = {1, GW_UNIT_MINUTE},
            [GW_CLOCK_ACCEPT] = {1, GW_UNIT_MINUTE},
            [GW_CLOCK_ARRIVE] = {5, GW_UNIT_MINUTE},
            [GW_CLOCK_FIRST_WORDS] = {5, GW_UNIT_MINUTE},
            [GW_CLOCK_HANDLE] = {30, GW_UNIT_MINUTE},
            [GW_CLOCK_CHECK] = {30, GW_UNIT_MINUTE},
        },
    [GW_TICKET_O] =
        {
            [GW_CLOCK_FILE] = {5, GW_UNIT_MINUTE},
            [GW_CLOCK_DISPATCH] = {60, GW_UNIT_MINUTE},
            [GW_CLOCK_ACCEPT] = {5, GW_UNIT_MINUTE},
            [GW_CLOCK_ARRIVE] = {5, GW_UNIT_MINUTE}, /* only when answered in person */
            [GW_CLOCK_FIRST_WORDS] = {5, GW_UNIT_MINUTE},
            [GW_CLOCK_HANDLE] = {2, GW_UNIT_WORKING_HOUR},
            [GW_CLOCK_CHECK] = {4, GW_UNIT_WORKING_HOUR},
        },
    [GW_TICKET_F] =
        {
            [GW_CLOCK_FILE] = {60, GW_UNIT_MINUTE},
            [GW_CLOCK_DISPATCH] = {60, GW_UNIT_MINUTE},
            [GW_CLOCK_ACCEPT] = {60, GW_UNIT_MINUTE},
            [GW_CLOCK_FIRST_WORDS] = {5, GW_UNIT_MINUTE},
            [GW_CLOCK_HANDLE] = {4, GW_UNIT_WORKING_HOUR},
            [GW_CLOCK_CHECK] = {4, GW_UNIT_WORKING_HOUR},
        },
    [GW_TICKET_S] =
        {
            [GW_CLOCK_FILE] = {60, GW_UNIT_MINUTE},
            [GW_CLOCK_DISPATCH] = {60, GW_UNIT_MINUTE},
            [GW_CLOCK_ACCEPT] = {3, GW_UNIT_DAY},
            [GW_CLOCK_FIRST_WORDS] = {5, GW_UNIT_MINUTE},
            [GW_CLOCK_CHECK] = {4, GW_UNIT_WORKING_HOUR},
        },
    [GW_TICKET_H] =
        {
            [GW_CLOCK_FILE] = {60, GW_UNIT_MINUTE},
            [GW_CLOCK_DISPATCH] = {60, GW_UNIT_MINUTE},
            [GW_CLOCK_ACCEPT] = {60, GW_UNIT_MINUTE},
            [GW_CLOCK_FIRST_WORDS] = {5, GW_UNIT_MINUTE},
            [GW_CLOCK_HANDLE] = {120, GW_UNIT_MINUTE},
            [GW_CLOCK_CHECK] = {4, GW_UNIT_WORKING_HOUR},
        },
    [GW_TICKET_C] =
        {
            [GW_CLOCK_DISPATCH] = {60, GW_UNIT_MINUTE},
            [GW_CLOCK_ACCEPT] = {60, GW_UNIT_MINUTE},
            [GW_CLOCK_FIRST_WORDS] = {5, GW_UNIT_MINUTE},
            [GW_CLOCK_CHECK] = {4, GW_UNIT_WORKING_HOUR},
        },
    [GW_TICKET_W] =
        {
            [GW_CLOCK_DISPATCH] = {60, GW_UNIT_MINUTE},
            [GW_CLOCK_ACCEPT] = {60, GW_UNIT_MINUTE},
            [GW_CLOCK_FIRST_WORDS] = {5, GW_UNIT_MINUTE},
            [GW_CLOCK_CHECK] = {4, GW_UNIT_WORKING_HOUR},
        },
};

static const char *const clock_names[] = {
#define X(name, text) text,
    GW_TICKET_CLOCKS(X)
#undef X
};

GW_NAMES_DEFINE(GwTicketClock, gw_ticket_clock, clock_names)

gboolean gw_ticket_clock_amount(GwTicketKind kind, gboolean in_person, GwTicketClock clock, GwAmount *ret) {
  GwAmount amount = promises[kind][clock == GW_CLOCK_REWORK ? GW_CLOCK_HANDLE : clock];
  if (amount.amount == 0 || (clock == GW_CLOCK_ARRIVE && kind == GW_TICKET_O && !in_person))
    return FALSE;
  *ret = clock == GW_CLOCK_REWORK ? gw_clock_half(amount) : amount;
  return TRUE;
}
