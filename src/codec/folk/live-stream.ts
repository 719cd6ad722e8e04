import type { PerformanceEvent } from '../../music/note.js';
import type { Pitch, Seconds, Velocity } from '../../music/units.js';
import type { StreamParams, StreamSnapshot, TokenStream, Voice } from '../codec.js';
import { PitchRules, placingShift } from './grammar-pitch.js';
import { NO_ACCIDENTAL, OTHERS, PITCHES, SIGNS, UNITS_AN_EIGHTH } from './grammar-tokens.js';
import { type LivePace, type LiveTune, livePace, liveTune, unitSeconds } from './live-settings.js';
import {
  BAR,
  DURATIONS,
  headerTokens,
  longestWithin,
  OPENS,
  RANGE,
  REST,
  SHORTEST,
  spell,
  TIE,
  tiedToken,
} from './live-writer.js';
import { folkVocabulary } from './vocabulary.js';

/** A player's note, not yet written: how long it is, the next one says. */
interface PlayersNote {
  readonly voice: 'player';
  readonly pitch: Pitch;
  readonly released: Seconds | null;
}

/** The model's note or rest, written, whose length is not yet said. */
interface ModelsNote {
  readonly voice: 'model';
  /** As it sounds; null for a rest. */
  readonly pitch: Pitch | null;
  /** Its turn ends here, if it ends now. */
  readonly until: Seconds;
}

interface Written {
  readonly step: number;
  readonly accidental: number;
}

/** Where a tune stands. Immutable. */
interface State {
  readonly tune: LiveTune;
  /** The header is written. */
  readonly begun: boolean;
  /** Units from the beginning to the head, and the session time there. */
  readonly at: number;
  readonly head: Seconds;
  /** When the head was where it is by the tune's own pulse, before time stood still. */
  readonly pulse: Seconds;
  /** The bar is full, and its line is not written. */
  readonly due: boolean;
  /** A sign of repeat was the last thing written. */
  readonly opened: boolean;
  readonly pending: PlayersNote | ModelsNote | null;
  /** Notes of the bar, of which accidentals hold. */
  readonly bar: readonly Written[];
  /** How loud the player plays, and so the model. */
  readonly velocity: Velocity;
}

const FIRST_VELOCITY: Velocity = 80;
/** The model follows the player's touch by this share a note. */
const TOUCH = 0.25;
/** A key struck this far below one that is down accompanies it, and is no melody. Semitones. */
const ACCOMPANIMENT = 12;
/** Added to the velocity of a note on a bar's first beat, and on its others. */
const STRESS = { bar: 10, beat: 5 };
/** The pulse is kept over a silence of so many bars. */
const PULSE_BARS = 2;
const EPSILON = 1e-6;

/**
 * A tune that two voices write, one line of notes on a grid. The player's melody is quantised: a note begins on the step that is
 * nearest, counted from the note before it, so that a tempo a little off the tune's does no harm, and lasts until the next
 * one; a phrase's last note ends on a beat. Signs of repeat end and open parts, and are not played. Between phrases time stands still on the page, so that waiting is not part of
 * the tune. The first note of all begins the first bar.
 */
export class FolkStream implements TokenStream {
  #wanted: LiveTune = liveTune({});
  #pace: LivePace = livePace({});
  #state: State;
  readonly #rules = new PitchRules();

  constructor(time: Seconds) {
    this.#state = {
      tune: this.#wanted,
      begun: false,
      at: 0,
      head: time,
      pulse: time,
      due: false,
      opened: false,
      pending: null,
      bar: [],
      velocity: FIRST_VELOCITY,
    };
    this.#readBar();
  }

  get head(): Seconds {
    return this.#state.head;
  }

  get #unit(): Seconds {
    return unitSeconds(this.#state.tune, this.#pace);
  }

  /** Tempo and grid hold from now on; what the whole tune is in, from the next tune on. */
  steer(params: StreamParams): void {
    this.#pace = livePace(params);
    this.#wanted = liveTune(params);
  }

  beginTurn(end: Seconds | null): Seconds | null {
    const { tune, head, pulse, at } = this.#state;
    const beat = tune.beat * this.#unit;
    const bar = tune.bar * this.#unit;
    if (at > 0 && head - pulse <= PULSE_BARS * bar)
      this.#set({ head: pulse + beat * Math.ceil((head - pulse) / beat - EPSILON) });
    if (end === null) return null;
    const bars = (at + (end - this.head) / this.#unit) / tune.bar;
    // Half a bar is the shortest answer.
    const last = Math.max(Math.round(bars), Math.ceil(at / tune.bar + 0.5));
    // A hair early: the head comes there note by note, and rounds on its way.
    return this.head + (last * tune.bar - at) * this.#unit - EPSILON;
  }

  feed(event: PerformanceEvent): number[] {
    const tokens: number[] = [];
    if (event.type === 'noteOn' && event.velocity > 0) this.#strike(event, tokens);
    else if (event.type !== 'pedal') this.#lift(event.pitch, event.time);
    return tokens;
  }

  #strike({ time, pitch, velocity }: Extract<PerformanceEvent, { type: 'noteOn' }>, out: number[]): void {
    this.#begin(out);
    const { pending, head, tune } = this.#state;
    if (pending?.voice === 'player') {
      if (pending.released === null && pitch < pending.pitch - ACCOMPANIMENT) return;
      if (this.#stepAt(time) <= this.#state.at) {
        // A chord's top note is the melody; after a grace note, the note that it leads to.
        if (pending.released === null && pitch < pending.pitch) return;
        this.#set({ pending: { voice: 'player', pitch, released: null } });
        return;
      }
      this.#writePlayersNote(pending, time, out);
    } else if (pending?.voice === 'model') this.#endModelsNote(time, out);
    // Faster than one line of notes can be.
    else if (time < head - tune.beat * this.#unit) return;
    this.#barLine(out);
    const { velocity: before } = this.#state;
    const now = Math.max(head, time);
    this.#set({
      head: now,
      pulse: now,
      pending: { voice: 'player', pitch, released: null },
      velocity: Math.round(before + TOUCH * (velocity - before)),
    });
  }

  /** The step of the player's grid that is nearest to `time`, in units from the beginning. */
  #stepAt(time: Seconds): number {
    const { at, head } = this.#state;
    const { grid } = this.#pace;
    return Math.round((at + (time - head) / this.#unit) / grid) * grid;
  }

  /** Another note follows at `time`: the one before lasts until then, unless there was a rest between them. */
  #writePlayersNote(note: PlayersNote, time: Seconds, out: number[]): void {
    const { tune, at } = this.#state;
    const silence = note.released === null ? 0 : (time - note.released) / this.#unit;
    if (silence > tune.bar) {
      this.#endPhrase(note, time, out);
      return;
    }
    const next = this.#stepAt(time);
    const { grid } = this.#pace;
    const end =
      silence < tune.beat
        ? next
        : Math.min(next, Math.max(this.#stepAt(note.released!), Math.floor(at / grid) * grid + grid));
    this.#writeNote(note.pitch, end - at, out);
    this.#writeRest(next - end, out);
  }

  /** The phrase is over: its last note ends on a beat, or, where it was struck just now, on the next step. */
  #endPhrase({ pitch, released }: PlayersNote, time: Seconds, out: number[]): void {
    const { tune, at, head } = this.#state;
    const { grid } = this.#pace;
    const next = (length: number) => (Math.floor(at / length) + 1) * length;
    const elapsed = ((released ?? time) - head) / this.#unit;
    const beats = Math.round((at + elapsed) / tune.beat) * tune.beat;
    const end = time - head < grid * this.#unit ? next(grid) : Math.max(next(tune.beat), beats);
    this.#writeNote(pitch, Math.min(end - at, tune.bar), out);
  }

  #lift(pitch: Pitch, time: Seconds): void {
    const { pending } = this.#state;
    if (pending?.voice !== 'player' || pending.pitch !== pitch || pending.released !== null) return;
    this.#set({ pending: { ...pending, released: time } });
  }

  advance(time: Seconds): number[] {
    const tokens: number[] = [];
    this.#begin(tokens);
    const { pending } = this.#state;
    if (pending?.voice === 'model') {
      this.#set({ pending: { ...pending, until: time } });
      return tokens;
    }
    if (pending?.voice === 'player') this.#endPhrase(pending, time, tokens);
    this.#set({ pending: null });
    this.#barLine(tokens);
    this.#set({ head: Math.max(this.head, time) });
    return tokens;
  }

  seek(time: Seconds): void {
    this.#set({ head: Math.max(this.head, time) });
  }

  release(): { tokens: number[]; events: PerformanceEvent[] } {
    const tokens: number[] = [];
    const { pending } = this.#state;
    if (pending?.voice !== 'model') return { tokens, events: [] };
    this.#endModelsNote(pending.until, tokens);
    this.#barLine(tokens);
    return { tokens, events: this.#endOf(pending) };
  }

  accept(token: number): PerformanceEvent[] {
    const sign = SIGNS[token];
    if (sign === undefined) folkVocabulary.read(token);
    else if (this.#may(token)) {
      if (sign.kind === 'pitch') return this.#acceptNote(sign);
      if (sign.kind === 'rest') return this.#acceptNote(null);
      if (sign.kind === 'duration') return this.#closeModelsNote(sign.length);
      return this.#acceptBar(token);
    }
    return [];
  }

  #acceptNote(written: Written | null): PerformanceEvent[] {
    const events = this.#closeModelsNote(UNITS_AN_EIGHTH);
    const { at, head, tune } = this.#state;
    const pending = { voice: 'model', until: head } as const;
    if (written === null) {
      this.#set({ pending: { ...pending, pitch: null } });
      return events;
    }
    const onC = this.#rules.pitchOf(written.step, written.accidental);
    const pitch = onC + placingShift({ key: tune.key, octave: 0 });
    this.#hear(written);
    this.#set({ pending: { ...pending, pitch } });
    return [...events, { type: 'noteOn', time: head, pitch, velocity: this.#velocityAt(at) }];
  }

  #velocityAt(at: number): Velocity {
    const { tune, velocity } = this.#state;
    const stress = at % tune.bar === 0 ? STRESS.bar : at % tune.beat === 0 ? STRESS.beat : 0;
    return Math.max(1, Math.min(127, velocity + stress));
  }

  #acceptBar(token: number): PerformanceEvent[] {
    if (token === OPENS) {
      this.#set({ opened: true });
      return [];
    }
    const events = this.#closeModelsNote(UNITS_AN_EIGHTH);
    this.#newBar();
    return events;
  }

  /** The model's note or rest, if one is pending, lasts `length`. */
  #closeModelsNote(length: number): PerformanceEvent[] {
    const { pending } = this.#state;
    if (pending?.voice !== 'model') return [];
    this.#pass(length);
    return this.#endOf(pending);
  }

  #endOf({ pitch }: ModelsNote): PerformanceEvent[] {
    return pitch === null ? [] : [{ type: 'noteOff', time: this.head, pitch }];
  }

  /** The model's turn ends at `time`, or the player takes over: its note ends on the nearest sixteenth. */
  #endModelsNote(time: Seconds, out: number[]): void {
    const { at, head, tune } = this.#state;
    const steps = Math.round((time - head) / this.#unit / SHORTEST);
    const length = longestWithin(Math.min(tune.bar - (at % tune.bar), Math.max(1, steps) * SHORTEST));
    if (length !== UNITS_AN_EIGHTH) out.push(DURATIONS.get(length)!);
    this.#pass(length);
  }

  forbid(mask: Uint8Array): void {
    this.#mask(mask);
    if (mask.includes(1)) return;
    // A grammar left nothing of what may come here.
    mask.fill(1);
    this.#mask(mask);
  }

  #mask(mask: Uint8Array): void {
    const notes = this.#noteMay();
    for (const { token, step, accidental } of PITCHES)
      if (mask[token] !== 0 && !(notes && this.#rules.may(step, accidental))) mask[token] = 0;
    for (const token of OTHERS) if (mask[token] !== 0 && !this.#may(token)) mask[token] = 0;
  }

  /** Whether a note or rest may begin: the one before it, if its length is not said, is an eighth. */
  #noteMay(): boolean {
    const { at, due, pending, tune } = this.#state;
    if (due || pending?.voice === 'player') return false;
    return pending === null || (at % tune.bar) + UNITS_AN_EIGHTH < tune.bar;
  }

  #may(token: number): boolean {
    const { at, due, opened, pending, tune } = this.#state;
    const sign = SIGNS[token]!;
    const left = tune.bar - (at % tune.bar);
    switch (sign.kind) {
      case 'pitch':
        return this.#noteMay() && this.#rules.may(sign.step, sign.accidental);
      case 'rest':
        return this.#noteMay();
      case 'duration':
        return pending?.voice === 'model' && DURATIONS.get(sign.length) === token && sign.length <= left;
      case 'bar':
        if (token === OPENS) return !due && pending === null && left === tune.bar && !opened;
        return due || (pending?.voice === 'model' && left === UNITS_AN_EIGHTH);
      default:
        return false;
    }
  }

  open(voice: Voice): Pitch[] {
    const { pending } = this.#state;
    if (pending?.voice !== voice || pending.pitch === null) return [];
    return pending.voice === 'player' && pending.released !== null ? [] : [pending.pitch];
  }

  age(): Seconds {
    // A note's end is decided at its beginning, and the head stands there until then.
    return 0;
  }

  snapshot(): StreamSnapshot {
    return this.#state as unknown as StreamSnapshot;
  }

  restore(snapshot: StreamSnapshot): void {
    this.#state = snapshot as unknown as State;
    this.#readBar();
  }

  #set(change: Partial<State>): void {
    this.#state = { ...this.#state, ...change };
  }

  /** Which accidentals hold follows from the state. */
  #readBar(): void {
    const { tune, bar } = this.#state;
    this.#rules.place({ key: tune.key, octave: 0 }, RANGE);
    this.#rules.barLine();
    for (const { step, accidental } of bar) this.#rules.accept(step, accidental);
  }

  #hear({ step, accidental }: Written): void {
    this.#rules.accept(step, accidental);
    if (accidental !== NO_ACCIDENTAL) this.#set({ bar: [...this.#state.bar, { step, accidental }] });
  }

  #begin(out: number[]): void {
    if (this.#state.begun) return;
    this.#set({ begun: true, tune: this.#wanted });
    this.#readBar();
    out.push(...headerTokens(this.#wanted));
  }

  /** What is pending has lasted so many units, within the bar. */
  #pass(units: number): void {
    const { at, head, tune } = this.#state;
    const next = head + units * this.#unit;
    const due = (at + units) % tune.bar === 0;
    this.#set({ at: at + units, head: next, pulse: next, due, opened: false, pending: null });
  }

  #newBar(): void {
    this.#rules.barLine();
    this.#set({ due: false, bar: [] });
  }

  #barLine(out: number[]): void {
    if (!this.#state.due) return;
    out.push(BAR);
    this.#newBar();
  }

  /** Writes a player's note of any length: in several that are tied where there is no one length for it, or a bar line comes between. */
  #writeNote(pitch: Pitch, units: number, out: number[]): void {
    let tied = false;
    for (let left = units; left > 0; ) {
      this.#barLine(out);
      const { tune, at } = this.#state;
      const written = spell(pitch, tune, this.#rules);
      out.push(tied ? tiedToken(written.step) : written.token);
      if (!tied) this.#hear(written);
      const length = longestWithin(Math.min(left, tune.bar - (at % tune.bar)));
      if (length !== UNITS_AN_EIGHTH) out.push(DURATIONS.get(length)!);
      this.#pass(length);
      left -= length;
      // An accidental would have to be written again behind the bar line: there the note is struck anew.
      tied = left > 0 && (!this.#state.due || this.#rules.crossesBar);
      if (tied) out.push(TIE);
    }
    this.#barLine(out);
  }

  #writeRest(units: number, out: number[]): void {
    for (let left = units; left > 0; ) {
      const { tune, at } = this.#state;
      const length = longestWithin(Math.min(left, tune.bar - (at % tune.bar)));
      out.push(REST);
      if (length !== UNITS_AN_EIGHTH) out.push(DURATIONS.get(length)!);
      this.#pass(length);
      this.#barLine(out);
      left -= length;
    }
  }
}
