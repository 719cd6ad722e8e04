import { checkTune } from '../../../music/abc/check.js';
import { keyText } from '../../../music/abc/key.js';
import { meterText } from '../../../music/abc/meter.js';
import { readAbc } from '../../../music/abc/read.js';
import type { Tune } from '../../../music/abc/tune.js';
import type { Asked } from '../../../plugins/folk/generate/tunes.js';
import { parsedByAbcjs } from './abcjs.js';
import { faults } from './faults.js';

/** The judges of a tune's text. abc2midi is run separately because it may not be installed. */
export const JUDGES = {
  check: 'continuo abc check finds nothing',
  abcjsWarnings: 'abcjs gives no warning',
  abcjsBars: 'abcjs hears every bar full',
  header: 'type, key and meter are those asked for',
  form: 'form and bars are those asked for, repeats balanced',
} as const;
export type Judge = keyof typeof JUDGES;

/** The faults that each judge finds, in words; empty if none. */
export type Verdict = Readonly<Record<Judge, readonly string[]>>;

/** Judges a tune by its text alone, parsed again: only what a reader gets counts. */
export function judgeTune(abc: string, { request, rules }: Asked): Verdict {
  const [read] = readAbc(abc);
  const tune = read?.tune;
  if (!tune) {
    const reason = [read?.refusal?.reason ?? 'no tune'];
    return { check: reason, header: reason, form: reason, ...heard(abc, null) };
  }
  const { errors, warnings } = checkTune(tune);
  return {
    check: [...errors, ...read.warnings, ...warnings].map(({ reason }) => reason),
    header: headerFaults(tune, rules),
    form: faults(tune, request.form, request.bars),
    ...heard(abc, tune),
  };
}

function headerFaults(tune: Tune, { type, meter, modes, place }: Asked['rules']): string[] {
  const wrong = (what: string, got: string, wanted: string) =>
    got === wanted ? [] : [`${what} ${got}, not ${wanted}`];
  return [
    ...wrong('type', tune.type ?? 'none', type?.replaceAll('-', ' ') ?? 'none'),
    ...(meter ? wrong('meter', meterText(tune.meter), meterText(meter)) : []),
    ...wrong('key', keyText(tune.key), modes.map((mode) => keyText(place(mode).key)).join(' or ')),
  ];
}

/** Whether each bar is full, or complements a pickup, by the durations that abcjs finds. */
function heard(abc: string, tune: Tune | null): Pick<Verdict, 'abcjsWarnings' | 'abcjsBars'> {
  const { warnings, bars } = parsedByAbcjs(abc);
  if (!tune?.meter) return { abcjsWarnings: warnings, abcjsBars: ['no meter'] };
  const full = tune.meter.num / tune.meter.den;
  const same = (a: number, b: number) => Math.abs(a - b) < 1e-6;
  const first = bars[0]?.duration ?? 0;
  const pickup = first < full && !same(first, full) ? first : 0;
  const odd = bars.filter(
    ({ duration }) => ![full, pickup, full - pickup].some((length) => same(duration, length)),
  );
  return {
    abcjsWarnings: warnings,
    abcjsBars:
      bars.length === 0 ? ['no bars'] : odd.map(({ duration }) => `a bar of ${duration}, not ${full}`),
  };
}
