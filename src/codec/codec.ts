import type { GivenPulse } from '../music/beats/tracker.js';
import type { Note, Performance, PerformanceEvent } from '../music/note.js';
import type { Pitch, Seconds, Velocity } from '../music/units.js';
import type { PerformanceSymbol } from './performance/alphabet.js';
import type { Vocabulary } from './vocabulary.js';

/**
 * Translates between music and tokens. A codec is immutable; a {@link TokenStream} holds the position in a piece.
 *
 * @example
 * const stream = codec.stream(0);
 * stream.feed({ type: 'noteOn', time: 0.5, pitch: 60, velocity: 80 });
 * const tokens = stream.advance(1); // what happened until 1 s
 */
export interface Codec {
  /** Permanent name, e.g. `performance-388`. */
  readonly id: string;
  readonly vocabulary: Vocabulary;
  /** The token that a network is fed before anything else. */
  readonly startToken: number;
  /**
   * A token in musical words, where {@link Vocabulary.describe} gives a notation (ABC): what people are shown, under the same terms.
   * Read it by {@link tokenWords}.
   */
  words?(token: number): string;
  /** Makes an empty stream whose head is at `time`. Its start token counts as fed. */
  stream(time: Seconds, options?: StreamOptions): TokenStream;
}

/** A stream that counts time in steps (of 10 ms). */
export interface StepStream extends TokenStream {
  readonly recent: RecentPlay;
  forgetModelOnsets(): void;
  /** Writes a note of the model that was played in the tokens of another codec: no pedal holds it. Returns tokens as `feed` does. */
  writeModelEvent(event: Exclude<PerformanceEvent, { type: 'pedal' }>): number[];
}

/** A codec that also encodes and decodes whole performances, for files and training. */
export interface PerformanceCodec extends Codec {
  stream(time: Seconds, options?: StreamOptions): StepStream;
  /** The meaning of each token. (token) */
  readonly symbols: readonly PerformanceSymbol[];
  /** Encodes a performance, without the start token. */
  encode(performance: Performance): EncodedPiece;
  /** Decodes tokens. Total: any sequence of tokens gives legal music. Notes are sorted by (start, pitch). Throws TOKEN_RANGE. */
  decode(tokens: ArrayLike<number>): Note[];
}

/** The tokens of a piece, and what the codec had to change. */
export interface EncodedPiece {
  readonly tokens: number[];
  /** Number of notes outside the codec's range, which were moved into it by octaves. */
  readonly folded: number;
  /** Number of notes that began in one step with another of the same pitch; the louder velocity was kept. */
  readonly merged: number;
}

export interface StreamOptions {
  /**
   * Silence is written up to this bound (default 1 s), since a network that is fed a minute of rests goes on resting. While
   * something sounds, time is written up to ten times as long, so that held chords keep their length and a stuck key does no harm.
   */
  readonly silenceBound?: Seconds;
}

/** Values of a plugin's parameters by id. */
export type StreamParams = Readonly<Record<string, number | string | boolean | null>>;

/** The beats of a stream that has a pulse. */
export interface Pulse {
  /** A moment in session time, to which `at` belongs. */
  readonly time: Seconds;
  /** Beats of the bar that have passed at `time`; not always a whole number. */
  readonly at: number;
  /** Length of a beat. */
  readonly beat: Seconds;
  /** Beats a bar, a whole number. */
  readonly bar: number;
}

/** The kind of a model's turn: it answers a phrase, plays along with the player, or plays alone. */
export type TurnKind = 'answer' | 'along' | 'alone';

/** A stream's answer to the beginning of a turn. */
export interface TurnStart {
  /** Tokens to feed before the first one is sampled. */
  readonly tokens: readonly number[];
  /** The end of a bar or phrase near the wanted end, beyond which nothing of the turn sounds. null: the stream names no end. */
  readonly end: Seconds | null;
}

/**
 * An event that a token decodes to. `part`: id of the instrument, for a plugin that has several; a note-off without it ends the last note
 * of its pitch.
 */
export type StreamEvent = PerformanceEvent & { readonly part?: string };

/** Who plays a note. */
export type Voice = 'player' | 'model';

/**
 * A token stream that player and model write together: the player's events are encoded (`feed`), the network's tokens are decoded
 * (`accept`). Both move the same head and share one set of open notes. Times are session times.
 */
export interface TokenStream {
  /** Session time at the head of the stream. */
  readonly head: Seconds;
  /** The beats at the head, for streams that have a pulse. */
  readonly pulse?: Pulse;
  /**
   * Encodes an event of the player. Times never go back; an earlier one counts as that of the last event. Returns the tokens that
   * are final: events of the current step are held back, since they are sorted before they are written. A note of the model
   * whose key the player strikes ends there and is the player's from then on: it leaves `openNotes('model')`.
   */
  feed(event: PerformanceEvent): number[];
  /**
   * Writes what is held back, and the time until `time` (whole steps, up to the bound on silence). A note that began and ended
   * within one step lasts a step, so the head may be a step after `time`.
   */
  advance(time: Seconds): number[];
  /** Moves the session time of the head forward to `time` without a token, as if no time had passed. */
  seek(time: Seconds): void;
  /** Sets the plugin's parameters; called once before anything else. For streams that depend on them. */
  setParams?(params: StreamParams): void;
  /**
   * Sets the beats that were tapped or clocked, or that another member of the band hears (`heard`), from `time` on; null: none any longer.
   * For streams that follow beats.
   */
  setPulse?(pulse: GivenPulse | null, time: Seconds): void;
  /**
   * The beats that the stream itself hears in what the player does, not those that it was told; null: none that are sure. It changes with
   * `feed` alone. In a band, the first member that hears beats shares them with the others.
   */
  readonly heardPulse?: GivenPulse | null;
  /** Begins a turn of the model that should last until `end` (null: until somebody stops it). For streams that may have a pulse. */
  beginTurn?(end: Seconds | null, kind: TurnKind): TurnStart;
  /** Moves the end of the current turn. Returns what {@link TurnStart.end} would be; undefined where the turn has no pulse. */
  setTurnEnd?(end: Seconds | null): Seconds | null | undefined;
  /** The end of the current turn with the present parameters, in a stream that named one when the turn began. */
  readonly turnEnd?: Seconds | null;
  /**
   * Decodes a token that the network sampled, and returns its events, at the head before or after it. A token that is illegal here
   * has no events. Throws TOKEN_RANGE where the vocabulary has no such token.
   */
  accept(token: number): StreamEvent[];
  /** Ends the model's open notes at the head. Returns the tokens, to be fed to the network, and the events. */
  release(): { tokens: number[]; events: PerformanceEvent[] };
  /** Writes 0 into `mask` (token) for illegal tokens: the off of a note that the model does not hold, the on of one that sounds. */
  forbid(mask: Uint8Array): void;
  /** Pitches of the open notes of a voice, ascending. */
  openNotes(voice: Voice): number[];
  /** How long the model's note of `pitch` has sounded at the head; 0 where it has none. */
  soundingTime(pitch: Pitch): Seconds;
  /** The recent playing of both voices, in a stream that tracks it. */
  readonly recent?: RecentPlay | undefined;
  /** Empties the history of the model's onsets, {@link RecentPlay.modelOnsets}. */
  forgetModelOnsets?(): void;
  /** Length of the model's last note of `pitch`, if it ended less than a second ago; else 0. */
  lastLength(pitch: Pitch): Seconds;
  snapshot(): StreamSnapshot;
  restore(snapshot: StreamSnapshot): void;
}

/** Statistics of how a voice plays. */
export interface PlayingStyle {
  /** Notes a second. */
  readonly density: number;
  /** Mean velocity. */
  readonly velocity: number;
  /** Mean length of the notes that have ended; null where they are too few. */
  readonly length: Seconds | null;
}

/** The recent playing of both voices. Immutable. */
export interface RecentPlay {
  /** The model's onsets of the last {@link RECENT_SPAN} seconds, in order; the same array until the next onset. */
  readonly modelOnsets: readonly Onset[];
  /** The player's style, weighted to the last half minute of playing, rests left out; null before there is enough of it. */
  readonly playerStyle: PlayingStyle | null;
  /** The model's style, weighted to its last seconds; null before there is enough of it. */
  readonly modelStyle?: PlayingStyle | null;
  /** Time from the last onset of either voice to the head. */
  readonly silence: Seconds;
  /** Time of the head, on the clock of the onsets. */
  readonly now: Seconds;
}

/** How far {@link RecentPlay.modelOnsets} reaches back. */
export const RECENT_SPAN: Seconds = 20;

/** An onset. Its time is that of the stream, in which long silences are shortened. */
export interface Onset {
  readonly time: Seconds;
  readonly pitch: Pitch;
  readonly velocity: Velocity;
}

/** The state of a stream: opaque and immutable. */
export type StreamSnapshot = { readonly __stream: never };

/** A token in musical words, e.g. `C4 on, velocity 61-64`. Throws TOKEN_RANGE. */
export function tokenWords(codec: Pick<Codec, 'vocabulary' | 'words'>, token: number): string {
  return codec.words?.(token) ?? codec.vocabulary.describe(token);
}
