import { ContinuoError } from '../../errors.js';
import { uniform } from '../../model/random.js';
import { estimateKey } from '../../music/key.js';
import type { Note } from '../../music/note.js';
import type { Seconds } from '../../music/units.js';
import { excerpt } from './excerpts.js';
import { measureSpan, type WindowValues } from './windows.js';

/** A phrase with fewer notes gives too little to answer. */
const FEWEST_NOTES = 4;

/**
 * Takes `count` consecutive phrases of `seconds` each from a random place in a piece, which wraps around at its end. Seeded by
 * (seed, run). Throws DATASET_EMPTY if no phrase of the piece has enough notes.
 */
export function takePhrases(
  notes: readonly Note[],
  options: { readonly count: number; readonly seconds: Seconds; readonly seed: number; readonly run: number },
): (readonly Note[])[] {
  const { count, seconds, seed, run } = options;
  const all = Array.from({ length: Math.floor((notes.at(-1)?.start ?? 0) / seconds) }, (_, index) =>
    excerpt(notes, seconds * index, seconds),
  ).filter(({ length }) => length >= FEWEST_NOTES);
  if (all.length === 0) {
    throw new ContinuoError(
      'DATASET_EMPTY',
      `Expected a held-out piece with phrases of ${seconds} s and ${FEWEST_NOTES} notes, but it has none.`,
      'Ask for other phrases with --prompt, or name other pieces of the corpus "valid" in its splits.csv.',
    );
  }
  const first = Math.floor(uniform(seed, run, 0) * all.length);
  return Array.from({ length: count }, (_, index) => {
    const phrase = all[(first + index) % all.length]!;
    // Drops the silence before the first note.
    return phrase.map((note) => ({
      ...note,
      start: note.start - phrase[0]!.start,
      end: note.end - phrase[0]!.start,
    }));
  });
}

/** Measures a reply to `phrase`, or, without one, the phrase itself; the key is that of the phrase. */
export function measureExchange(
  phrase: readonly Note[],
  reply?: { readonly notes: readonly Note[]; readonly seconds: Seconds },
): WindowValues {
  const key = estimateKey(phrase);
  if (reply) return measureSpan(reply.notes, 0, reply.seconds, key);
  return measureSpan(
    phrase,
    0,
    phrase.reduce((end, note) => Math.max(end, note.end), 0),
    key,
  );
}

/** Notes of a piece repeated up to `seconds`. */
export function looped(notes: readonly Note[], seconds: Seconds): Note[] {
  const length = notes.reduce((end, note) => Math.max(end, note.end), 0) + 1;
  const times = length > 1 ? Math.ceil(seconds / length) : 0;
  return Array.from({ length: times }, (_, time) =>
    notes.map((note) => ({ ...note, start: note.start + time * length, end: note.end + time * length })),
  )
    .flat()
    .filter(({ start }) => start < seconds);
}
