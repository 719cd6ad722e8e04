import { type Bar, barsOfTune, complement, fillOf, isPartEdge } from './bars.js';
import type { Fraction } from './fraction.js';
import { barLength, meterText } from './meter.js';
import { wayOf } from './navigation.js';
import { partOrder, partsOf } from './parts.js';
import { playedOrder, playedVoices, timesOf } from './played.js';
import { soundingDurations } from './timing.js';
import type { Place, Tune, TuneElement } from './tune.js';

/** A finding at a place in a tune. */
export interface Finding {
  readonly place: Place;
  readonly reason: string;
}

export interface Findings {
  /** Bars that do not fit their meter, and repeats that do not close. */
  readonly errors: readonly Finding[];
  /** Bars at the ends of parts that do not complete each other. */
  readonly warnings: readonly Finding[];
}

/**
 * Checks the bar lengths and repeat signs of each voice, and the order of the parts. Findings are in the order of the
 * text.
 */
export function checkTune(tune: Tune): Findings {
  const errors: Finding[] = [];
  const warnings: Finding[] = [...checkParts(tune), ...checkTimes(tune)];
  // An overlay (&) has the length and bar lines of the bar that it lies over.
  const voices = tune.voices?.filter(({ layer }) => layer === 0) ?? [tune];
  for (const [index, voice] of voices.entries()) {
    const bars = checkBars(barsOfTune(voice));
    // Repeat signs are often written in the first voice alone.
    errors.push(...bars.errors, ...(index === 0 ? checkRepeats(voice.body) : []));
    warnings.push(...bars.warnings);
  }
  warnings.push(...checkLengths(tune));
  const inOrder = (a: Finding, b: Finding) => order(a.place, b.place);
  return { errors: errors.sort(inOrder), warnings: warnings.sort(inOrder) };
}

/** Warns where the header's P: is no order of parts, or names parts that no P: in the music begins. */
function checkParts({ parts, body }: Tune): Finding[] {
  if (parts === undefined) return [];
  const place = body[0]!.place;
  const asked = partOrder(parts);
  const said = `P:${parts.slice(0, 30)}`;
  if (!asked) return [{ place, reason: `${said} is no order of parts; played as it is written` }];
  const named = new Set(partsOf(body).map(({ name }) => name));
  const missing = [...new Set(asked)].filter((name) => !named.has(name));
  if (missing.length === 0) return [];
  const all = missing.length === new Set(asked).size;
  const what = all ? 'played as it is written' : `${missing.join(', ')} left out`;
  return [{ place, reason: `${said} asks for parts that no P: in the music names; ${what}` }];
}

/** Warns of endings that are played less often than their numbers say, because no repeat sign leads back to them. */
function checkTimes({ body, parts }: Tune): Finding[] {
  if (parts !== undefined || wayOf(body)) return [];
  const played = new Map<number, number>();
  for (const index of playedOrder(body)) played.set(index, (played.get(index) ?? 0) + 1);
  return body.flatMap((element, index): Finding[] => {
    if (element.kind !== 'volta') return [];
    const [said, times] = [timesOf(element.ending).length, played.get(index) ?? 0];
    if (times >= said) return [];
    const often = ['never', 'once', 'twice'][times] ?? `${times} times`;
    const reason = `ending ${element.ending} is played ${often}: no repeat sign (:|) leads to it again`;
    return [{ place: element.place, reason }];
  });
}

/** Warns of voices whose played length differs from that of the first voice. */
function checkLengths(tune: Tune): Finding[] {
  const orders = playedVoices(tune);
  const lengths = (tune.voices ?? []).map(({ body }, at) => {
    const durations = soundingDurations(body).map(({ num, den }) => num / den);
    return orders[at]!.reduce((sum, index) => sum + durations[index]!, 0);
  });
  return (tune.voices ?? []).flatMap(({ id, place }, at) =>
    Math.abs(lengths[at]! - lengths[0]!) < 1e-6
      ? []
      : [{ place, reason: `voice ${id.slice(0, 20)} is not as long as the first when both are played` }],
  );
}

function order(a: Place, b: Place): number {
  return a.line - b.line || a.column - b.column;
}

function checkBars(bars: readonly Bar[]): Findings {
  const errors: Finding[] = [];
  const warnings: Finding[] = [];
  const completed = new Set(jointsOf(bars).flatMap(([a, b]) => (complement(a, b) ? [a, b] : [])));
  for (const bar of bars) {
    const fill = fillOf(bar);
    if (fill === 'full') continue;
    const divided = isPartEdge(bar.before) || isPartEdge(bar.after);
    if (fill === 'long' || !divided) errors.push({ place: bar.place, reason: lengthReason(bar) });
    else if (!completed.has(bar) && !isLonePickup(bar, bars)) {
      const reason = `${lengthReason(bar)}; no bar before or after completes it`;
      warnings.push({ place: bar.place, reason });
    }
  }
  return { errors, warnings };
}

/** The first bar of a tune is a pickup even where the last bar is full, as in many tunes. */
function isLonePickup(bar: Bar, bars: readonly Bar[]): boolean {
  return bar === bars[0];
}

/** Bars that are played one after the other: neighbours, and the two sides of a repeat, an ending or the whole tune. */
function jointsOf(bars: readonly Bar[]): [Bar, Bar][] {
  const joints: [Bar, Bar][] = [];
  let part = bars[0];
  let repeat = bars[0];
  /** The bar before the first ending, which every ending of the part follows. */
  let fork: Bar | undefined;
  for (const [index, bar] of bars.entries()) {
    const last = bars[index - 1];
    if (last) joints.push([last, bar]);
    if (bar.before === 'volta') {
      if (last?.after !== ':|') fork = last;
      else if (fork) joints.push([fork, bar]);
    } else if (bar.before !== '|') {
      part = bar;
      if (bar.before !== '||') repeat = bar;
    }
    if (bar.after !== '|') joints.push([bar, part!], [bar, repeat!]);
    if (index === bars.length - 1) joints.push([bar, bars[0]!]);
  }
  return joints;
}

function lengthReason({ length, meter }: Bar): string {
  return `a bar of ${eighths(length)} in ${meterText(meter)}, which has ${eighths(barLength(meter!))}`;
}

function eighths({ num, den }: Fraction): string {
  const whole = Math.floor(num / den);
  const rest = num % den;
  const text = rest === 0 ? `${whole}` : whole === 0 ? `${rest}/${den}` : `${whole} ${rest}/${den}`;
  return `${text} ${num <= den ? 'eighth' : 'eighths'}`;
}

function checkRepeats(body: readonly TuneElement[]): Finding[] {
  const errors: Finding[] = [];
  let open: Place | undefined;
  /** A first ending that no `:|` has closed yet. */
  let ending: Place | undefined;
  let endings = 0;
  const unclosed = (place: Place) =>
    errors.push({ place, reason: 'a repeat that begins (|:) and never ends (:|)' });
  for (const element of body) {
    const { place } = element;
    if (element.kind === 'volta') {
      const first = element.ending.startsWith('1');
      if (!first && endings === 0)
        errors.push({ place, reason: `ending ${element.ending} without a first ending` });
      if (ending) errors.push({ place: ending, reason: 'a first ending that no repeat sign (:|) closes' });
      ending = first ? place : undefined;
      endings++;
    } else if (element.kind === 'bar' && element.line === '|:') {
      if (open) unclosed(open);
      open = place;
      endings = 0;
    } else if (element.kind === 'bar' && element.line === ':|') {
      open = undefined;
      ending = undefined;
    }
  }
  if (open) unclosed(open);
  if (ending) errors.push({ place: ending, reason: 'a first ending that no repeat sign (:|) closes' });
  return errors;
}
