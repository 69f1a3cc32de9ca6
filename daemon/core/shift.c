#include "daemon/core/shift.h"

#include "daemon/core/clockmath.h"

#define DAY_FROM_US (8 * GW_HOUR)
#define NIGHT_FROM_US (20 * GW_HOUR)

GwShiftWindow gw_shift_at(GwUsec at_us, int utc_offset_s) {
  GwUsec midnight_us = gw_date_start_us(gw_date_of(at_us, utc_offset_s), utc_offset_s);
  GwUsec of_day_us = at_us - midnight_us;
  gboolean night = of_day_us < DAY_FROM_US || of_day_us >= NIGHT_FROM_US;
  GwUsec from_us = midnight_us + (night ? NIGHT_FROM_US : DAY_FROM_US);
  if (of_day_us < DAY_FROM_US)
    from_us -= GW_DAY; /* the night began yesterday evening */
  return (GwShiftWindow){.night = night, .starts_at_us = from_us, .ends_at_us = from_us + 12 * GW_HOUR};
}

const char *gw_shift_kind_to_string(gboolean night) {
  return night ? "night" : "day";
}
