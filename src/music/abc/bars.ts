import { add, compare, equal, type Fraction, ZERO } from './fraction.js';
import { barLength } from './meter.js';
import { soundingDurations } from './timing.js';
import type { BarLine, Meter, Place, Tune } from './tune.js';

/** The sign at an edge of a bar; `start` and `end` are those of the tune. */
export type Edge = 'start' | 'end' | 'volta' | BarLine;

/** The music between two bar lines or endings. Bars without notes or rests are left out. */
export interface Bar {
  /** Its elements are `body[first]` to `body[end - 1]`. */
  readonly first: number;
  readonly end: number;
  /** Length as played, in eighth notes. */
  readonly length: Fraction;
  /** The meter in force; null where it is free. */
  readonly meter: Meter | null;
  readonly place: Place;
  readonly before: Edge;
  readonly after: Edge;
}

/** The bars of a tune as written, with the sounding lengths of their notes in eighths. */
export function barsOfTune({ body, meter }: Pick<Tune, 'body' | 'meter'>): Bar[] {
  const durations = soundingDurations(body);
  const bars: Bar[] = [];
  let holding = meter;
  let before: Edge = 'start';
  let first = 0;
  let length = ZERO;
  const close = (end: number, after: Edge) => {
    const at = body.slice(first, end).findIndex((_, index) => durations[first + index]!.num > 0);
    if (at >= 0) {
      bars.push({ first, end, length, meter: holding, place: body[first + at]!.place, before, after });
    } else if (bars.length > 0 && after !== 'volta' && stronger(after, bars.at(-1)!.after)) {
      bars[bars.length - 1] = { ...bars.at(-1)!, after };
    }
    before = at >= 0 || stronger(after, before) ? after : before;
    first = end + 1;
    length = ZERO;
  };
  for (const [index, element] of body.entries()) {
    if (element.kind === 'bar') close(index, element.line);
    else if (element.kind === 'volta') close(index, 'volta');
    else if (element.kind === 'meter') holding = element.meter;
    else length = add(length, durations[index]!);
  }
  close(body.length, 'end');
  return bars;
}

/** Whether one of two adjacent signs has precedence: `:|` and `|:` mark the ends of parts. */
function stronger(sign: Edge, than: Edge): boolean {
  return than === '|' || (than === '||' && sign !== '|') || (sign === 'volta' && than === ':|');
}

export type Fill = 'full' | 'short' | 'long';

/** Whether a bar is as long as its meter. Every bar of a free meter is full. */
export function fillOf({ length, meter }: Bar): Fill {
  if (meter === null) return 'full';
  const order = compare(length, barLength(meter));
  return order === 0 ? 'full' : order < 0 ? 'short' : 'long';
}

/** Whether two consecutive bars make a full one: a pickup and the bar that it completes. */
export function complement(a: Bar, b: Bar): boolean {
  return a.meter !== null && equal(add(a.length, b.length), barLength(a.meter));
}

/** Whether a part may end (or begin) with this sign: a bar may be divided there. */
export function isPartEdge(edge: Edge): boolean {
  return edge !== '|';
}
