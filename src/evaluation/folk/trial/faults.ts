import { barLength } from '../../../music/abc/meter.js';
import { soundingDurations } from '../../../music/abc/timing.js';
import type { Tune } from '../../../music/abc/tune.js';

/**
 * A bar with its duration in eighths; exact, because everything that a grammar allows is whole quarters of an eighth between
 * tuplets.
 */
interface Bar {
  readonly eighths: number;
  readonly before: string;
  readonly after: string;
}

/** The bars of a tune with the signs on both sides: computed independently of the grammar, to test it. */
function timedBars(tune: Tune): Bar[] {
  const durations = soundingDurations(tune.body);
  const bars: Bar[] = [];
  let [num, den, before] = [0, 1, ''];
  let sounds = false;
  const end = (after: string) => {
    if (sounds) {
      bars.push({ eighths: num / den, before, after });
      before = after;
    } else before += ` ${after}`;
    [num, den, sounds] = [0, 1, false];
  };
  for (const [index, element] of tune.body.entries()) {
    if (element.kind === 'bar') end(element.line);
    else if (element.kind === 'volta') end(`${element.bar ? '|' : '['}${element.ending}`);
    else {
      const d = durations[index]!;
      [num, den] = [num * d.den + d.num * den, den * d.den];
      if (element.kind === 'note' || element.kind === 'rest' || element.kind === 'chord') sounds = true;
    }
  }
  if (sounds) bars.push({ eighths: num / den, before, after: '' });
  return bars;
}

/** The faults of a tune that should have this form, in words; empty if it has none. */
export function faults(tune: Tune, form: string, barsAPart: number): string[] {
  const found: string[] = [];
  const full = (8 * tune.meter!.num) / tune.meter!.den;
  if (barLength(tune.meter!).den !== 1 && full % 0.5 !== 0) found.push('odd meter');
  const bars = timedBars(tune);
  if (bars.length === 0) return ['no notes'];
  const pickup = bars[0]!.eighths < full - 1e-9 ? bars[0]!.eighths : 0;
  if (pickup > full / 2) found.push(`a pickup of ${pickup}`);
  const parts: Bar[][] = [];
  for (const [index, bar] of bars.entries()) {
    const begins = /\|\||\|:/.test(bar.before) || (bar.before.includes(':|') && !bar.before.includes('|2'));
    if (index === 0 || begins) parts.push([]);
    parts.at(-1)!.push(bar);
  }
  const letters = new Set(form).size;
  if (parts.length !== letters) found.push(`${parts.length} parts, not ${letters}`);
  for (const [index, part] of parts.entries()) {
    const name = `part ${index + 1}`;
    const fork = part.findIndex(({ before }) => before.includes('|1'));
    const second = part.findIndex(({ before }) => before.includes('|2'));
    if (fork >= 0 !== second >= 0) found.push(`${name}: one ending alone`);
    const sections =
      fork < 0 ? [part] : [part.slice(0, second), [...part.slice(0, fork), ...part.slice(second)]];
    for (const section of sections) {
      const lengths = section.map(({ eighths }) => eighths);
      const head = pickup > 0 ? lengths.shift()! : 0;
      if (Math.abs(head - pickup) > 1e-9)
        found.push(`${name}: begins with ${head}, not the pickup ${pickup}`);
      const last = lengths.pop();
      if (last === undefined) {
        found.push(`${name}: no bars`);
        continue;
      }
      if (Math.abs(last - (full - pickup)) > 1e-9) found.push(`${name}: last bar has ${last}`);
      if (lengths.some((length) => Math.abs(length - full) > 1e-9))
        found.push(`${name}: bars ${lengths.join(' ')}`);
      if (lengths.length + 1 !== barsAPart) found.push(`${name}: ${lengths.length + 1} bars`);
    }
  }
  const signs = tune.body.flatMap((element) => (element.kind === 'bar' ? [element.line] : []));
  let open = false;
  for (const sign of signs) {
    if (sign === '|:' && open) found.push('a repeat within a repeat');
    if (sign === '|:') open = true;
    if (sign === ':|' && !open) found.push('a repeat that did not begin');
    if (sign === ':|') open = false;
  }
  if (tune.body.at(-1)?.kind !== 'bar') found.push('no bar line at the end');
  for (const [index, element] of tune.body.entries()) {
    if (element.kind === 'key' || element.kind === 'meter') found.push(`a change of ${element.kind}`);
    if (element.kind !== 'note' || !element.tie) continue;
    const next = tune.body.slice(index + 1).find(({ kind }) => kind !== 'bar');
    if (next?.kind !== 'note' || next.pitch.step !== element.pitch.step)
      found.push('a tie that reaches no note');
  }
  return found;
}
