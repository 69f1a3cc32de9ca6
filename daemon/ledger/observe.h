#pragma once
/* What gw_ledger_observe() takes: kinds and bodies.  This is a page to read; the entries stand in the
 * observation table of each noun (tx.h), and a body that lacks something is refused with a sentence.
 *
 *   kind            body                                                           result
 *   storage.wal     bytes: the WAL is larger than it should ever be
 *   worker.up       job ("cameras", "checkins"), worker? (its name: "cameras", "cameras-2" …), pid, gstreamer,
 *                   camera_ids? (what it watches from now on)
 *   worker.down     job, worker?, cause, camera_ids? (what it watched; absent: all): what only it saw is
 *                   unknown now.  Cause "removed": stopped for good, no alert of it, one that is open ends, and
 *                   camera_ids go to others; said at every start of the names beyond those configured
 *   camera.state    id, state, cause, at_us?, codec?, width?, height?, via?
 *   camera.finding  id, kind, zone_id?, on, at_us, measure, threshold, before_hash?, now_hash?: as the link's
 *                   `finding`, its pictures stored already
 *   camera.light    id, at_us, to
 *   camera.reference id, at_us, asked, hash (its picture, stored already); data: the opaque reference
 *   camera.turned   id, ok, cause: it took the request to turn, or not
 *   camera.presets  id, presets [{token, name}] (at most 64); or ok false and cause: it did not say
 *   camera.observed as the link's `observed`
 *   camera.code     id, at_us, text: becomes a raw check-in of source "camera"
 *   checkin         as the link's `checkin` (link/README.md); data: the raw        code: "ok", or why it was
 *                   message when it has no raw_id                                  refused
 *   session.open    user_id, kind, label, address, agent, token_hash,              session_id
 *                   expires_at_us, exchanges_id? (the token's session whose place
 *                   it takes: that one is revoked in the same transaction)
 *   session.close   session_id
 *   session.seen    session_ids: in use within the last minute
 *   file.stored     hash, kind, bytes, user_id                                     hash, bytes, kind
 *   file.removed    hash
 *   still.saved     alert_id, camera_id, hash, bytes, at_us
 *   clip.saved      clip_id, hash, bytes, frames, from_us, to_us (what it really holds), width, height, codecs,
 *                   broken: its file is on the disk, whole
 *   clip.failed     clip_id, why: as the link's, or no_recorder, worker_gone, storage_full
 *   outbox.sent     outbox_id, state ("ACCEPTED": written to a socket of that unit, "TEMP_FAIL": nobody there)
 */
