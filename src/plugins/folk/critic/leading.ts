import type { ReadBar, Reading } from './reading.js';
import { mean, share } from './shares.js';

const OCTAVE = 12;

/** Features of melodic direction, and of wide leaps within bars. */
export function leadingFeatures({ parts }: Reading) {
  const all = parts.map(({ bars }) => bars.map(pitchesOf));
  const within = parts.flatMap(({ bars }) => bars.map((bar) => ({ bar, steps: stepsOf(pitchesOf(bar)) })));
  const steps = within.flatMap(({ steps }) => steps);
  return {
    features: {
      wideLeapsWithin: share(steps.map((step) => Math.abs(step) >= OCTAVE)),
      leapToClose: mean(all.map((bars) => Math.max(0, ...stepsOf(bars.slice(-2).flat()).map(Math.abs)))),
      directness: mean(all.flatMap((bars) => bars.map((bar, index) => directness(bar, bars[index + 1])))),
    },
    places: {
      wideLeapsWithin: within.flatMap(({ bar, steps }) =>
        steps.some((step) => Math.abs(step) > OCTAVE) ? [bar.number] : [],
      ),
    },
  };
}

function pitchesOf({ notes }: ReadBar): number[] {
  return notes.map(({ pitch }) => pitch);
}

function stepsOf(pitches: readonly number[]): number[] {
  return pitches.slice(1).map((pitch, index) => pitch - pitches[index]!);
}

/** Net movement up to the next bar's first note, divided by the sum of all intervals on the way. */
function directness(bar: readonly number[], next: readonly number[] | undefined): number {
  const pitches = [...bar, ...(next?.slice(0, 1) ?? [])];
  const way = stepsOf(pitches).reduce((sum, step) => sum + Math.abs(step), 0);
  return way === 0 ? 0 : Math.abs(pitches.at(-1)! - pitches[0]!) / way;
}
