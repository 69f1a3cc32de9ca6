// Why something did not happen, in a sentence a person can act on, in both languages.

export interface RefusalBody {
  code: string;
  sentence_zh?: string;
  sentence_en?: string;
  retry_after_ms?: number;
  object?: unknown;
}

/** Codes that this side makes; all others are the daemon's. */
const OWN: Record<string, [zh: string, en: string]> = {
  no_link: ['与中心断链，没有办成。链路恢复后再试，或用电台、电话。', 'No link to the center: not done. Try again when it is back, or use radio or telephone.'],
  unanswered: ['中心没有回答，不知道办成没有。先看当前状态，再决定是否重做。', 'The center did not answer: it may or may not be done. Look at the state before you do it again.'],
  not_json: ['中心的回答看不懂，请告知管理员。', 'The center answered something unreadable: tell the administrator.'],
};

export class Refusal extends Error {
  readonly code: string;
  readonly zh: string;
  readonly en: string;
  readonly retryAfterMs: number | null;
  /** With `changed`: the object as it is now. */
  readonly object: unknown;

  constructor(body: RefusalBody) {
    const own = OWN[body.code];
    const zh = body.sentence_zh || own?.[0] || body.code;
    super(zh);
    this.name = 'Refusal';
    this.code = body.code;
    this.zh = zh;
    this.en = body.sentence_en || own?.[1] || body.code;
    this.retryAfterMs = body.retry_after_ms ?? null;
    this.object = body.object ?? null;
  }

  sentence(locale: string): string {
    return locale.startsWith('zh') ? this.zh : this.en;
  }
}

/** Anything thrown, as a Refusal: what is not one is a fault of this page and is passed on. */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  throw error;
}
