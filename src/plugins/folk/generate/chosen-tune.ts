import { ContinuoError } from '../../../errors.js';
import { type ReadTune, readAbc } from '../../../music/abc/read.js';

/**
 * The tune with this X: number in an ABC text; by default the first. Throws OPTION_VALUE if there is no such tune, and what
 * `readAbc` throws.
 */
export function chosenTune(text: string, number?: string): ReadTune {
  const tunes = readAbc(text);
  const chosen = number === undefined ? tunes[0] : tunes.find((tune) => tune.number === number);
  if (chosen) return chosen;
  const numbers = tunes.slice(0, 10).map((tune) => `X:${tune.number}`);
  throw new ContinuoError(
    'OPTION_VALUE',
    `There is no tune X:${number!.slice(0, 20)} among ${tunes.length === 1 ? 'one tune' : `${tunes.length} tunes`}: ${numbers.join(', ')}${tunes.length > numbers.length ? ', …' : ''}.`,
    'Give a number that stands after X:.',
  );
}
