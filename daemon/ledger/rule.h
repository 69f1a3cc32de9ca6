#pragma once
#include "daemon/ledger/tx.h"
#include "daemon/store/rule.h"

/* Rules that select, for the nouns that ask which one is theirs (rule.c).  Thread: the ledger's. */

/* The newest version of the rule of this kind that is for it (core/rule_select), lent until the item ends; `facts`
 * needs no minute: it is the local one of now.  NULL without an error: none is, so it makes neither alert nor event.
 * What is asked thousands of times a second is answered from memory. */
const GwRuleRow *gw_rule_choose(GwTx *tx, const char *kind, const GwRuleFacts *facts, GError **error);

extern const GwLedgerNoun gw_ledger_rule;
