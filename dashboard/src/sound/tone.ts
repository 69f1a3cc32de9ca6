// Tones made in the page: they need no file and no server, so the wall can also ring when the link is lost.
// Browsers keep audio suspended until somebody touches the page; `armed` says whether it would be heard now.

import { shallowRef } from 'vue';

export type Tone = 'p1' | 'p2' | 'p3' | 'link';

/** [frequency Hz, start s, length s] of one playing. */
const NOTES: Record<Tone, [number, number, number][]> = {
  p1: [[960, 0, 0.32], [720, 0.36, 0.32]],
  p2: [[720, 0, 0.25], [720, 0.4, 0.25], [960, 0.8, 0.3]],
  p3: [[520, 0, 0.45]],
  link: [[400, 0, 0.5], [300, 0.55, 0.6]],
};
const LOUD: Record<Tone, number> = { p1: 0.5, p2: 0.4, p3: 0.2, link: 0.4 };
/** How often each repeats while its cause lasts; 0: once. */
const REPEAT_MS: Record<Tone, number> = { p1: 800, p2: 60_000, p3: 0, link: 10_000 };
const ORDER: Tone[] = ['p1', 'link', 'p2', 'p3'];

export const armed = shallowRef(false);
let context: AudioContext | null = null;
const causes = new Map<string, Tone>();
const played = new Map<Tone, number>();
let loop: ReturnType<typeof setInterval> | null = null;

function audio(): AudioContext | null {
  if (!context && typeof AudioContext !== 'undefined') {
    context = new AudioContext();
    context.onstatechange = () => (armed.value = context?.state === 'running');
    armed.value = context.state === 'running';
  }
  return context;
}

/** Call from a click, tap or key: browsers allow sound from then on. */
export async function arm(): Promise<boolean> {
  const ctx = audio();
  if (!ctx) return false;
  await ctx.resume();
  armed.value = ctx.state === 'running';
  return armed.value;
}

/** Arms at the first gesture anywhere on the page. Returns how to stop waiting for it. */
export function armOnGesture(): () => void {
  audio();
  const go = () => void arm().then((ok) => ok && stop());
  const stop = () => ['pointerdown', 'keydown'].forEach((name) => removeEventListener(name, go));
  ['pointerdown', 'keydown'].forEach((name) => addEventListener(name, go));
  return stop;
}

export function play(tone: Tone): boolean {
  const ctx = audio();
  if (!ctx || ctx.state !== 'running') return false;
  for (const [hz, from, long] of NOTES[tone]) {
    const start = ctx.currentTime + from;
    const gain = ctx.createGain();
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(LOUD[tone], start + 0.02);
    gain.gain.setValueAtTime(LOUD[tone], start + long - 0.05);
    gain.gain.linearRampToValueAtTime(0, start + long);
    const wave = ctx.createOscillator();
    wave.type = tone === 'p3' ? 'sine' : 'triangle';
    wave.frequency.value = hz;
    wave.connect(gain).connect(ctx.destination);
    wave.start(start);
    wave.stop(start + long);
  }
  return true;
}

/** Rings for a cause ("alert:7") until quiet() is called for it. The gravest tone drowns the others. */
export function ring(cause: string, tone: Tone): void {
  if (causes.get(cause) === tone) return;
  causes.set(cause, tone);
  if (REPEAT_MS[tone] === 0 || !played.has(tone)) turn();
  loop ??= setInterval(turn, 100);
}

export function quiet(cause: string): void {
  causes.delete(cause);
  if (causes.size > 0 || !loop) return;
  clearInterval(loop);
  loop = null;
  played.clear();
}

export function ringing(): Tone | null {
  const tones = new Set(causes.values());
  return ORDER.find((tone) => tones.has(tone)) ?? null;
}

function turn(): void {
  const tone = ringing();
  if (!tone) return;
  const now = performance.now();
  const last = played.get(tone);
  if (last !== undefined && (REPEAT_MS[tone] === 0 || now - last < REPEAT_MS[tone])) return;
  if (play(tone)) played.set(tone, now);
}
