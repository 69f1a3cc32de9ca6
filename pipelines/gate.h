#pragma once
#include <glib.h>

/* At most so many RTSP handshakes at once, in all and to one host: 64 cameras may be one recorder.
 * First come, first served; a host that is full does not hold up the others.
 *
 * Thread: the control thread. */
typedef struct GwGate GwGate;
typedef struct GwGatePass GwGatePass;
typedef void (*GwGateOpen)(gpointer user);

GwGate *gw_gate_new(guint most, guint most_per_host);
void gw_gate_free(GwGate *gate); /* accepts NULL; every pass was given back before */
void gw_gate_set_limits(GwGate *gate, guint most, guint most_per_host);

/* Calls on_open once it is this one's turn, perhaps before it returns; *ret_pass is set before.  The pass
 * is given back with gw_gate_leave(), waiting or not, also inside on_open. */
void gw_gate_ask(GwGate *gate, const char *host, GwGatePass **ret_pass, GwGateOpen on_open, gpointer user);
void gw_gate_leave(GwGate *gate, GwGatePass *pass); /* accepts NULL */
guint gw_gate_inside(GwGate *gate);
