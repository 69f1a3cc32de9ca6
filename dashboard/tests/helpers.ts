import type { Alert, Camera, Clip, Finding, MessageGauges, MessagePatch, Outage, Place, Recorder, Round, Ticket, Tour, TourRun, Unit, Zone } from '@/generated/objects';

export const SECOND = 1_000_000;

export function alert(more: Partial<Alert> = {}): Alert {
  return {
    type: 'alert', id: 1, rev: 1, code: 'A-20261121-0001', rule_kind: 'reported', category: 'fall', priority: 1, state: 'UNACKED', active: true, latched: false,
    disposition: '', subject: 'place', subject_id: 1, place_id: null, camera_id: null, lat: null, lon: null, words: '', ticket_id: null, count: 1, escalation: 0,
    owner: '', reporter: '', still_hash: '', response_zh: '', response_en: '', first_at_us: 0, last_at_us: 0, acked_at_us: null, cleared_at_us: null,
    closed_at_us: null, ack_due_us: 20 * SECOND, act_due_us: null, retone_us: 0, arrive_due_us: 300 * SECOND, ...more,
  };
}

export function ticket(more: Partial<Ticket> = {}): Ticket {
  return {
    type: 'ticket', id: 1, rev: 1, code: 'E-20261121-0001', kind: 'E', state: 'DISPATCHED', alert_id: 1, category: 'fall', priority: 1, place_id: null, lat: null,
    lon: null, words: '', unit_id: 1, returns: 0, timeouts: 0, reworks: 0, needs_lead: false, handler: '', checker: '', dispatcher: '', result: '', reason: '',
    candidates: [], clocks: [], files: [], origin_at_us: 0, filed_at_us: null, dispatched_at_us: null, received_at_us: null, accepted_at_us: null,
    en_route_at_us: null, arrived_at_us: null, first_words_at_us: null, close_req_at_us: null, closed_at_us: null, ...more,
  };
}

export function unit(more: Partial<Unit> = {}): Unit {
  return {
    type: 'unit', id: 1, rev: 1, code: 'U-1', name: '夜巡1组', kind: 'guard', travel: 'foot', on_duty: true, ticket_id: null, lat: null, lon: null, accuracy_m: null,
    position_at_us: null, presence: 'visible', presence_at_us: null, device: '', phone: '', radio_channel: '', members: '', badge: '', ...more,
  };
}

export function camera(more: Partial<Camera> = {}): Camera {
  return {
    type: 'camera', id: 1, rev: 1, code: 'C-001', name: '东门', place_id: null, lat: null, lon: null, zone: 'inside', enabled: true, state: 'live', cause: 'none',
    state_at_us: 0, codec: 'H264', width: 1920, height: 1080, recorder: '', switch: '', power: '', watch: 'sub', has_sub: false, metadata: true,
    checkpoint_id: null, via: 'lean', sees: 'yes', outage_id: null, reference_at_us: null, reference_hash: '', channel: 0, look_back: false, control: false, presets: [],
    home_preset: '', away_preset: '', ...more,
  };
}

export function finding(more: Partial<Finding> = {}): Finding {
  return {
    type: 'finding', id: 1, rev: 1, camera_id: 1, kind: 'covered', zone_id: null, measure: 0.9, threshold: 0.5, before_hash: '', now_hash: '', alert_id: null, first_at_us: 0, ended_at_us: null, ...more,
  };
}

export function outage(more: Partial<Outage> = {}): Outage {
  return { type: 'outage', id: 1, rev: 1, cause: 'switch', name: 'SW-07', place_id: null, alert_id: null, members: 40, began_at_us: 0, ended_at_us: null, cameras: [], ...more };
}

export function zone(more: Partial<Zone> = {}): Zone {
  return { type: 'zone', id: 1, rev: 1, camera_id: 1, name: '消防通道', category: 'fire_lane', points: [[0.1, 0.1], [0.5, 0.1], [0.5, 0.5]], from_min: 0, to_min: 0, dwell_s: 120, enabled: true, ...more };
}

export function clip(more: Partial<Clip> = {}): Clip {
  return {
    type: 'clip', id: 1, rev: 1, source: 'ring', alert_id: null, camera_id: 1, state: 'saved', why: '', hash: 'ab'.repeat(32), from_us: 0, to_us: 30 * SECOND, bytes: 3_200_000,
    frames: 450, width: 1280, height: 720, codecs: 'avc1.64001F', broken: 0, asked_by: '', asked_at_us: 0, words: '', allowed_by: '', allowed_at_us: null, saved_at_us: 31 * SECOND,
    keep_until_us: 30 * 86_400 * SECOND, locked: false, locked_by: '', ...more,
  };
}

export function recorder(more: Partial<Recorder> = {}): Recorder {
  return { type: 'recorder', id: 1, rev: 1, name: 'NVR-1', make: 'hikvision', url_template: '', user_name: '', playbacks_most: 1, days_held: null, held_at_us: null, ...more };
}

export function tour(more: Partial<Tour> = {}): Tour {
  return { type: 'tour', id: 1, rev: 1, name: '全部画面', tiles: 9, dwell_s: 15, per_shift: 4, selector: {}, camera_ids: [], enabled: true, ...more };
}

export function tourRun(more: Partial<TourRun> = {}): TourRun {
  return {
    type: 'tour_run', id: 1, rev: 1, tour_id: 1, shift_id: 1, state: 'due', due_from_us: 0, due_to_us: 3600 * SECOND, user_id: null, name: '', pages: [], looked: [], started_at_us: null,
    ended_at_us: null, ...more,
  };
}

export function gauge(more: Partial<MessageGauges['cameras'][number]> = {}): MessageGauges['cameras'][number] {
  return { id: 1, fps: 15, kbps: 800, gop: 15, age_ms: 40, reconnects: 0, key_ms: 1000, lost_ppm: 0, jitter_ms: 1, clock_ms: 3, rate: 'vbr', activity: null, look_age_ms: 4000, ...more };
}

export function place(more: Partial<Place> = {}): Place {
  return { type: 'place', id: 1, rev: 1, code: 'B01', name: '1号楼', kind: 'building', parent_id: null, lat: null, lon: null, outline: null, ...more };
}

export function round(states: string, more: Partial<Round> = {}): Round {
  const word = { d: 'DONE', l: 'DONE', m: 'MISSED', u: 'UNKNOWN', '.': 'DUE' } as const;
  return {
    type: 'round', id: 1, rev: 1, route_id: 1, unit_id: 1, name: '西片夜巡', volunteer: false, ordered: true, state: 'STARTED', planned_at_us: 0,
    ends_at_us: 3600 * SECOND, started_at_us: 0, done_at_us: null,
    points: [...states].map((c, i) => ({
      id: i + 1, idx: i + 1, checkpoint_id: i + 1, name: `第${i + 1}点`, lat: 0, lon: 0, due_at_us: 0, from_us: 0, to_us: 3600 * SECOND,
      state: word[c as keyof typeof word], timing: c === 'l' ? 'late' : '', flags: [], done_at_us: null,
    })),
    ...more,
  };
}

export function patch(more: Partial<MessagePatch>): MessagePatch {
  return { v: 1, type: 'patch', view: 'desk', prev: 0, seq: 0, now_us: 0, put: [], del: [], ...more };
}
