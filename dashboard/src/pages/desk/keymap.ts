// All keys of the desk, for the list under "?" and the bar at the foot. What they do is in Page.vue.

export interface KeyLine {
  caps: string[];
  text: string; // desk.key.<text>
  bar?: boolean;
}

export const KEY_GROUPS: { name: string; keys: KeyLine[] }[] = [
  {
    name: 'queue',
    keys: [
      { caps: ['J', 'K'], text: 'step', bar: true },
      { caps: ['↓', '↑'], text: 'step_arrows' },
      { caps: ['Home'], text: 'home', bar: true },
      { caps: ['Space'], text: 'ack', bar: true },
      { caps: ['D'], text: 'dispatch', bar: true },
      { caps: ['1', '–', '4'], text: 'candidate', bar: true },
      { caps: ['Z'], text: 'recall', bar: true },
      { caps: ['X'], text: 'dispose', bar: true },
    ],
  },
  {
    name: 'unit',
    keys: [
      { caps: ['T'], text: 'accept', bar: true },
      { caps: ['Y'], text: 'en_route', bar: true },
      { caps: ['U'], text: 'arrive', bar: true },
      { caps: ['I'], text: 'close_request', bar: true },
      { caps: ['O'], text: 'close', bar: true },
      { caps: ['P'], text: 'rework' },
      { caps: ['B'], text: 'checkin', bar: true },
    ],
  },
  {
    name: 'look',
    keys: [
      { caps: ['V'], text: 'camera', bar: true },
      { caps: [',', '.'], text: 'clip_step' },
      { caps: ['\\'], text: 'clip_replay' },
      { caps: ['F'], text: 'clip_save' },
      { caps: ['L'], text: 'wall' },
      { caps: ['W'], text: 'look_back' },
      { caps: ['E'], text: 'camera_page' },
      { caps: ['N'], text: 'incident', bar: true },
      { caps: ['G'], text: 'map' },
      { caps: ['H'], text: 'handover' },
      { caps: ['Ctrl', 'K'], text: 'search' },
      { caps: ['?'], text: 'keys' },
      { caps: ['Esc'], text: 'back' },
    ],
  },
];

export const BAR: readonly KeyLine[] = KEY_GROUPS.flatMap((g) => g.keys).filter((k) => k.bar);
