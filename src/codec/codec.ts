import type { GivenPulse } from '../music/beats/tracker.js';
import type { Note, Performance, PerformanceEvent } from '../music/note.js';
import type { Pitch, Seconds, Velocity } from '../music/units.js';
import type { PerformanceSymbol } from './performance/alphabet.js';
import type { Vocabulary } from './vocabulary.js';

/** Music <-> tokens. A codec is immutable; what moves is a {@link TokenStream}. */
export interface Codec {
  /** Permanent name, e.g. `performance-388`. */
  readonly id: string;
  readonly vocabulary: Vocabulary;
  /** The token that a stream starts with (and that a network is fed before anything else). */
  readonly startToken: number;
  /** A fresh stream whose head stands at `time`. Its start token counts as fed already. */
  stream(time: Seconds, options?: StreamOptions): TokenStream;
}

/** A stream that counts in steps of time. */
export interface StepStream extends TokenStream {
  readonly recent: RecentPlay;
  forgetModelOnsets(): void;
  /** Writes what the model played in other tokens: nobody's keys, and no pedal holds it. */
  writeModelEvent(event: Exclude<PerformanceEvent, { type: 'pedal' }>): number[];
}

/** A codec of whole pieces, for files and training. */
export interface PerformanceCodec extends Codec {
  stream(time: Seconds, options?: StreamOptions): StepStream;
  /** What each token says. (token) */
  readonly symbols: readonly PerformanceSymbol[];
  /** Tokens of a piece, without the start token. */
  encode(performance: Performance): EncodedPiece;
  /** Total: any token sequence gives legal music. Notes are sorted by (start, pitch). */
  decode(tokens: ArrayLike<number>): Note[];
}

export interface EncodedPiece {
  readonly tokens: number[];
  /** Notes outside the codec's range, moved into it by octaves. */
  readonly folded: number;
  /** Notes that began with another of the same pitch in one step; the louder velocity was kept. */
  readonly merged: number;
}

export interface StreamOptions {
  /**
   * Silence is fed up to this bound (default 1 s): a minute of rests would teach the state to rest. While something
   * sounds, time is fed up to ten times as long, so that held chords keep their length and a stuck key does no harm.
   */
  readonly silenceBound?: Seconds;
}

/** Values of a plugin's parameters, by id, for streams that depend on them. */
export type StreamParams = Readonly<Record<string, number | string | boolean | null>>;

/** Beats, as a stream with a pulse counts them. */
export interface Pulse {
  /** A moment of session time. */
  readonly time: Seconds;
  /** Beats of its bar that have passed there; not always a whole number. */
  readonly at: number;
  /** How long a beat lasts. */
  readonly beat: Seconds;
  /** Beats a bar, a whole number. */
  readonly bar: number;
}

/** How a turn of the model's comes about: the player has ended, plays on beside it, or has played nothing. */
export type TurnKind = 'answer' | 'along' | 'alone';

/** What a stream says of a turn that begins. */
export interface TurnStart {
  /** To be fed before anything is sampled. */
  readonly tokens: readonly number[];
  /** Where near the wanted end a bar, or a phrase, ends: nothing of the turn sounds beyond. null: it ends where it was wanted to, or not by itself. */
  readonly end: Seconds | null;
}

/** What a token makes happen. `part`: the id of the voice that a note is of, in a plugin that has several. */
export type StreamEvent = PerformanceEvent & { readonly part?: string };

/** Who put a note into the stream. */
export type Voice = 'player' | 'model';

/**
 * One token stream written by two voices in turn: what the player does is fed, what the network samples is accepted.
 * Both move the same head, the same velocity, the same set of open notes. Times are session times.
 */
export interface TokenStream {
  /** Session time at the head of the stream. */
  readonly head: Seconds;
  /** How the beats lie at the head, in a stream that has a pulse. */
  readonly pulse?: Pulse;
  /**
   * Takes a player's event (times never go back; an earlier one counts as now). Returns the tokens that are now certain:
   * the current step is held back, since its events are sorted before they are written. A note of the model that the
   * player strikes again ends there and is the player's from then on: it leaves `open('model')`.
   */
  feed(event: PerformanceEvent): number[];
  /**
   * Writes what is held back, and the time elapsed until `time` (whole steps, up to the bound on silence). A note that
   * began and ended within the step lasts one, so that the head may come to stand a step after `time`.
   */
  advance(time: Seconds): number[];
  /** Moves the head's session time forward without a token: what follows is played from `time` on, as if no time had passed. */
  seek(time: Seconds): void;
  /** The user's parameters, from now on; called once before anything else. For streams that depend on them. */
  setParams?(params: StreamParams): void;
  /** Somebody says where the beats lie from `time` on; null: nobody does any longer. For streams that follow beats. */
  setPulse?(pulse: GivenPulse | null, time: Seconds): void;
  /** The model's turn begins, and should last until `end` (null: until somebody stops it). For streams that have a pulse, or may have one. */
  beginTurn?(end: Seconds | null, kind: TurnKind): TurnStart;
  /** The turn that is under way should last until `end` from now on; as {@link TurnStart.end}. undefined: it has no pulse. */
  setTurnEnd?(end: Seconds | null): Seconds | null | undefined;
  /** Where the model's turn ends as the parameters are now, in a stream that said so when it began. */
  readonly turnEnd?: Seconds | null;
  /**
   * Appends a token that the network sampled; returns what it makes happen, at `head` or the moved head. A token that
   * makes no sense here makes nothing happen. Throws TOKEN_RANGE where the vocabulary has no such token.
   */
  accept(token: number): StreamEvent[];
  /**
   * Ends the model's open notes at the head, as its turn ends: returns the tokens (to be fed) and the events.
   */
  release(): { tokens: number[]; events: PerformanceEvent[] };
  /** Writes 0 into `mask` (token) for tokens that would make no sense here: the off of a note that the model does not hold, the on of one that sounds. */
  forbid(mask: Uint8Array): void;
  /** Open notes of a voice, ascending pitches. */
  openNotes(voice: Voice): number[];
  /** How long the model's note of `pitch` has sounded at the head; 0 where it sounds none. */
  soundingTime(pitch: Pitch): Seconds;
  /** What was struck of late, in a stream that keeps it. */
  readonly recent?: RecentPlay | undefined;
  /** The model begins afresh: what it struck of late counts no longer. */
  forgetModelOnsets?(): void;
  /** How long the model's note of `pitch` lasted that ended less than a second ago; 0 where none did. */
  lastLength(pitch: Pitch): Seconds;
  snapshot(): StreamSnapshot;
  restore(snapshot: StreamSnapshot): void;
}

/** How somebody plays. */
export interface PlayingStyle {
  /** Notes a second. */
  readonly density: number;
  /** Their mean. */
  readonly velocity: number;
  /** Mean length of the notes that ended; null of too few. */
  readonly length: Seconds | null;
}

/** What was struck of late. Never changed in place. */
export interface RecentPlay {
  /** The model's onsets of the last {@link RECENT_SPAN} seconds, in order; the same array as long as no other comes. */
  readonly modelOnsets: readonly Onset[];
  /** How the player plays while playing, the last half minute above all; null before there is enough of it. */
  readonly playerStyle: PlayingStyle | null;
  /** The same of the model, its last seconds above all; null before there is enough of it. */
  readonly modelStyle?: PlayingStyle | null;
  /** How long nobody has struck anything, at the head. */
  readonly silence: Seconds;
  /** The head, on the clock of the onsets. */
  readonly now: Seconds;
}

/** How far {@link RecentPlay} reaches back. */
export const RECENT_SPAN: Seconds = 20;

/** An onset; its time is that of the stream, in which long silences are cut short. */
export interface Onset {
  readonly time: Seconds;
  readonly pitch: Pitch;
  readonly velocity: Velocity;
}

/** Opaque, immutable. */
export type StreamSnapshot = { readonly __stream: never };
