// Rows of tour_look as the center keeps them: one page, one person, one moment.

export interface Look {
  page: number;
  userId: number;
  name: string;
  atUs: number;
  lookedUs: number;
  seen: number[];
  unseen: number[];
}

const ids = (value: unknown): number[] => (Array.isArray(value) ? value.filter((v): v is number => typeof v === 'number') : []);

export const looksOf = (rows: readonly Record<string, unknown>[]): Look[] =>
  rows
    .map((r) => ({ page: Number(r.page), userId: Number(r.user_id), name: String(r.name ?? ''), atUs: Number(r.at_us), lookedUs: Number(r.looked_us), seen: ids(r.seen), unseen: ids(r.unseen) }))
    .sort((a, b) => a.page - b.page);
