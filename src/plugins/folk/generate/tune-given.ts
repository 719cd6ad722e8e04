import { ContinuoError } from '../../../errors.js';
import { textUpTo } from '../../../music/abc/edit-bars.js';
import { readAbc } from '../../../music/abc/read.js';
import { writeAbc } from '../../../music/abc/write.js';
import { folkCodec } from '../codec/index.js';
import { barredTune } from '../rework/bars.js';
import { tuneOf } from './tune.js';

/**
 * The beginning of a tune up to the end of a bar, as ABC. Throws OPTION_VALUE if there is no such bar, and what {@link
 * barredTune} throws.
 */
export function upToBar(abc: string, number: number, which?: string): string {
  const { tune, source, tokens, bars } = barredTune(abc, which);
  const bar = bars.find((bar) => bar.number === number);
  if (!bar) {
    const last = Math.max(...bars.map((bar) => bar.number));
    throw new ContinuoError('OPTION_VALUE', `The tune has bars 1 to ${last}, and no bar ${number}.`);
  }
  const text = textUpTo(source, bars.length, bars.indexOf(bar));
  if (text !== undefined && sameTokens(text, tokens.slice(0, bar.to))) return `${text}\n`;
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

/** Whether a text parses to these tokens; cutting at a multi-bar rest may include too much. */
function sameTokens(text: string, tokens: readonly number[]): boolean {
  const { tune } = readAbc(text)[0]!;
  const read = tune && folkCodec.encode(tune).tokens;
  return read !== undefined && read.filter((token) => token !== folkCodec.endToken).join() === tokens.join();
}
