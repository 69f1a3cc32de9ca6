// The desk's own state: what is selected, which dialog is open, what the hand acts on. One per page, injected.

import { computed, inject, provide, ref, shallowRef, watch, type ComputedRef, type InjectionKey, type Ref, type ShallowRef } from 'vue';
import type { Alert, Camera, Ticket, Unit, Watch } from '@/generated/objects';
import { me } from '@/feed/live';
import type { Store } from '@/feed/store';
import { outageOf } from '@/eyes/model';
import { alertPoint } from '@/ui/plan';
import { camerasNear, handOf, isTicketOpen, offerOf, queueOf, waitingP1, type Behalf, type NearCamera, type Queue, type Tab } from './model';
import { useRecommendation, type Candidate, type Recommendation } from './recommend';

export type DialogName = 'incident' | 'checkin' | 'search' | 'keys' | 'seat' | 'wall';
export interface PlanSpot {
  place_id: number | null;
  camera_id: number | null;
  lat?: number;
  lon?: number;
}
/** What the line of words under the unit is for. */
export type Saying = Behalf | 'decline' | 'note' | 'close' | 'rework';

const CAMERAS = 6;

export interface Desk {
  store: Store;
  queue: ComputedRef<Queue>;
  tab: Ref<Tab>;
  alertId: Ref<number | null>;
  /** A ticket chosen from the board that no alert on this desk stands for. */
  loneTicketId: Ref<number | null>;
  alert: ComputedRef<Alert | undefined>;
  ticket: ComputedRef<Ticket | undefined>;
  unit: ComputedRef<Unit | undefined>;
  at: ComputedRef<{ lat: number; lon: number } | null>;
  recommendation: ShallowRef<Recommendation>;
  /** Who keys 1–4 stand for. */
  candidates: ComputedRef<Candidate[]>;
  cameras: ComputedRef<NearCamera[]>;
  camera: ComputedRef<Camera | undefined>;
  waiting: ComputedRef<Alert[]>;
  watch: ComputedRef<Watch | undefined>;
  dialog: Ref<DialogName | null>;
  spot: ShallowRef<PlanSpot | null>;
  disposing: Ref<boolean>;
  saying: Ref<Saying | null>;
  /** performance.now() when what the keys act on last changed by itself; with `offer` also when the candidates did. */
  changedMs: (offer: boolean) => number;
  select: (id: number | null) => void;
  selectTicket: (id: number) => void;
  nextCamera: () => void;
  showCamera: (index: number) => void;
  /** What a key asked of the clip; each asking is another object. */
  clipAct: ShallowRef<{ what: 'back' | 'on' | 'replay' } | null>;
  /** The address of the shown camera's past, at the moment of what is selected. */
  backUrl: () => string;
  open: (name: DialogName, spot?: PlanSpot | null) => void;
  close: () => void;
}

const KEY: InjectionKey<Desk> = Symbol('desk');

export function useDesk(): Desk {
  const desk = inject(KEY);
  if (!desk) throw new Error('no desk above this component');
  return desk;
}

export function createDesk(store: Store): Desk {
  const alertId = ref<number | null>(null);
  const loneTicketId = ref<number | null>(null);
  const tab = ref<Tab>('all');
  const dialog = ref<DialogName | null>(null);
  const spot = shallowRef<PlanSpot | null>(null);
  const disposing = ref(false);
  const saying = ref<Saying | null>(null);
  const cameraStep = ref(0);
  const clipAct = shallowRef<{ what: 'back' | 'on' | 'replay' } | null>(null);

  const queue = computed(() => queueOf(store.all('alert').values()));
  const alert = computed(() => store.get('alert', alertId.value));
  const ticket = computed(() => store.get('ticket', alertId.value === null ? loneTicketId.value : alert.value?.ticket_id));
  const unit = computed(() => store.get('unit', ticket.value?.unit_id));
  /** Where an outage lies: amid the cameras it took. */
  function middleOf(a: Alert): { lat: number; lon: number } | null {
    const outage = a.rule_kind === 'outage' ? outageOf(store.all('outage').values(), a) : undefined;
    const spots = (outage?.cameras ?? []).map((c) => store.get('camera', c.camera_id)).filter((c): c is Camera & { lat: number; lon: number } => c !== undefined && c.lat !== null && c.lon !== null);
    if (spots.length === 0) return null;
    return { lat: spots.reduce((s, c) => s + c.lat, 0) / spots.length, lon: spots.reduce((s, c) => s + c.lon, 0) / spots.length };
  }
  const at = computed(() => {
    if (alert.value) return alertPoint(alert.value, store.all('place'), store.all('camera')) ?? middleOf(alert.value);
    const t = ticket.value;
    return t ? alertPoint({ lat: t.lat, lon: t.lon, place_id: t.place_id, camera_id: null }, store.all('place'), store.all('camera')) : null;
  });
  const waiting = computed(() => waitingP1(queue.value, alertId.value));
  const watching = computed(() => store.list('watch').find((w) => w.to_us === null && w.user_id === me.value?.id));

  /** Asked for while somebody has to be chosen. */
  const asks = computed(() => {
    const a = alert.value;
    if (!a || a.state === 'NORM' || a.state === 'RETURNED') return null;
    return ticket.value && ticket.value.state !== 'FILED' && isTicketOpen(ticket.value) ? null : a.id;
  });
  const standing = () => store.list('unit').map((u) => `${u.id}:${u.on_duty}:${u.ticket_id}`).join() + `|${ticket.value?.rev}`;
  const recommendation = useRecommendation(() => asks.value, standing);
  const candidates = computed(() => {
    // A ticket without an alert here carries the ranking of when it was last sent.
    const list = asks.value === null ? (ticket.value?.state === 'FILED' ? ticket.value.candidates : []) : recommendation.value.list;
    return list.filter((c) => c.free).slice(0, 4);
  });

  const own = computed(() => alert.value?.camera_id ?? null);
  const cameras = computed(() => (alert.value || ticket.value ? camerasNear(store.all('camera').values(), own.value, at.value, CAMERAS) : []));
  const camera = computed(() => (cameras.value.length ? cameras.value[cameraStep.value % cameras.value.length].camera : undefined));

  // Moving the selection is the operator's own hand; anything else moved under it.
  let changed = -Infinity;
  let offered = -Infinity;
  let held = '';
  let holder = '';
  watch(
    () => [`${alertId.value}/${loneTicketId.value}`, handOf(alert.value, ticket.value), offerOf(alert.value, candidates.value)].join('#'),
    (text) => {
      const [who, hand] = text.split('#');
      if (who === holder && hand !== held) changed = performance.now();
      else if (who === holder) offered = performance.now();
      [holder, held] = [who, hand];
    },
    { immediate: true },
  );

  function select(id: number | null): void {
    alertId.value = id;
    loneTicketId.value = null;
    cameraStep.value = 0;
    disposing.value = false;
    saying.value = null;
    clipAct.value = null;
  }
  function selectTicket(id: number): void {
    const t = store.get('ticket', id);
    if (t?.alert_id != null && store.get('alert', t.alert_id)) {
      select(t.alert_id);
      return;
    }
    select(null);
    loneTicketId.value = id;
  }

  // From an empty desk the first alert may be taken: there is nothing selected that could jump away.
  watch(
    () => (alertId.value === null && loneTicketId.value === null ? (queue.value.unacked[0] ?? queue.value.hand[0])?.id : undefined),
    (id) => {
      if (id === undefined) return;
      select(id);
      changed = performance.now();
    },
    { immediate: true },
  );
  watch(alert, (a, before) => {
    if (!a && before && alertId.value === before.id) select(null);
  });

  const desk: Desk = {
    store, queue, tab, alertId, loneTicketId, alert, ticket, unit, at, recommendation, candidates, cameras, camera, waiting, watch: watching, dialog, spot, disposing, saying,
    changedMs: (offer) => Math.max(changed, offer ? offered : -Infinity),
    select,
    selectTicket,
    nextCamera: () => (cameraStep.value += 1),
    showCamera: (index) => (cameraStep.value = index),
    clipAct,
    backUrl: () => `back?${new URLSearchParams({ camera: String(camera.value?.id ?? ''), ...(alert.value ? { alert: String(alert.value.id), at: String(alert.value.first_at_us) } : {}) })}`,
    open(name, where = null) {
      spot.value = where;
      dialog.value = name;
    },
    close: () => (dialog.value = null),
  };
  provide(KEY, desk);
  return desk;
}
