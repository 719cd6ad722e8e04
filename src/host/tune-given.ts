import { ContinuoError } from '../errors.js';
import { writeAbc } from '../music/abc/write.js';
import { tuneOf } from './generate-tune.js';
import { barredTune } from './rework-bars.js';

/** The beginning of a tune, up to the end of a bar, as ABC. Throws OPTION_VALUE where it has no such bar, and as {@link barredTune}. */
export function upToBar(abc: string, number: number): string {
  const { tune, tokens, bars } = barredTune(abc);
  const bar = bars.find((bar) => bar.number === number);
  if (!bar) {
    const last = Math.max(...bars.map((bar) => bar.number));
    throw new ContinuoError('OPTION_VALUE', `The tune has bars 1 to ${last}, and no bar ${number}.`);
  }
  const { key, titles, type, tempo } = tune;
  return writeAbc(
    tuneOf(
      tokens.slice(0, bar.to),
      { key, octave: 0 },
      {
        titles,
        ...(type === undefined ? {} : { type }),
        ...(tempo === undefined ? {} : { tempo }),
      },
    ),
  );
}
