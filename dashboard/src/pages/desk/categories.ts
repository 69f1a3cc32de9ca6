// What an operator can open, in the order of its keys; the priority is the daemon's default for each.

import type { Category } from '@/generated/commands';

export interface Kind {
  category: Category;
  code: string; // event.code
  key: string; // what the cap says
  priority: 1 | 2 | 3 | 4;
}

export const KINDS: readonly Kind[] = [
  { category: 'fall', code: 'Digit1', key: '1', priority: 1 },
  { category: 'fire', code: 'Digit2', key: '2', priority: 1 },
  { category: 'violence', code: 'Digit3', key: '3', priority: 1 },
  { category: 'person_in_difficulty', code: 'Digit4', key: '4', priority: 2 },
  { category: 'fire_lane', code: 'Digit5', key: '5', priority: 2 },
  { category: 'intrusion', code: 'Digit6', key: '6', priority: 2 },
  { category: 'order', code: 'Digit7', key: '7', priority: 3 },
  { category: 'parking', code: 'Digit8', key: '8', priority: 3 },
  { category: 'dumping', code: 'Digit9', key: '9', priority: 3 },
  { category: 'facility', code: 'Digit0', key: '0', priority: 4 },
  { category: 'sos', code: 'KeyQ', key: 'Q', priority: 1 },
  { category: 'service', code: 'KeyW', key: 'W', priority: 4 },
  { category: 'other', code: 'KeyE', key: 'E', priority: 3 },
];

export function kindOfKey(code: string): Kind | undefined {
  return KINDS.find((k) => k.code === code || k.code === code.replace('Numpad', 'Digit'));
}
