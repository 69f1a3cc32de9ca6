// Rows of one query, page after page. A page of the center may be short while more is to come, and some filters are
// matched here, so one step asks on until it has enough, or has asked often enough for one press.

import { shallowRef } from 'vue';
import type { Page } from '@/feed/http';
import { Refusal } from '@/feed/refusal';
import { fits, type Filters, type Row } from './model';

const ENOUGH = 50;
const MOST_ASKS = 8;
export const MOST_ROWS = 5_000;

export type Ask = (noun: string, query: Record<string, string | number | undefined>, signal: AbortSignal) => Promise<Page<Row>>;

export class Pager {
  readonly rows = shallowRef<readonly Row[]>([]);
  readonly busy = shallowRef(false);
  /** Another page may be there. */
  readonly more = shallowRef(false);
  readonly failed = shallowRef<Refusal | null>(null);
  /** How many rows the center answered; those that did not fit are not listed. */
  readonly looked = shallowRef(0);
  private cursor: string | null = null;
  private filters: Filters | null = null;
  private query: Record<string, string | number | undefined> = {};
  private stop = new AbortController();

  constructor(private readonly ask: Ask) {}

  /** Begins anew. `keep` leaves the old rows until the new ones are there, for a quiet refresh. */
  async start(filters: Filters, query: Record<string, string | number | undefined>, keep = false): Promise<void> {
    this.stop.abort();
    this.stop = new AbortController();
    this.filters = filters;
    this.query = query;
    this.cursor = null;
    if (!keep) {
      this.rows.value = [];
      this.looked.value = 0;
    }
    await this.run(true);
  }

  async next(): Promise<void> {
    if (this.more.value && !this.busy.value) await this.run(false);
  }

  private async run(fresh: boolean): Promise<void> {
    const { filters, query, stop } = this;
    if (!filters) return;
    this.busy.value = true;
    this.failed.value = null;
    const got: Row[] = [];
    let looked = 0;
    try {
      let asks = 0;
      do {
        const page = await this.ask(filters.noun, { ...query, limit: ENOUGH, cursor: this.cursor ?? undefined }, stop.signal);
        looked += page.rows.length;
        got.push(...page.rows.filter((r) => fits(filters, r)));
        this.cursor = page.next ?? null;
        asks += 1;
      } while (this.cursor !== null && got.length < ENOUGH && asks < MOST_ASKS);
      if (stop.signal.aborted) return;
      this.rows.value = (fresh ? got : [...this.rows.value, ...got]).slice(0, MOST_ROWS);
      this.looked.value = fresh ? looked : this.looked.value + looked;
      this.more.value = this.cursor !== null && this.rows.value.length < MOST_ROWS;
    } catch (error) {
      if (stop.signal.aborted) return;
      if (!(error instanceof Refusal)) throw error;
      this.failed.value = error;
    } finally {
      if (!stop.signal.aborted) this.busy.value = false;
    }
  }
}
