import { ContinuoError } from '../../../errors.js';
import { editHeader } from '../../../music/abc/edit-bars.js';
import { writeAbc } from '../../../music/abc/write.js';
import type { ComposerModel } from '../../../plugin/composer.js';
import { NoveltyIndex, SHORTEST_RUN, type SharedRun } from '../codec/novelty-index.js';
import { melodyOf } from '../codec/novelty-melody.js';
import type { Composed, MadeTune } from './tunes.js';

/** A tune and the longest run that it shares with a training tune; null if shorter than the minimum run. */
interface JudgedTune extends MadeTune {
  readonly sharedRun: SharedRun | null;
}

/** In the model folder. */
const FILE = 'novelty.bin';
/** Bytes: room for a hundred times the training tunes of the bundled model. */
const MOST_BYTES = 256 * 2 ** 20;

/** Loads the novelty index of a model; null if it has none. Throws MODEL_BROKEN, FILE_READ. */
export async function loadNovelty(model: Pick<ComposerModel, 'file'>): Promise<NoveltyIndex | null> {
  const bytes = await model.file(FILE, MOST_BYTES);
  return bytes && new NoveltyIndex(bytes);
}

/** For a tune based on a given one, checks only the new music: the user knows where the rest comes from. */
function sharedBy({ tune, fresh }: Composed, index: NoveltyIndex): SharedRun | null {
  return (fresh ?? [tune])
    .map((music) => index.longestRun(melodyOf(music)))
    .reduce((longest, run) => ((run?.notes ?? 0) > (longest?.notes ?? 0) ? run : longest), null);
}

/** Adds an `N:` line to the tune that reports the shared run. */
export function judged(made: MadeTune, index: NoveltyIndex): JudgedTune {
  const sharedRun = sharedBy(made, index);
  const text = sharedText({ ...made, sharedRun });
  if (made.edited) return { ...made, abc: editHeader(made.abc, [`N:${text}`]), sharedRun };
  const tune = { ...made.tune, fields: [...made.tune.fields, { letter: 'N', text }] };
  return { ...made, tune, abc: writeAbc(tune), sharedRun };
}

/** The text of the `N:` line. */
export function sharedText({ fresh, sharedRun }: Pick<JudgedTune, 'fresh' | 'sharedRun'>): string {
  const run = sharedRun
    ? `${sharedRun.notes} notes, "${sharedRun.title}" (${sharedRun.book})`
    : `fewer than ${SHORTEST_RUN} notes`;
  return `longest run${fresh ? ' of the new bars' : ''} shared with a training tune: ${run}`;
}

/** The longest run, in notes, that `--novel` allows: as given, else the 95th percentile of held-out tunes. */
export function mostShared(said: number | undefined, index: NoveltyIndex | null): number {
  if (!index) {
    throw new ContinuoError(
      'NOVELTY_UNKNOWN',
      `The model has no ${FILE}, so nobody knows what it has learnt from.`,
      'The bundled model has one, and what continuo train makes of it; continuo dataset novelty makes one.',
    );
  }
  return said ?? index.heldOut?.p95 ?? SHORTEST_RUN;
}

/** The most consecutive rejections. */
const MOST_REFUSED = 100;

/**
 * A filter that accepts tunes which share at most `most` consecutive notes with a training tune. It throws TUNE_COPIES at the
 * hundredth rejection in a row, so that drawing until a tune is accepted terminates.
 */
export function novelty(index: NoveltyIndex, most: number): (made: Composed) => boolean {
  let refused = 0;
  return (made) => {
    if ((sharedBy(made, index)?.notes ?? 0) <= most) {
      refused = 0;
      return true;
    }
    if (++refused < MOST_REFUSED) return false;
    throw new ContinuoError(
      'TUNE_COPIES',
      `Each of ${MOST_REFUSED} tunes that were drawn shares more than ${most} notes in a row with a training tune.`,
      'Raise --temperature, ask for another --key or --type, or begin with another tune. Or allow more with --most-shared NOTES.',
    );
  };
}
