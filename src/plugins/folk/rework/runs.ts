import { soundingNotes } from '../../../music/abc/notes.js';
import { soundingDurations } from '../../../music/abc/timing.js';
import { folkCodec } from '../codec/index.js';

/** This many equal bars in a row sound like a fault to players. */
const RUN = 3;

/** The bars of `music` by their sound, so that `A>B` and `A3/2B/2` are equal; signs between bars are left out. */
export function barsAsHeard(header: readonly number[], music: readonly number[]): string[] {
  const bars: string[] = [];
  let from = 0;
  for (let at = 0; at <= music.length; at++) {
    const kind = at < music.length ? folkCodec.symbols[music[at]!]!.kind : 'end';
    if (kind !== 'bar' && kind !== 'volta' && kind !== 'end') continue;
    if (at > from) bars.push(asHeard(header, music.slice(from, at)));
    from = at + 1;
  }
  return bars;
}

function asHeard(header: readonly number[], bar: readonly number[]): string {
  const tune = folkCodec.decode([...header, ...bar]);
  const notes = soundingNotes(tune).map(
    ({ pitch, start, duration }) => `${pitch} ${start.num}/${start.den} ${duration.num}/${duration.den}`,
  );
  const lengths = soundingDurations(tune.body).flatMap(({ num, den }) => (num > 0 ? [`${num}/${den}`] : []));
  return `${notes.join(' ')}, ${lengths.join(' ')}`;
}

/** Whether `bars` play one bar three times in a row where `original`, the same places of the given tune, does not. */
export function saysAgain(bars: readonly string[], original: readonly string[]): boolean {
  const runs = (said: readonly string[], at: number) =>
    said.slice(at, at + RUN).every((bar) => bar === said[at]);
  return bars.some((_, at) => at + RUN <= bars.length && runs(bars, at) && !runs(original, at));
}
