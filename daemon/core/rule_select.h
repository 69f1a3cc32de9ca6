#pragma once
#include "daemon/core/rule.h"

/* Which of several rules of one kind is for what was seen.  Pure.  Thread: any. */

/* What a rule is for.  A list that is NULL or empty asks nothing; all that ask must agree. */
typedef struct GwRuleSelector {
  char **kinds;      /* of a finding */
  char **categories; /* of a zone, of a source's report; of a finding "camera_" and its kind */
  char **topics;     /* of a camera's own analytics */
  char **classes;
  char **zones;        /* of the camera: inside, perimeter */
  GArray *cameras;     /* GwId */
  int from_min, to_min; /* of the local day; equal: at any time; from above to: over midnight */
} GwRuleSelector;
void gw_rule_selector_clear(GwRuleSelector *selector);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GwRuleSelector, gw_rule_selector_clear)

/* What was seen; NULL or 0: it has none, and a list that asks for it does not agree. */
typedef struct GwRuleFacts {
  const char *kind, *category, *topic, *class_name, *zone;
  GwId camera_id;
  int minute; /* of the local day, 0 … 1439 */
} GwRuleFacts;

gboolean gw_rule_selector_is_empty(const GwRuleSelector *selector);
gboolean gw_rule_selector_agrees(const GwRuleSelector *selector, const GwRuleFacts *facts);

typedef struct GwRuleOffer {
  GwId id;
  gboolean enabled;
  const GwRuleSelector *selector; /* lent */
} GwRuleOffer;

/* Index of the rule that is for it, or -1: switched-off ones are not asked; one that selects goes before one that
 * takes all, and of two the one that was added later. */
int gw_rule_select(const GwRuleOffer *offers, gsize n, const GwRuleFacts *facts);
