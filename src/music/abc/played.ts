import { type Way, wayOf } from './navigation.js';
import { partOrder, partsOf } from './parts.js';
import { isTimed } from './signs.js';
import type { Tune, TuneElement } from './tune.js';

/** Bound on the number of times that a repeat is played. */
const MOST_TIMES = 16;
/** Bound on the elements of one performance, with repeats played. */
const MOST_PLAYED = 500_000;

/**
 * Indices of a body's elements in playing order, with repeats and endings expanded. A repeat goes back to `|:`, to the
 * end of the last repeat, or to the beginning; the last ending lasts to its `:|` or double bar line. Where `parts` (the
 * header's P:) names parts of the music, they are played in that order, each with its own repeats. Otherwise D.C. or D.S.
 * goes back once, after the repeats before it; from then on no repeat is taken, each part has its last ending, and the
 * music ends at the fine or continues at the coda.
 */
export function playedOrder(body: readonly TuneElement[], { parts }: Pick<Tune, 'parts'> = {}): number[] {
  const order = parts === undefined ? undefined : partOrder(parts);
  const named = order ? partsOf(body) : [];
  if (order?.some((name) => named.some((part) => part.name === name))) {
    const intro = named.filter(({ name }) => name === '');
    return [...intro, ...order.flatMap((name) => named.find((part) => part.name === name) ?? [])]
      .flatMap(({ first, end }) => new Performance(body, first, end).order)
      .slice(0, MOST_PLAYED);
  }
  const way = wayOf(body);
  return new Performance(body, 0, body.length, way).order;
}

/** Plays a range of a tune with its repeats. */
class Performance {
  readonly order: number[] = [];
  /** Where the current repeat begins, and which time it is being played. */
  #from: number;
  #time = 1;
  /** How often the current repeat is played in all. */
  #total: number;
  #wentBack = false;
  #index: number;

  constructor(
    readonly body: readonly TuneElement[],
    first: number,
    readonly end: number,
    readonly way?: Way,
  ) {
    this.#from = first;
    this.#total = this.#timesFrom(first);
    for (this.#index = first; this.#index < end; this.#index++) if (!this.#play(this.#index)) break;
  }

  /** Plays one element. Returns false where the music ends. */
  #play(index: number): boolean {
    const element = this.body[index]!;
    if (element.kind === 'volta' && !this.#hasEnding(element.ending)) {
      this.#skip(index);
      return true;
    }
    this.order.push(index);
    if (this.order.length >= MOST_PLAYED) return false;
    if (element.kind === 'bar') {
      if (element.line === ':|' && (this.#repeat() || this.#passOthers(index))) return true;
      if (element.line !== '|' && (element.line !== '||' || this.#isLastEnding(index)))
        this.#begin(index + 1);
    }
    return this.#follow(index);
  }

  #begin(index: number): void {
    this.#from = index;
    this.#time = 1;
    this.#total = this.#timesFrom(index);
    if (this.#wentBack) this.#time = this.#total;
  }

  /** Goes back to the beginning of the repeat, unless it has been played often enough. */
  #repeat(): boolean {
    if (this.#time >= this.#total || this.#wentBack) return false;
    this.#time++;
    this.#index = this.#from - 1;
    return true;
  }

  /** Follows D.C., D.S., fine and coda. Returns false where the music ends. */
  #follow(index: number): boolean {
    if (!this.way) return true;
    const { jump, back, fine, leave, coda } = this.way;
    if (!this.#wentBack) {
      if (index !== jump) return true;
      this.#wentBack = true;
      this.#index = back - 1;
      this.#begin(back);
      return true;
    }
    if (index === fine) return false;
    if (index === leave) {
      this.#index = coda! - 1;
      this.#begin(coda!);
    }
    return true;
  }

  /**
   * Whether an ending is played this time. The first time plays every ending that it reaches, so endings without a `:|`
   * between them follow one another.
   */
  #hasEnding(ending: string): boolean {
    return this.#time === 1 || timesOf(ending).includes(this.#time);
  }

  /** Skips an ending that is not played this time. */
  #skip(index: number): void {
    const last = endOfEnding(this.body, index, this.end);
    this.#index = last;
    if (this.#endingsFrom(last + 1).length > 0) return;
    // A time without an ending of its own goes back at once.
    if (
      this.#endingsFrom(this.#from)
        .flatMap(timesOf)
        .some((time) => time > this.#time) &&
      this.#repeat()
    )
      return;
    this.#begin(last + 1);
  }

  /** Where the last time has an ending with others written after it (`1,3` before `2`), continues after those. */
  #passOthers(index: number): boolean {
    const voltas = this.#voltasFrom(this.#from);
    const other = voltas.findLast((at) => at > index);
    if (other === undefined || !voltas.some((at) => at < index)) return false;
    const close = this.body.findIndex(
      (element, at) => at > other && element.kind === 'bar' && element.line !== '|',
    );
    this.#index = close < 0 || close >= this.end ? this.end - 1 : close;
    this.#begin(this.#index + 1);
    return true;
  }

  /** Whether the sign at `index` ends the last ending, and so the part. */
  #isLastEnding(index: number): boolean {
    for (let at = index - 1; at >= this.#from; at--) {
      const element = this.body[at]!;
      if (element.kind === 'volta')
        return timesOf(element.ending).includes(this.#total) && this.#time === this.#total;
    }
    return false;
  }

  /** How often the music from `from` on is played, if a `:|` ends it. */
  #timesFrom(from: number): number {
    let times = Math.max(2, ...this.#endingsFrom(from).flatMap(timesOf));
    const before = this.body[from - 1];
    if (before?.kind === 'bar' && before.line === '|:') times = Math.max(times, before.times ?? 2);
    for (let at = from; at < this.end; at++) {
      const element = this.body[at]!;
      if (element.kind !== 'bar' || element.line === '|' || element.line === '||') continue;
      if (element.line === ':|') times = Math.max(times, element.times ?? 2);
      break;
    }
    return Math.min(times, MOST_TIMES);
  }

  /**
   * Indices of the part's endings from here on. The part ends at a `|:`, at a repeat with no ending after it, at another
   * bar line than `|` after an ending, or at an ending number that has occurred.
   */
  #voltasFrom(from: number): number[] {
    const voltas: number[] = [];
    const seen = new Set<number>();
    for (let at = from; at < this.end; at++) {
      const element = this.body[at]!;
      if (element.kind === 'bar' && element.line !== '|') {
        const over = element.line === '|:' || (element.line === ':|' ? !this.#forks(at) : voltas.length > 0);
        if (over) break;
      }
      if (element.kind !== 'volta') continue;
      const times = timesOf(element.ending);
      if (times.some((time) => seen.has(time))) break;
      for (const time of times) seen.add(time);
      voltas.push(at);
    }
    return voltas;
  }

  #endingsFrom(from: number): string[] {
    return this.#voltasFrom(from).flatMap((at) => {
      const element = this.body[at]!;
      return element.kind === 'volta' ? element.ending : [];
    });
  }

  /** Whether another ending begins directly after a sign. */
  #forks(index: number): boolean {
    for (let at = index + 1; at < this.end; at++) {
      const element = this.body[at]!;
      if (element.kind === 'volta') return true;
      if (isTimed(element) || element.kind === 'bar') return false;
    }
    return false;
  }
}

/** Expands the numbers of an ending: `1,3` is 1 and 3, `1-3` is 1 to 3. */
export function timesOf(ending: string): number[] {
  return ending.split(',').flatMap((part) => {
    const [first, last] = part.split('-').map(Number);
    const count = Math.min(MOST_TIMES, (last ?? first!) - first! + 1);
    return Array.from({ length: Math.max(0, count) || 0 }, (_, more) => first! + more);
  });
}

/** Index of the last element of the ending that begins at `index`: its `:|`, or the element before the next ending. */
function endOfEnding(body: readonly TuneElement[], index: number, end: number): number {
  for (let at = index + 1; at < end; at++) {
    const element = body[at]!;
    if (element.kind === 'bar' && element.line === ':|') return at;
    if (element.kind === 'volta') return at - 1;
  }
  return end - 1;
}

/**
 * Indices of each voice's elements in playing order ({@link playedOrder}). (voice, element) The first voice has its own
 * order. Another voice with as many bars follows it bar by bar, since repeats and signs are often written in one voice
 * only; one with a different number of bars is played in its own order.
 */
export function playedVoices(tune: Pick<Tune, 'body' | 'voices' | 'parts'>): number[][] {
  const first = playedOrder(tune.body, tune);
  const bars = barNumbers(tune.body);
  const count = bars.at(-1) ?? 0;
  return (tune.voices ?? [{ body: tune.body }]).map(({ body }) => {
    if (body === tune.body) return first;
    const own = barNumbers(body);
    if (own.at(-1) !== count) return playedOrder(body, tune);
    const inBar: number[][] = Array.from({ length: count + 1 }, () => []);
    for (const [index, bar] of own.entries()) inBar[bar]!.push(index);
    const timed = first.filter((index) => isTimed(tune.body[index]));
    return [0, ...barsPlayed(timed, bars)].flatMap((bar) => inBar[bar]!);
  });
}

/** The number of the bar of each element, from 0 before the first note. A bar line belongs to the bar that it ends. */
function barNumbers(body: readonly TuneElement[]): number[] {
  let bar = 0;
  let sounds = false;
  return body.map((element) => {
    if (isTimed(element)) {
      if (!sounds) bar++;
      sounds = true;
    } else if (element.kind === 'bar' || element.kind === 'volta') sounds = false;
    return bar;
  });
}

/** The numbers of the bars in playing order. */
function barsPlayed(order: readonly number[], bars: readonly number[]): number[] {
  const played: number[] = [];
  for (const [at, index] of order.entries()) {
    const goesOn = at > 0 && order[at - 1]! < index && played.at(-1) === bars[index];
    if (!goesOn) played.push(bars[index]!);
  }
  return played;
}
