import { ContinuoError } from '../../../errors.js';
import { editHeader } from '../../../music/abc/edit-bars.js';
import { writeAbc } from '../../../music/abc/write.js';
import type { ComposerModel } from '../../../plugin/composer.js';
import { NoveltyIndex, SHORTEST_RUN, type SharedRun } from '../codec/novelty-index.js';
import { melodyOf } from '../codec/novelty-melody.js';
import type { Composed, MadeTune } from './tunes.js';

/** A tune, and what it shares with the tunes that its network has learnt from; null where that is less than a run. */
interface JudgedTune extends MadeTune {
  readonly sharedRun: SharedRun | null;
}

/** Beside the weights. */
const FILE = 'novelty.bin';
/** Bytes: an index of a hundred times as many tunes as the bundled model has learnt. */
const MOST_BYTES = 256 * 2 ** 20;

/** The index of a model; null where it has none. Throws MODEL_BROKEN, FILE_READ. */
export async function loadNovelty(model: Pick<ComposerModel, 'file'>): Promise<NoveltyIndex | null> {
  const bytes = await model.file(FILE, MOST_BYTES);
  return bytes && new NoveltyIndex(bytes);
}

/** Of a tune that was given, what is new alone: who gave it knows where it is from. */
function sharedBy({ tune, fresh }: Composed, index: NoveltyIndex): SharedRun | null {
  return (fresh ?? [tune])
    .map((music) => index.longestRun(melodyOf(music)))
    .reduce((longest, run) => ((run?.notes ?? 0) > (longest?.notes ?? 0) ? run : longest), null);
}

/** Says in the tune itself, in an `N:` line, what it shares. */
export function judged(made: MadeTune, index: NoveltyIndex): JudgedTune {
  const sharedRun = sharedBy(made, index);
  const text = sharedText({ ...made, sharedRun });
  if (made.edited) return { ...made, abc: editHeader(made.abc, [`N:${text}`]), sharedRun };
  const tune = { ...made.tune, fields: [...made.tune.fields, { letter: 'N', text }] };
  return { ...made, tune, abc: writeAbc(tune), sharedRun };
}

/** What the `N:` line says. */
export function sharedText({ fresh, sharedRun }: Pick<JudgedTune, 'fresh' | 'sharedRun'>): string {
  const run = sharedRun
    ? `${sharedRun.notes} notes, "${sharedRun.title}" (${sharedRun.book})`
    : `fewer than ${SHORTEST_RUN} notes`;
  return `longest run${fresh ? ' of the new bars' : ''} shared with a training tune: ${run}`;
}

/** Notes in a row that `--novel` lets a tune share: what is said, else what nineteen in twenty held-out tunes stay within. */
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

/** Refused in a row at most. */
const MOST_REFUSED = 100;

/**
 * Whether a tune shares no more than `most` notes in a row with a training tune. The hundredth in a row that shares more
 * throws TUNE_COPIES: whoever draws until one is novel comes to an end.
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
