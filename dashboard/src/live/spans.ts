// Which moment of the camera a time of the <video> stands for. A stream may begin anew (another generation, another
// slot), or leave something out; on the element's own time line what comes is put right behind what was there, so that
// time only goes on and has no holes, and this table leads back. Pure.

export interface Span {
  epochUs: number;
  /** Added to the stream's media time to get the element's: a SourceBuffer's timestampOffset. */
  offsetS: number;
  /** Where it begins on the element's time line. */
  fromS: number;
}

/** Half a picture at 60 a second: what lies between a presented time and the one that was written. */
const EPSILON_S = 0.004;
const MOST = 4096;

export class Spans {
  private readonly list: Span[] = [];

  get current(): Span | undefined {
    return this.list[this.list.length - 1];
  }

  /** Puts the picture of `atUs`, and all that follow it, at `atS` of the element. */
  lay(epochUs: number, atUs: number, atS: number): Span {
    const span = { epochUs, offsetS: atS - (atUs - epochUs) / 1e6, fromS: atS };
    this.list.push(span);
    if (this.list.length > MOST) this.list.shift();
    return span;
  }

  /** Where a picture stands that comes next. */
  timeOf(atUs: number): number {
    const span = this.current;
    return span ? (atUs - span.epochUs) / 1e6 + span.offsetS : 0;
  }

  /** When the camera showed what the element shows at this time; null: nothing that we gave it. */
  at(mediaS: number): number | null {
    for (let i = this.list.length - 1; i >= 0; i -= 1) {
      const span = this.list[i];
      if (mediaS >= span.fromS - EPSILON_S) return Math.round(span.epochUs + (mediaS - span.offsetS) * 1e6);
    }
    return null;
  }

  /** Forgets what ended before this time. */
  trim(beforeS: number): void {
    let gone = 0;
    while (gone + 1 < this.list.length && this.list[gone + 1].fromS <= beforeS) gone += 1;
    this.list.splice(0, gone);
  }

  clear(): void {
    this.list.length = 0;
  }
}
