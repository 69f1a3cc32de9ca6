// What the tour page works out: what is due in this shift and who did it, which page comes next, what a person may
// confirm and which of the cameras were not seen. Pure.

import type { Camera, Tour, TourRun } from '@/generated/objects';

export interface Line {
  tour: Tour;
  /** Of this shift, by their windows; extra ones after them. */
  runs: TourRun[];
  /** What tour.start would take: the one that runs, or is due now; null: an extra one. */
  next: TourRun | null;
  pages: number;
  due: number;
  done: number;
  missed: number;
}

const isOpen = (run: TourRun, nowUs: number): boolean => run.state === 'due' && run.due_from_us !== null && run.due_to_us !== null && run.due_from_us <= nowUs && nowUs < run.due_to_us;
const order = (run: TourRun): number => run.due_from_us ?? run.started_at_us ?? Number.MAX_SAFE_INTEGER;

/** The run that goes on or is due now. */
export const nextOf = (runs: readonly TourRun[], nowUs: number): TourRun | null => runs.find((r) => r.state === 'running') ?? runs.find((r) => isOpen(r, nowUs)) ?? null;

/** Tours of this shift, what has to be done now first. */
export function linesOf(tours: Iterable<Tour>, runs: Iterable<TourRun>, shiftId: number | null, nowUs: number): Line[] {
  const all = [...runs].filter((r) => shiftId === null || r.shift_id === shiftId || r.state === 'running');
  const lines = [...tours]
    .filter((tour) => tour.enabled)
    .map((tour): Line => {
      const own = all.filter((r) => r.tour_id === tour.id).sort((a, b) => order(a) - order(b) || a.id - b.id);
      const n = (state: TourRun['state']) => own.filter((r) => r.state === state).length;
      return { tour, runs: own, next: nextOf(own, nowUs), pages: Math.ceil(tour.camera_ids.length / tour.tiles), due: own.filter((r) => r.due_from_us !== null && (r.state === 'due' || r.state === 'running')).length, done: n('done'), missed: n('missed') };
    });
  const rank = (line: Line) => (line.next?.state === 'running' ? 0 : line.next ? 1 : line.due > 0 ? 2 : 3);
  return lines.sort((a, b) => rank(a) - rank(b) || (a.next?.due_to_us ?? Infinity) - (b.next?.due_to_us ?? Infinity) || a.tour.name.localeCompare(b.tour.name, 'zh') || a.tour.id - b.tour.id);
}

/** How a run stands to now, for its box. */
export type Standing = 'done' | 'missed' | 'running' | 'now' | 'later' | 'left';
export function standingOf(run: TourRun, nowUs: number): Standing {
  if (run.state === 'due') return isOpen(run, nowUs) ? 'now' : run.due_to_us !== null && run.due_to_us <= nowUs ? 'missed' : 'later';
  return run.state;
}

/* ---- pages of a run ---- */

export const isLooked = (run: Pick<TourRun, 'looked'>, page: number): boolean => run.looked.includes(page);
export const looksLeft = (run: Pick<TourRun, 'looked' | 'pages'>): number => run.pages.length - new Set(run.looked).size;

/** The next page nobody has confirmed, after `from` and around; null: all were. */
export function nextUnlooked(run: Pick<TourRun, 'looked' | 'pages'>, from = -1): number | null {
  const n = run.pages.length;
  for (let i = 1; i <= n; i += 1) {
    const page = (((from + i) % n) + n) % n;
    if (!isLooked(run, page)) return page;
  }
  return null;
}

export const stepPage = (run: Pick<TourRun, 'pages'>, page: number, by: number): number => Math.min(Math.max(0, run.pages.length - 1), Math.max(0, page + by));

/** The sides of the field of tiles: by the tour, so that a last page with few cameras has tiles of the same size. */
export const sideOf = (tiles: number): number => (tiles <= 4 ? 2 : tiles <= 9 ? 3 : 4);

export const SLOTS_MOST = 16;
/** Cameras of the next page that can be opened before the switch: nobody's slot is taken from what is looked at. */
export function aheadOf(now: readonly number[], next: readonly number[], most = SLOTS_MOST): number[] {
  const shown = new Set(now);
  return next.filter((id) => !shown.has(id)).slice(0, Math.max(0, most - now.length));
}
export const AHEAD_MS = 4_000;

/* ---- the time a page is shown ---- */

/** Nobody has looked at a page in less; the center refuses it as well. */
export const LOOK_LEAST_MS = 2_000;

/** Counts only while it is neither paused nor hidden; on the monotonic clock of this machine. */
export class Dwell {
  private passedMs = 0;
  private sinceMs: number | null;
  private readonly beganMs: number;

  constructor(private readonly lengthMs: number, nowMs: number, running = true) {
    this.beganMs = nowMs;
    this.sinceMs = running ? nowMs : null;
  }
  pause(nowMs: number): void {
    if (this.sinceMs === null) return;
    this.passedMs += nowMs - this.sinceMs;
    this.sinceMs = null;
  }
  resume(nowMs: number): void {
    this.sinceMs ??= nowMs;
  }
  get paused(): boolean {
    return this.sinceMs === null;
  }
  leftMs(nowMs: number): number {
    return Math.max(0, this.lengthMs - this.passedMs - (this.sinceMs === null ? 0 : nowMs - this.sinceMs));
  }
  share(nowMs: number): number {
    return this.lengthMs <= 0 ? 1 : 1 - this.leftMs(nowMs) / this.lengthMs;
  }
  /** Since the page came up, whether paused or not: looking on is looking. */
  shownMs(nowMs: number): number {
    return nowMs - this.beganMs;
  }
}

/* ---- what was not seen ---- */

/** What a tile says of itself: its picture moves and is at most three seconds behind the camera. */
export type Seen = ReadonlyMap<number, boolean>;
/** Cameras of a page that whoever looks could not see. */
export const unseenOf = (page: readonly number[], seen: Seen): number[] => page.filter((id) => seen.get(id) !== true);

/** Cameras of a page as they are now: one that was removed keeps its place and says so. */
export const camerasOf = (page: readonly number[], cameras: ReadonlyMap<number, Camera>): { id: number; camera: Camera | undefined }[] => page.map((id) => ({ id, camera: cameras.get(id) }));

/* ---- choosing a tile ---- */

/** Arrows over the field, without going around its edges. */
export function moveIn(n: number, side: number, at: number, code: string): number {
  const [row, column] = [Math.floor(at / side), at % side];
  let to = at;
  if (code === 'ArrowLeft' && column > 0) to = at - 1;
  else if (code === 'ArrowRight' && column < side - 1) to = at + 1;
  else if (code === 'ArrowUp' && row > 0) to = at - side;
  else if (code === 'ArrowDown') to = at + side;
  return to >= 0 && to < n ? to : at;
}
