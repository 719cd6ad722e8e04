import type { PerformanceEvent } from '../../music/note.js';
import type { Pitch, Seconds, Velocity } from '../../music/units.js';
import {
  type Onset,
  RECENT_SPAN,
  type RecentPlay,
  type StepStream,
  type StreamOptions,
  type StreamSnapshot,
  type Voice,
} from '../codec.js';
import { snapshotOf, stateOf } from '../snapshot.js';
import {
  binOfVelocity,
  foldPitch,
  LONGEST_SHIFT,
  type PerformanceAlphabet,
  STEPS_PER_SECOND,
  velocityOfBin,
} from './alphabet.js';
import { ENDABLE, type MaskPlace, maskIllegalTokens, SILENT, SOUNDING } from './mask.js';
import { addNoteEnd, addOnset, MODEL_MEMORY, NO_SUMS, styleOf } from './playing-style.js';
import { initialState, isOpenModelNote, type StreamNote, type StreamState } from './state.js';
import { byRank, writeEdge, writeShift } from './writer.js';

const SILENCE_BOUND: Seconds = 1;
/** While something sounds, the bound on written time is this many times longer; a stuck key must not write hours. */
const HELD_BOUNDS = 10;
/** Bound on the history of the model's onsets. */
const MOST_ONSETS = 512;
/** Added to a pitch: the number of a key that no player has. */
const NO_KEY = 128;
/** The velocity of onsets before the first velocity token. */
const MIDDLE_VELOCITY: Velocity = 64;

/** The live stream of the performance codecs, in either alphabet. */
export class PerformanceStream implements StepStream {
  readonly #alphabet: PerformanceAlphabet;
  readonly #silenceBound: number;
  /** Working buffer of `forbid`. */
  readonly #place: { -readonly [K in keyof MaskPlace]: MaskPlace[K] } = {
    pitches: new Uint8Array(128),
    bin: -1,
    last: 'nothing',
  };
  #state: StreamState;

  constructor(alphabet: PerformanceAlphabet, time: Seconds, options: StreamOptions = {}) {
    this.#alphabet = alphabet;
    this.#silenceBound = Math.floor((options.silenceBound ?? SILENCE_BOUND) * STEPS_PER_SECOND);
    this.#state = initialState(time);
  }

  get head(): Seconds {
    return this.#timeOf(this.#state.step);
  }

  feed(event: PerformanceEvent): number[] {
    const tokens = this.#writeUntil(event.time);
    if (event.type === 'pedal') this.#movePedal(event.down);
    else if (event.type === 'noteOff' || event.velocity === 0) this.#liftKey(event.pitch);
    else this.#strikeKey(event.pitch, event.velocity);
    return tokens;
  }

  writeModelEvent(event: Exclude<PerformanceEvent, { type: 'pedal' }>): number[] {
    const tokens = this.#writeUntil(event.time);
    const key = NO_KEY + event.pitch;
    if (event.type === 'noteOn') this.#strike(key, event.pitch, event.velocity);
    else {
      const note = this.#state.notes.findLast((note) => note.key === key && note.down);
      if (note !== undefined) this.#replace(note, this.#ended(note));
    }
    return tokens;
  }

  #writeUntil(time: Seconds): number[] {
    const tokens: number[] = [];
    const step = Math.round(this.#stepsAt(time));
    for (let held = this.#firstHeld(); held < step; held = this.#firstHeld()) this.#writeHeld(held, tokens);
    const at = Math.max(this.#state.playerStep, this.#bounded(step, time));
    this.#set({ playerStep: at });
    return tokens;
  }

  advance(time: Seconds): number[] {
    const tokens: number[] = [];
    for (let held = this.#firstHeld(); held < Infinity; held = this.#firstHeld())
      this.#writeHeld(held, tokens);
    // Rounding may make a whole number of steps a little less: (0.29 - 0) * 100 is 28.999999999999996.
    const target = this.#bounded(Math.floor(this.#stepsAt(time) + 1e-6), time);
    const steps = target - this.#state.step;
    if (steps > 0) {
      writeShift(this.#alphabet, steps, tokens);
      this.#pass(steps);
    }
    return tokens;
  }

  seek(time: Seconds): void {
    if (time > this.head) this.#set({ anchor: time - this.#state.step / STEPS_PER_SECOND });
  }

  accept(token: number): PerformanceEvent[] {
    const symbol = this.#alphabet.symbols[token];
    if (symbol === undefined) this.#alphabet.vocabulary.read(token);
    else if (symbol.type === 'shift') this.#pass(symbol.steps);
    else if (symbol.type === 'velocity') this.#set({ bin: symbol.bin, last: 'velocity' });
    else if (symbol.type === 'off') return this.#acceptOff(symbol.pitch);
    else return this.#acceptOn(symbol.pitch, symbol.bin ?? this.#state.bin);
    return [];
  }

  release(): { tokens: number[]; events: PerformanceEvent[] } {
    const tokens: number[] = [];
    const events: PerformanceEvent[] = [];
    for (const note of this.#state.notes.filter(isOpenModelNote).sort(byRank)) {
      if (note.start === this.#state.step) {
        tokens.push(this.#alphabet.shift(1));
        this.#pass(1);
      }
      tokens.push(this.#alphabet.off(note.pitch));
      events.push(...this.#acceptOff(note.pitch));
    }
    return { tokens, events };
  }

  forbid(mask: Uint8Array): void {
    const { notes, step, bin, last } = this.#state;
    const pitches = this.#place.pitches.fill(SILENT);
    for (let index = 0; index < notes.length; index++) {
      const note = notes[index]!;
      pitches[note.pitch] = isOpenModelNote(note) && note.start < step ? ENDABLE : SOUNDING;
    }
    this.#place.bin = bin;
    this.#place.last = last;
    maskIllegalTokens(this.#alphabet.tokens, this.#place, mask);
  }

  openNotes(voice: Voice): Pitch[] {
    return this.#state.notes
      .filter((note) => note.voice === voice && note.end === Infinity)
      .map((note) => note.pitch)
      .sort((a, b) => a - b);
  }

  soundingTime(pitch: Pitch): Seconds {
    const { notes, step } = this.#state;
    const note = notes.find((note) => note.pitch === pitch && isOpenModelNote(note));
    return note === undefined ? 0 : (step - note.start) / STEPS_PER_SECOND;
  }

  lastLength(pitch: Pitch): Seconds {
    const { ended, step } = this.#state;
    const note = ended.findLast((note) => note.pitch === pitch && note.end > step - STEPS_PER_SECOND);
    return note === undefined ? 0 : (note.end - note.start) / STEPS_PER_SECOND;
  }

  get recent(): RecentPlay {
    const { modelOnsets, playerStyle, modelStyle, step, lastOnset } = this.#state;
    return {
      modelOnsets,
      playerStyle: styleOf(playerStyle),
      modelStyle: styleOf(modelStyle),
      silence: Math.max(0, step - lastOnset) / STEPS_PER_SECOND,
      now: step / STEPS_PER_SECOND,
    };
  }

  forgetModelOnsets(): void {
    this.#set({ modelOnsets: [], modelStyle: NO_SUMS });
  }

  snapshot(): StreamSnapshot {
    return snapshotOf(this.#state);
  }

  restore(snapshot: StreamSnapshot): void {
    this.#state = stateOf<StreamState>(snapshot);
  }

  #set(change: Partial<StreamState>): void {
    this.#state = { ...this.#state, ...change };
  }

  #stepsAt(time: Seconds): number {
    return (time - this.#state.anchor) * STEPS_PER_SECOND;
  }

  #timeOf(step: number): Seconds {
    return this.#state.anchor + step / STEPS_PER_SECOND;
  }

  /** The step of something at `time`, or an earlier one where the silence before it is longer than the bound. */
  #bounded(step: number, time: Seconds): number {
    const { step: head, playerStep: at, silentSteps: quiet, notes } = this.#state;
    const bound = notes.length > 0 ? HELD_BOUNDS * this.#silenceBound : this.#silenceBound;
    const furthest = Math.max(at, head + Math.max(0, bound - quiet));
    if (step <= furthest) return step;
    this.#set({ anchor: time - furthest / STEPS_PER_SECOND });
    return furthest;
  }

  /** The first step at which something is held back. */
  #firstHeld(): number {
    let first = Infinity;
    for (const note of this.#state.notes) {
      if (!note.written) first = Math.min(first, note.start);
      else if (note.voice === 'player') first = Math.min(first, note.end);
    }
    return first;
  }

  #writeHeld(step: number, out: number[]): void {
    const { notes, playerStep: at } = this.#state;
    const offs = notes.filter((note) => note.voice === 'player' && note.end === step).sort(byRank);
    const ons = notes.filter((note) => !note.written && note.start === step).sort(byRank);
    const sink = { alphabet: this.#alphabet, out };
    let cursor = { step: this.#state.step, bin: this.#state.bin };
    for (const note of offs) cursor = writeEdge(sink, cursor, 'off', note);
    for (const note of ons) cursor = writeEdge(sink, cursor, 'on', note);
    this.#set({
      step,
      playerStep: Math.max(at, step),
      bin: cursor.bin,
      silentSteps: 0,
      last: 'nothing',
      notes: notes
        .filter((note) => note.end > step)
        .map((note) => (note.start === step && !note.written ? { ...note, written: true } : note)),
    });
  }

  #strikeKey(key: Pitch, velocity: Velocity): void {
    const { playerStep: at } = this.#state;
    this.#set({ playerStyle: addOnset(this.#state.playerStyle, at, velocity) });
    this.#strike(key, key, velocity);
  }

  #strike(key: number, unfolded: Pitch, velocity: Velocity): void {
    const { playerStep: at, notes } = this.#state;
    const pitch = foldPitch(unfolded, this.#alphabet);
    const bin = binOfVelocity(velocity, this.#alphabet.velocityBins);
    const struck = { pitch, bin, start: at, end: Infinity, voice: 'player', key, down: true } as const;
    this.#set({ lastOnset: at });
    const before = notes.findLast((note) => note.pitch === pitch);
    if (before === undefined) this.#set({ notes: [...notes, { ...struck, written: false }] });
    else if (before.start === at) {
      const louder = before.written ? before.bin : Math.max(before.bin, bin);
      this.#replace(before, { ...struck, bin: louder, written: before.written });
    } else {
      if (before.voice === 'player') this.#addNoteEnd(before, at);
      this.#replace(before, { ...before, end: at, voice: 'player', down: false });
      this.#set({ notes: [...this.#state.notes, { ...struck, written: false }] });
    }
  }

  #liftKey(key: Pitch): void {
    const { pedal, notes } = this.#state;
    const note = notes.findLast((note) => note.voice === 'player' && note.key === key && note.down);
    if (note !== undefined) this.#replace(note, pedal ? { ...note, down: false } : this.#ended(note));
  }

  #movePedal(down: boolean): void {
    this.#set({ pedal: down });
    if (down) return;
    const held = (note: StreamNote) => note.voice === 'player' && !note.down && note.end === Infinity;
    this.#set({ notes: this.#state.notes.map((note) => (held(note) ? this.#ended(note) : note)) });
  }

  /** A player's note with its end now; it lasts at least a step. */
  #ended(note: StreamNote): StreamNote {
    const end = Math.max(this.#state.playerStep, note.start + 1);
    this.#addNoteEnd(note, end);
    return { ...note, down: false, end };
  }

  #addNoteEnd({ start }: StreamNote, end: number): void {
    this.#set({ playerStyle: addNoteEnd(this.#state.playerStyle, (end - start) / STEPS_PER_SECOND) });
  }

  #replace(before: StreamNote, after: StreamNote): void {
    this.#set({ notes: this.#state.notes.map((note) => (note === before ? after : note)) });
  }

  /** Moves the head by `steps` whose tokens are written; events that are held back come no earlier than the head. */
  #pass(steps: number): void {
    const { step: head, playerStep: at, silentSteps: quiet, notes } = this.#state;
    const step = head + steps;
    const moved: StreamNote[] = [];
    for (const note of notes) {
      if (note.voice === 'model') {
        if (note.end > step) moved.push(note);
      } else if (note.written && note.end === Infinity) moved.push(note);
      else {
        const start = note.written ? note.start : Math.max(note.start, step);
        moved.push({ ...note, start, end: Math.max(note.end, step, start + 1) });
      }
    }
    const last = steps % LONGEST_SHIFT === 0 ? 'nothing' : 'shortShift';
    this.#set({ step, playerStep: Math.max(at, step), silentSteps: quiet + steps, last, notes: moved });
  }

  #acceptOn(pitch: Pitch, bin: number): PerformanceEvent[] {
    const { step, notes } = this.#state;
    this.#set({ last: 'nothing', bin });
    const before = notes.findLast((note) => note.pitch === pitch);
    // The model takes over no note of the player, and cannot strike a note of this step again.
    if (before !== undefined && (!isOpenModelNote(before) || before.start === step)) return [];

    const { velocityBins } = this.#alphabet;
    const played = bin < 0 ? binOfVelocity(MIDDLE_VELOCITY, velocityBins) : bin;
    const events: PerformanceEvent[] = before === undefined ? [] : this.#acceptOff(pitch);
    const note = { pitch, bin: played, start: step, end: Infinity, voice: 'model' } as const;
    const velocity = velocityOfBin(played, velocityBins);
    this.#set({
      silentSteps: 0,
      modelStyle: addOnset(this.#state.modelStyle, step, velocity, MODEL_MEMORY),
      modelOnsets: withOnset(this.#state.modelOnsets, { time: step / STEPS_PER_SECOND, pitch, velocity }),
      lastOnset: step,
      notes: [...this.#state.notes, { ...note, key: pitch, down: false, written: true }],
    });
    return [...events, { type: 'noteOn', time: this.head, pitch, velocity }];
  }

  #acceptOff(pitch: Pitch): PerformanceEvent[] {
    const { step, notes } = this.#state;
    this.#set({ last: 'nothing' });
    const note = notes.findLast((note) => note.pitch === pitch);
    if (note === undefined || !isOpenModelNote(note)) return [];
    const end = Math.max(step, note.start + 1);
    const late = this.#state.ended.filter((other) => other.end > step - STEPS_PER_SECOND);
    const played = addNoteEnd(this.#state.modelStyle, (end - note.start) / STEPS_PER_SECOND);
    this.#set({ modelStyle: played, ended: [...late, { pitch, start: note.start, end }] });
    if (end === step) this.#set({ silentSteps: 0, notes: notes.filter((other) => other !== note) });
    else this.#replace(note, { ...note, end });
    return [{ type: 'noteOff', time: this.#timeOf(end), pitch }];
  }
}

/** Adds an onset, and drops those that are too long ago. */
function withOnset(own: readonly Onset[], onset: Onset): readonly Onset[] {
  let first = Math.max(0, own.length - MOST_ONSETS + 1);
  while (first < own.length && own[first]!.time < onset.time - RECENT_SPAN) first++;
  const kept = own.slice(first);
  kept.push(onset);
  return kept;
}
