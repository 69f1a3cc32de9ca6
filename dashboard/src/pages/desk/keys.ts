// Keys of the desk: by place on the board (event.code), never while somebody writes, never twice for one press.

export interface KeyHit {
  code: string;
  ctrl: boolean;
}

const WRITES = new Set(['INPUT', 'TEXTAREA', 'SELECT']);

export function isWriting(target: EventTarget | null): boolean {
  const el = target as HTMLElement | null;
  return !!el && (WRITES.has(el.tagName) || el.isContentEditable === true);
}

/** The IME of a Chinese keyboard sends keys of its own: they are letters, not commands. */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

/** What was pressed as a command; null: not for us. A browser chord stays the browser's, but for Ctrl+K. */
export function commandOf(event: KeyboardEvent): KeyHit | null {
  if (isComposing(event) || event.repeat || event.altKey || event.metaKey) return null;
  if (event.ctrlKey) return event.code === 'KeyK' ? { code: 'KeyK', ctrl: true } : null;
  if (isWriting(event.target) && event.code !== 'Escape') return null;
  return { code: event.code, ctrl: false };
}

/** 1 for Digit1 and Numpad1; null for anything else. */
export function digitOf(code: string): number | null {
  const found = /^(?:Digit|Numpad)(\d)$/.exec(code);
  return found ? Number(found[1]) : null;
}

/** Space or Enter on a button that Tab led to presses that button; it is not a command of the page as well. */
export function pressesFocused(event: KeyboardEvent): boolean {
  const el = event.target as HTMLElement | null;
  if (!['Enter', 'NumpadEnter', 'Space'].includes(event.code) || !el || (el.tagName !== 'BUTTON' && el.tagName !== 'A')) return false;
  try {
    return el.matches(':focus-visible');
  } catch {
    return true; // a browser that cannot tell: the button wins, nothing is acknowledged by mistake
  }
}
