import type { PerformanceCodec } from '../../codec/codec.js';
import type { Note } from '../../music/note.js';
import type { Seconds } from '../../music/units.js';
import { continuePerformance } from '../../performer/continuation.js';
import { answerPhrases, playAlone, playAlong } from '../../performer/offline-session.js';
import type { DatasetPiece } from '../../training/dataset/read-dataset.js';
import { type Excerpt, excerpt, takeExcerpts } from './excerpts.js';
import { A_MINUTE, EXCHANGES, type MeasuredRun, measurePiece } from './long.js';
import { looped, measureExchange, takePhrases } from './phrases.js';
import type { PlayRun } from './play-runs.js';
import { measureWindows } from './windows.js';

/** The tasks for long playing. */
export const COURSES = ['continue', 'answer', 'duet', 'solo'] as const;
export type CourseName = (typeof COURSES)[number];

export interface CourseOptions {
  readonly count: number;
  readonly seeds: number;
  readonly seed: number;
  /** How long a model listens before it continues, and the length of each phrase that it answers. */
  readonly promptSeconds: Seconds;
  readonly seconds: Seconds;
  readonly exchanges: number;
}

/** A task with its runs, and the human music to compare them with. */
export interface Course {
  readonly play: PlayRun<MeasuredRun>;
  readonly people: readonly MeasuredRun[];
  /** How people continued from the same places; null if models start from no place. */
  readonly followed: readonly MeasuredRun[] | null;
  /** Windows, or exchanges, that are summarised together. */
  readonly stretch: number;
}

/** The first seconds of the player's part in a duet, from which the key is estimated. */
const OPENING: Seconds = 20;

/** Sets up a task. Throws DATASET_EMPTY. */
export function courseOf(
  name: CourseName,
  codec: PerformanceCodec,
  pieces: readonly DatasetPiece[],
  options: CourseOptions,
): Course {
  const played = pieces.map(({ tokens }) => codec.decode(tokens.subarray(1)));
  const { seconds } = options;
  const whole = { people: played.map((notes) => measurePiece(notes)), followed: null, stretch: A_MINUTE };
  switch (name) {
    case 'continue':
      return { ...whole, ...goingOn(takePlaces(codec, pieces, options), played, seconds) };
    case 'answer':
      return answering(played, options);
    case 'duet':
      return { ...whole, play: duet(played, seconds) };
    case 'solo':
      return {
        ...whole,
        play: (performer, _, { params, progress }) =>
          measureWindows(playAlone(performer, seconds, { params, progress }), seconds),
      };
  }
}

/** Places from which to continue for minutes. They may lie anywhere, because pieces are shorter than that. */
function takePlaces(
  codec: PerformanceCodec,
  pieces: readonly DatasetPiece[],
  { count, seed, promptSeconds }: CourseOptions,
): Excerpt[] {
  return takeExcerpts(codec, pieces, { count, seed, promptSeconds, seconds: 0 });
}

function goingOn(
  places: readonly Excerpt[],
  played: readonly (readonly Note[])[],
  seconds: Seconds,
): Pick<Course, 'play' | 'followed'> {
  return {
    followed: places.map(({ piece, at, end, prompt }) =>
      measurePiece(excerpt(played[piece]!, at + end, Number.POSITIVE_INFINITY), prompt),
    ),
    play(performer, index, { params, progress }) {
      const { prompt, end } = places[index % places.length]!;
      const notes = continuePerformance(
        performer,
        { notes: prompt, pedal: [] },
        { seconds, params, progress },
      );
      return measureWindows(excerpt(notes, end, seconds), seconds, prompt);
    },
  };
}

/** The replies are compared with the phrases that they answer. */
function answering(
  played: readonly (readonly Note[])[],
  { count, exchanges, promptSeconds, seed }: CourseOptions,
): Course {
  const phrases = Array.from({ length: count }, (_, run) =>
    takePhrases(played[run % played.length]!, { count: exchanges, seconds: promptSeconds, seed, run }),
  );
  return {
    ...{ followed: null, stretch: EXCHANGES },
    people: phrases.map((of) => of.map((phrase) => measureExchange(phrase))),
    play(performer, index, { params, progress }) {
      const of = phrases[index % count]!;
      return answerPhrases(performer, of, { params, progress }).map((reply, at) =>
        measureExchange(of[at]!, reply),
      );
    },
  };
}

/** The player repeats a piece for the whole duet. */
function duet(played: readonly (readonly Note[])[], seconds: Seconds): Course['play'] {
  return (performer, index, { params, progress }) => {
    const player = looped(played[index % played.length]!, seconds);
    const notes = playAlong(performer, player, seconds, { params, progress });
    return measureWindows(
      notes,
      seconds,
      player.filter(({ start }) => start < OPENING),
    );
  };
}
