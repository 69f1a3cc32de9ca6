#pragma once
#include <glib.h>

/* What can be wrong with a picture, and what follows from it.  Pure.  Thread: any.
 *   blinds:  the camera is there and does not see what it should
 *   learned: it compares with the reference, so it ends when the present picture is said to be right */
#define GW_FINDING_KINDS(X)                                                                                  \
  /* name, text, blinds, learned */                                                                          \
  X(BLACK, "black", TRUE, TRUE)                                                                              \
  X(WASHED, "washed", TRUE, TRUE)                                                                            \
  X(COVERED, "covered", TRUE, TRUE)                                                                          \
  X(SPRAYED, "sprayed", TRUE, TRUE)                                                                          \
  X(DEFOCUSED, "defocused", TRUE, TRUE)                                                                      \
  X(MOVED, "moved", TRUE, TRUE)                                                                              \
  X(FROZEN, "frozen", TRUE, FALSE)                                                                           \
  X(ZONE, "zone", FALSE, TRUE)                                                                               \
  X(FPS_LOW, "fps_low", FALSE, FALSE)                                                                        \
  X(BITRATE_LOW, "bitrate_low", FALSE, FALSE)                                                                \
  X(TIME_JUMP, "time_jump", FALSE, FALSE)

typedef enum GwFindingKind {
#define X(name, text, blinds, learned) GW_FINDING_##name,
  GW_FINDING_KINDS(X)
#undef X
      GW_N_FINDING_KINDS
} GwFindingKind;

const char *gw_finding_kind_to_string(GwFindingKind kind); /* static */
gboolean gw_finding_kind_from_string(const char *text, GwFindingKind *ret);
gboolean gw_finding_blinds(GwFindingKind kind);
gboolean gw_finding_is_learned(GwFindingKind kind);
/* The alert's category when its rule names none: "camera_covered"; a zone's alert has its zone's.  Static. */
const char *gw_finding_category(GwFindingKind kind);

/* A kind that began this often within the hour is chatter: no new alert, and it is held open until it was gone for
 * a while, so that its rows stay few. */
#define GW_FINDING_AN_HOUR_MOST 6
gboolean gw_finding_is_chatter(guint began_within_the_hour);

/* A finding that leaves a grid without a camera that sees is at least P3, whatever its rule says. */
int gw_finding_priority(int rule_priority, GwFindingKind kind, gboolean has_place, guint others_seeing);

/* A polygon (x, y in turn, fractions of the picture) that can be watched: three corners or more, all inside, no
 * two edges crossing, and not a line. */
gboolean gw_zone_polygon_is_valid(const double *xy, gsize n_points);
