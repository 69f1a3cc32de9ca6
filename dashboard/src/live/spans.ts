// Which moment of the camera a time of the <video> stands for. A stream may begin anew (another generation, another
// slot) and its media time with it; on the element's own time line each beginning is put behind what was there, so
// that time only goes on, and this table leads back. Pure.

export interface Span {
  epochUs: number;
  /** Added to the stream's media time to get the element's; null until its first picture came. */
  offsetS: number | null;
  /** Where it begins on the element's time line. */
  fromS: number;
}

/** Half a picture at 60 a second: what lies between a presented time and the one that was written. */
const EPSILON_S = 0.004;
const MOST = 64;

export class Spans {
  private list: Span[] = [];

  get current(): Span | undefined {
    return this.list[this.list.length - 1];
  }

  /** A stream begins anew. Its place is known with its first picture. */
  begin(epochUs: number): Span {
    const span = { epochUs, offsetS: null, fromS: Infinity };
    this.list.push(span);
    if (this.list.length > MOST) this.list.shift();
    return span;
  }

  /** Puts a span's first picture at `atS` of the element; returns the offset for the SourceBuffer. */
  place(span: Span, firstAtUs: number, atS: number): number {
    span.offsetS = atS - (firstAtUs - span.epochUs) / 1e6;
    span.fromS = atS;
    return span.offsetS;
  }

  /** Where a picture of a span stands on the element's time line. */
  timeOf(span: Span, atUs: number): number {
    return (atUs - span.epochUs) / 1e6 + (span.offsetS ?? 0);
  }

  /** When the camera showed what the element shows at this time; null: nothing that we gave it. */
  at(mediaS: number): number | null {
    for (let i = this.list.length - 1; i >= 0; i -= 1) {
      const span = this.list[i];
      if (span.offsetS !== null && mediaS >= span.fromS - EPSILON_S) return Math.round(span.epochUs + (mediaS - span.offsetS) * 1e6);
    }
    return null;
  }

  /** Forgets what ended before this time. */
  trim(beforeS: number): void {
    while (this.list.length > 1 && this.list[1].offsetS !== null && this.list[1].fromS <= beforeS) this.list.shift();
  }

  clear(): void {
    this.list = [];
  }
}
