import type { PerformanceCodec } from '../../codec/codec.js';
import { ContinuoError } from '../../errors.js';
import { uniform } from '../../model/random.js';
import type { Note } from '../../music/note.js';
import type { Seconds } from '../../music/units.js';
import type { DatasetPiece } from '../../training/dataset/read-dataset.js';

/** A place in a piece: what was played up to it, and what its player played next. */
export interface Excerpt {
  /** Which piece: its index in the list that it was taken from, and its path in the corpus. */
  readonly piece: number;
  readonly path: string;
  /** Where in the piece the prompt begins. */
  readonly at: Seconds;
  /** Times from the prompt's beginning; nothing sounds on at its end. */
  readonly prompt: readonly Note[];
  /** Where the last note of the prompt ends: the continuation begins here. */
  readonly end: Seconds;
  /** What really followed: times from `end`, cut at the continuation's end. */
  readonly followed: readonly Note[];
}

export interface ExcerptOptions {
  readonly count: number;
  readonly seed: number;
  /** How long the prompt is, and what follows it. */
  readonly promptSeconds: Seconds;
  readonly seconds: Seconds;
}

/** A prompt with fewer notes says too little of key and pulse to be measured against. */
const FEWEST_NOTES = 8;
/** Random places that are tried for a prompt with notes enough. */
const TRIES = 20;

/**
 * `count` places, each at random in the next piece of the list, so that all pieces are heard equally often. Seeded: the
 * same pieces and options give the same places, whichever codec the pieces are written in. Throws DATASET_EMPTY where
 * fewer than two pieces are long enough, since another piece's continuation is what distances are compared with.
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
  // No note begins between the prompt's last end and its cut, so nothing of what followed is missed.
  return { prompt, end, followed: excerpt(notes, at + end, seconds) };
}

/** The notes that begin in the `seconds` from `from` on, in times from there; those that last longer are cut. */
export function excerpt(notes: readonly Note[], from: Seconds, seconds: Seconds): Note[] {
  return notes
    .filter(({ start }) => start >= from && start < from + seconds)
    .map((note) => ({ ...note, start: note.start - from, end: Math.min(note.end - from, seconds) }))
    .filter(({ start, end }) => end > start);
}
