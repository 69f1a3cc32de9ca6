#pragma once
#include <glib.h>

/* Index of `text` in a table of `n` names, or -1: the from_string of every enum of core. */
static inline int gw_names_find(const char *const *names, int n, const char *text) {
  for (int i = 0; i < n; i++)
    if (names[i] && g_strcmp0(names[i], text) == 0)
      return i;
  return -1;
}

/* The to_string and from_string of an enum whose values are 0 … n-1.  A value outside is our own
 * mistake and reads "?". */
#define GW_NAMES_DEFINE(Type, prefix, names)                                                                 \
  const char *prefix##_to_string(Type value) {                                                               \
    return (guint)value < G_N_ELEMENTS(names) ? names[value] : "?";                                          \
  }                                                                                                          \
  gboolean prefix##_from_string(const char *text, Type *ret) {                                               \
    int i = gw_names_find(names, (int)G_N_ELEMENTS(names), text);                                            \
    if (i >= 0)                                                                                              \
      *ret = (Type)i;                                                                                        \
    return i >= 0;                                                                                           \
  }
