import type { PerformanceCodec } from '../../codec/codec.js';
import { ContinuoError } from '../../errors.js';
import { uniform } from '../../model/random.js';
import type { Note } from '../../music/note.js';
import type { Seconds } from '../../music/units.js';
import type { DatasetPiece } from '../../training/dataset/read-dataset.js';

/** A place in a piece: a prompt, and the true continuation. */
export interface Excerpt {
  /** Index of the piece in the source list, and its path in the corpus. */
  readonly piece: number;
  readonly path: string;
  /** Start of the prompt in the piece. */
  readonly at: Seconds;
  /** Notes with times from the prompt's start; none sounds beyond its end. */
  readonly prompt: readonly Note[];
  /** End of the prompt's last note, where the continuation begins. */
  readonly end: Seconds;
  /** The true continuation: times from `end`, cut at the continuation's end. */
  readonly followed: readonly Note[];
}

export interface ExcerptOptions {
  readonly count: number;
  readonly seed: number;
  /** Length of the prompt, and of the continuation. */
  readonly promptSeconds: Seconds;
  readonly seconds: Seconds;
}

/** A prompt with fewer notes gives too little information on key and pulse. */
const FEWEST_NOTES = 8;
/** Random places tried to find a prompt with enough notes. */
const TRIES = 20;

/**
 * Takes `count` random places, from each piece in turn, so that all pieces occur equally often. Seeded: the same pieces and
 * options give the same places, whichever codec the pieces are encoded in. Throws DATASET_EMPTY if fewer than two pieces are
 * long enough, since distances are compared with another piece's continuation.
 */
export function takeExcerpts(
  codec: PerformanceCodec,
  pieces: readonly DatasetPiece[],
  options: ExcerptOptions,
): Excerpt[] {
  const { count, seed, promptSeconds, seconds } = options;
  const played = pieces
    .map(({ path, tokens }, piece) => {
      const notes = codec.decode(tokens.subarray(1));
      return { piece, path, notes, latest: (notes.at(-1)?.start ?? 0) - promptSeconds - seconds };
    })
    .filter(({ latest }) => latest >= 0);
  if (played.length < 2) {
    throw new ContinuoError(
      'DATASET_EMPTY',
      `Expected two held-out pieces of ${promptSeconds + seconds} s at least, but there ${played.length === 1 ? 'is one' : 'is none'}.`,
      'Ask for shorter prompts and continuations, or name more of the corpus "valid" in its splits.csv.',
    );
  }
  return Array.from({ length: count }, (_, index) => {
    const { piece, path, notes, latest } = played[index % played.length]!;
    let excerpt: Excerpt | undefined;
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const at = Math.round(uniform(seed, index, attempt) * latest * 100) / 100;
      excerpt = { piece, path, at, ...split(notes, at, promptSeconds, seconds) };
      if (excerpt.prompt.length >= FEWEST_NOTES) break;
    }
    return excerpt!;
  });
}

function split(
  notes: readonly Note[],
  at: Seconds,
  promptSeconds: Seconds,
  seconds: Seconds,
): Pick<Excerpt, 'prompt' | 'end' | 'followed'> {
  const prompt = excerpt(notes, at, promptSeconds);
  const end = prompt.reduce((latest, note) => Math.max(latest, note.end), 0);
  // No note begins between the prompt's last note end and its cut, so the continuation misses nothing.
  return { prompt, end, followed: excerpt(notes, at + end, seconds) };
}

/** The notes that begin within `seconds` from `from` on, with times from there; longer ones are cut. */
export function excerpt(notes: readonly Note[], from: Seconds, seconds: Seconds): Note[] {
  return notes
    .filter(({ start }) => start >= from && start < from + seconds)
    .map((note) => ({ ...note, start: note.start - from, end: Math.min(note.end - from, seconds) }))
    .filter(({ start, end }) => end > start);
}
