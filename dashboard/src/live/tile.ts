// A tile's life in Vue: makes a player for what it shows, takes it down, listens to the page's pulse, and looks. What it
// tells changes only when the words would.

import { computed, nextTick, onBeforeUnmount, onMounted, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue';
import type { Camera, Finding } from '@/generated/objects';
import { pictureAgeMs } from '@/feed/age';
import { feed, media, thumbs } from '@/feed/live';
import type { Still } from '@/feed/media';
import { join, whenSlept } from './beat';
import { faceOf, type Face } from './face';
import { Player, type Look, type Source } from './player';
import type { Stream } from './wire';

export interface TileProps {
  camera?: Camera;
  stream?: Stream;
  playback?: number;
  at?: number;
  paused?: boolean;
}

export interface Snapshot {
  blob: Blob;
  /** When the camera showed it. */
  atUs: number;
  width: number;
  height: number;
}

export interface TileLife {
  video: Ref<HTMLVideoElement | null>;
  hold: Ref<HTMLCanvasElement | null>;
  /** A fresh <video> at each new number. */
  serial: Ref<number>;
  /** The canvas stands in for a screen that begins anew. */
  held: Ref<boolean>;
  face: ShallowRef<Face>;
  look: ShallowRef<Look | null>;
  still: ComputedRef<Still | undefined>;
  /** The small picture that is there while nothing else is. */
  small: ComputedRef<Still | undefined>;
  frozen: ComputedRef<Finding | undefined>;
  snapshot: () => Promise<Snapshot | null>;
}

whenSlept(() => media.reopen());

/** Cameras whose picture does not move though it comes: by the eyes' own word, of whichever view this page has. */
const frozenBy = computed(() => {
  const by = new Map<number, Finding>();
  for (const name of ['desk', 'wall']) {
    if (!feed.ready.has(name)) continue;
    for (const f of feed.view(name).store.all('finding').values()) if (f.kind === 'frozen' && f.ended_at_us === null) by.set(f.camera_id, f);
  }
  return by;
});

const IDLE: Face = { state: 'idle', live: false, fresh: 'fresh', cause: '', ageMs: null };
const TOLD_EVERY_MS = 1_000;
const same = (a: Face, b: Face): boolean => a.state === b.state && a.live === b.live && a.fresh === b.fresh && a.cause === b.cause;

function sourceOf(props: TileProps): Source | null {
  if (props.playback !== undefined) return { playback: props.playback, atUs: props.at ?? 0 };
  return props.camera?.enabled ? { camera: props.camera.id, stream: props.stream ?? 'watched' } : null;
}
/** What makes a tile begin anew, and whether its picture may stay meanwhile: only when it is the same camera's. */
const keyOf = (props: TileProps): string => {
  const s = sourceOf(props);
  return s === null ? '' : 'playback' in s ? `p${s.playback}@${s.atUs}` : `c${s.camera}/${s.stream}`;
};
const whoseOf = (props: TileProps): string => (props.playback !== undefined ? `p${props.playback}` : `c${props.camera?.id ?? ''}`);

export function useTile(props: TileProps): TileLife {
  const video = ref<HTMLVideoElement | null>(null);
  const hold = ref<HTMLCanvasElement | null>(null);
  const serial = ref(1);
  const held = ref(false);
  const face = shallowRef<Face>(IDLE);
  const look = shallowRef<Look | null>(null);
  let player: Player | null = null;
  let leave: (() => void) | null = null;
  let letStills: (() => void) | null = null;
  let lastAtUs: number | null = null;
  let movedMs = performance.now();
  let toldMs = -Infinity;

  const still = computed(() => (look.value?.unable && props.camera ? media.stills.get(props.camera.id) : undefined));
  const small = computed(() => (props.camera && props.playback === undefined ? thumbs.stills.get(props.camera.id) : undefined));
  const frozen = computed(() => (props.camera ? frozenBy.value.get(props.camera.id) : undefined));

  function see(): void {
    const now = performance.now();
    const figures = player?.look() ?? null;
    if (figures && figures.atUs !== lastAtUs) {
      lastAtUs = figures.atUs;
      movedMs = now;
      if (held.value) held.value = false;
    }
    stills(figures !== null && figures.unable !== '' && props.playback === undefined);
    const picture = figures?.unable && props.camera ? media.stills.get(props.camera.id) : undefined;
    const next = faceOf({
      camera: props.camera,
      playback: props.playback !== undefined,
      paused: props.paused ?? false,
      frozen: frozen.value !== undefined,
      look: figures,
      stillAgeMs: picture ? pictureAgeMs(feed.clock.nowMs(), picture.atUs) : null,
      standsMs: now - movedMs,
    });
    const before = look.value;
    const news = !same(next, face.value) || before?.unable !== figures?.unable || before?.skipped !== figures?.skipped || before?.stream !== figures?.stream || before?.status !== figures?.status || before?.width !== figures?.width;
    if (!news && now - toldMs < TOLD_EVERY_MS) return;
    toldMs = now;
    face.value = next;
    look.value = figures;
  }

  function stills(wanted: boolean): void {
    if (wanted && props.camera) letStills ??= media.watch(props.camera.id);
    else if (!wanted) {
      letStills?.();
      letStills = null;
    }
  }

  function make(): void {
    const source = sourceOf(props);
    if (!source || !video.value) return;
    player = new Player({
      source,
      slots: media.views,
      video: video.value,
      nowUs: () => feed.clock.nowUs(),
      onChange: () => player && see(),
      onRenew: () => void renew(),
    });
    if (document.hidden || props.paused) player.rest();
    see();
  }
  function takeDown(): void {
    player?.close();
    player = null;
    stills(false);
    lastAtUs = null;
  }
  /** The picture that is there stays, on the canvas, until the next one. */
  function keep(): void {
    held.value = hold.value !== null && (player?.draw(hold.value) ?? false);
  }
  async function renew(): Promise<void> {
    keep();
    serial.value += 1;
    await nextTick();
    if (video.value) player?.renew(video.value);
  }

  onMounted(() => {
    make();
    leave = join({
      pulse: () => {
        player?.pulse();
        see();
      },
      hide: () => player?.rest(),
      wake: () => {
        if (!props.paused) player?.resume();
      },
    });
  });
  onBeforeUnmount(() => {
    leave?.();
    takeDown();
  });
  let whose = whoseOf(props);
  watch(
    () => keyOf(props),
    async () => {
      if (whoseOf(props) === whose) keep();
      else held.value = false;
      whose = whoseOf(props);
      takeDown();
      look.value = null;
      movedMs = performance.now();
      serial.value += 1;
      see();
      await nextTick();
      if (leave) make();
    },
    { flush: 'sync' },
  );
  watch(
    () => props.paused,
    (paused) => {
      if (paused) player?.rest();
      else player?.resume();
      see();
    },
  );
  watch([() => props.camera, frozen], () => see());

  async function snapshot(): Promise<Snapshot | null> {
    const canvas = document.createElement('canvas');
    let atUs = player?.look().atUs ?? null;
    if (atUs === null || !player?.draw(canvas)) {
      const picture = still.value;
      const image = picture ? await load(picture.url) : null;
      if (!picture || !image) return null;
      atUs = picture.atUs;
      canvas.width = image.naturalWidth;
      canvas.height = image.naturalHeight;
      canvas.getContext('2d')?.drawImage(image, 0, 0);
    }
    const at = atUs;
    const { width, height } = canvas;
    return new Promise((done) => canvas.toBlob((blob) => done(blob ? { blob, atUs: at, width, height } : null), 'image/jpeg', 0.9));
  }

  return { video, hold, serial, held, face, look, still, small, frozen, snapshot };
}

function load(url: string): Promise<HTMLImageElement | null> {
  return new Promise((done) => {
    const image = new Image();
    image.onload = () => done(image);
    image.onerror = () => done(null);
    image.src = url;
  });
}
