import { OTHERS, PITCHES, SIGNS, UNITS_AN_EIGHTH } from './grammar-tokens.js';
import type { LivePage } from './live-page.js';
import { BAR, DURATIONS, OPENS, TRIPLET, TRIPLET_UNITS } from './live-writer.js';

/** What has begun and not ended: a player's note, not yet written, or the model's note or rest. */
export type Begun = 'player' | 'model' | null;

/** Which tokens may come next in a live stream: those that keep bars complete and the model within its turn. */
export class LiveMask {
  constructor(private readonly page: LivePage) {}

  /** Sets `mask` (token) to 0 for each token that may not come next. */
  forbid(mask: Uint8Array, begun: Begun): void {
    const notes = this.#noteMay(begun);
    for (const { token, step, accidental } of PITCHES)
      if (mask[token] !== 0 && !(notes && this.page.rules.may(step, accidental))) mask[token] = 0;
    for (const token of OTHERS) if (mask[token] !== 0 && !this.may(token, begun)) mask[token] = 0;
  }

  may(token: number, begun: Begun): boolean {
    const { state, left, turnLeft, rules } = this.page;
    const sign = SIGNS[token]!;
    switch (sign.kind) {
      case 'pitch':
        return this.#noteMay(begun) && rules.may(sign.step, sign.accidental);
      case 'rest':
        return this.#noteMay(begun) && this.#turnLeftAfter(begun) > 0;
      case 'duration':
        if (begun !== 'model' || state.triplet !== null) return false;
        return DURATIONS.get(sign.length) === token && sign.length <= Math.min(left, turnLeft);
      case 'tuplet':
        return (
          token === TRIPLET && Math.min(this.#leftAfter(begun), this.#turnLeftAfter(begun)) >= TRIPLET_UNITS
        );
      case 'bar':
        return this.#barMay(token, begun);
      default:
        return false;
    }
  }

  #noteMay(begun: Begun): boolean {
    const { triplet } = this.page.state;
    return (triplet !== null && triplet < 3) || this.#leftAfter(begun) > 0;
  }

  /** Whether a bar line may come. Parts begin and end at bar lines or, in a tune with a pickup, where the pickup begins. */
  #barMay(token: number, begun: Begun): boolean {
    const { state, blank } = this.page;
    const { bar, pickup } = state.tune;
    const after = this.#leftAfter(begun);
    if (token === OPENS) {
      const begins = pickup === 0 ? after === bar : after === pickup && (blank || state.sign === 'ends');
      return begun === null && state.sign !== 'begins' && begins;
    }
    if (state.due || (begun !== null && after === 0)) return token === BAR || pickup === 0;
    return token !== BAR && after === pickup && !blank && state.sign === null;
  }

  /** Units left in the bar if what has begun ends as written; -1 if nothing may end or begin here. */
  #leftAfter(begun: Begun): number {
    const { state, left, turnLeft } = this.page;
    const lasts = this.#lasts(begun);
    return state.due || lasts < 0 || lasts > turnLeft ? -1 : left - lasts;
  }

  /**
   * Units left in the model's turn if what has begun ends as written. At the end of the turn one more note is allowed,
   * because an eighth note ends only with the next token; that note is then discarded. Nothing else may begin there.
   */
  #turnLeftAfter(begun: Begun): number {
    return this.page.turnLeft - this.#lasts(begun);
  }

  /**
   * Duration, in units, of what has begun, as written: an eighth or a triplet; 0 if nothing has begun, -1 if it cannot
   * end here.
   */
  #lasts(begun: Begun): number {
    const { triplet } = this.page.state;
    if (begun === 'player') return -1;
    if (triplet !== null) return triplet === 3 ? TRIPLET_UNITS : -1;
    return begun === null ? 0 : UNITS_AN_EIGHTH;
  }
}
