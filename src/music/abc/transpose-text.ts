import { mapChordText } from './chord-symbol.js';
import { fileOf } from './file.js';
import { type Interval, intervalOf, intervalTo, moveKey, movePitch, moveRoot } from './interval.js';
import { C_MAJOR, type Key, type Tonic } from './key.js';
import { type KeyField, moveKeyField, readKeyField } from './key-field.js';
import { readPitch } from './note-text.js';
import { filePropagation, readPropagation } from './propagation.js';
import { Accidentals } from './sounding.js';
import { pitchText } from './text.js';
import { type AbcToken, tokensOfFile } from './tokens.js';
import type { Alteration, Place, Propagation, WrittenPitch } from './tune.js';

/** Where tunes go: to a tonic by the shorter way, and octaves more; or by so many semitones. */
export type Goal = { readonly tonic: Tonic; readonly octaves?: number } | { readonly semitones: number };

export interface TransposedText {
  readonly text: string;
  /** What was left as it is although it sounds or names notes. */
  readonly warnings: readonly { readonly place: Place; readonly reason: string }[];
}

/**
 * A file of tunes moved by editing it: pitches, graces, K: and chord symbols change; every other character stays. A tune for
 * which `leave` is true (by its place among the tunes) stays whole. Total: a K: that is no key is left as it is.
 *
 * Accidentals stay where they are written, each as far from its signature as before, so that the way back gives the same
 * text. Exceptions: a note that would need three sharps or flats is written on the next letter; a root of a chord that would
 * need two likewise; a key beyond seven is written as its enharmonic; K:none keeps no signature, so its notes get and lose
 * accidentals as they need them; `exp` names what its new place needs.
 */
export function transposeText(
  text: string,
  goal: Goal,
  leave: (tune: number) => boolean = () => false,
): TransposedText {
  const file = fileOf(text);
  const tokens = tokensOfFile(text, file);
  const warnings: TransposedText['warnings'][number][] = [];
  const said = filePropagation(file);
  let mover: Mover | undefined;
  let tune = -1;
  const moved = tokens.map((token, index) => {
    if (token.tune < 0) return token.text;
    if (token.tune !== tune) {
      ({ tune } = token);
      mover = leave(tune) ? undefined : new Mover(goalInterval(goal, tokens, index), said);
    }
    const { line, column } = token;
    const warn = (reason: string) => warnings.push({ place: { line, column }, reason });
    return mover ? mover.take(tokens, index, warn) : token.text;
  });
  return { text: moved.join(''), warnings };
}

/** By how much a tune moves, which its first key says. */
function goalInterval(goal: Goal, tokens: readonly AbcToken[], first: number): Interval {
  const { tune } = tokens[first]!;
  let field: KeyField | undefined;
  for (let at = first; at < tokens.length && tokens[at]!.tune === tune && !field; at++) {
    const { kind, text, inHeader } = tokens[at]!;
    if (kind !== 'field' || !inHeader || !text.startsWith('K:')) continue;
    const read = readKeyField(text.slice(2));
    if (typeof read === 'object') field = read;
  }
  const key = field?.free ? undefined : field?.key;
  if ('semitones' in goal) return intervalOf(goal.semitones, key);
  if (!key) return intervalTo(C_MAJOR.tonic, goal.tonic, goal.octaves);
  const { tonic } = moveKey(key, intervalTo(key.tonic, goal.tonic));
  return intervalTo(key.tonic, tonic, goal.octaves);
}

/** Tokens after a note among which its tie is looked for: more than a chord for hands has. */
const FURTHEST = 200;

/** Whether a tie leads from the pitch at `index`: its own, or that of its chord. */
function isTied(tokens: readonly AbcToken[], index: number, inChord: boolean): boolean {
  let own = true;
  for (let at = index + 1; at < tokens.length && at < index + FURTHEST; at++) {
    const { kind } = tokens[at]!;
    if (kind === 'tie' && own) return true;
    if (kind === 'chord-close' && inChord) own = true;
    else if (kind !== 'length' && kind !== 'blank') {
      if (!inChord || kind === 'bar' || kind === 'line-end') return false;
      own = false;
    }
  }
  return false;
}

/** A pitch as text, with a capital or not as before where that is not how it is mostly written: `C'` for `c`. */
function likeBefore(text: string, before: WrittenPitch, after: WrittenPitch): string {
  const plain = pitchText(after);
  if (pitchText(before) === text) return plain;
  const sign = /^[\^_=]*/.exec(plain)![0];
  const letter = /[A-Ga-g]/.exec(plain)![0];
  const capital = /[A-G]/.test(text);
  const octaves = Math.floor(after.step / 7) - (capital ? 0 : 1);
  return (
    sign +
    (capital ? letter.toUpperCase() : letter.toLowerCase()) +
    (octaves < 0 ? ',' : "'").repeat(Math.abs(octaves))
  );
}

/** A K: field in force: as it was, and as it is written where the music goes. */
interface Keyed {
  readonly heard: Key;
  readonly written: Key;
  readonly by: Interval;
  /** There is no signature: notes are written with what they need. */
  readonly free: boolean;
}

/** A voice's signs so far. */
interface VoiceState {
  readonly heard: Accidentals;
  readonly written: Accidentals;
  keyed: Keyed;
}

type Warn = (reason: string) => void;

/** Moves the tokens of one tune, one after the other. */
class Mover {
  readonly #voices = new Map<string, VoiceState>();
  #voice = '';
  #propagation: Propagation;
  /** The header's. */
  #keyed: Keyed;
  #inGraces = false;
  #inChord = false;

  constructor(
    readonly interval: Interval,
    propagation: Propagation,
  ) {
    this.#propagation = propagation;
    this.#keyed = { heard: C_MAJOR, written: C_MAJOR, by: interval, free: true };
  }

  take(tokens: readonly AbcToken[], index: number, warn: Warn): string {
    const { text, kind, inHeader } = tokens[index]!;
    switch (kind) {
      case 'pitch':
        return this.#pitch(tokens, index);
      case 'quarter-tone':
        warn('a quarter tone moves with its letter');
        return text;
      case 'bar':
      case 'ending':
      case 'text-ending':
      case 'bar-rest':
      case 'overlay':
        this.#state.heard.barLine();
        this.#state.written.barLine();
        return text;
      case 'graces-open':
      case 'graces-close':
        this.#inGraces = kind === 'graces-open';
        return text;
      case 'chord-open':
        this.#inChord = true;
        return text;
      case 'chord-close':
        this.#inChord = false;
        this.#noteEnds();
        return text;
      case 'line-end':
        this.#inChord = false;
        this.#inGraces = false;
        return text;
      case 'quoted':
        return `"${this.#chords(text.slice(1, -1))}"`;
      case 'field':
        return text.slice(0, 2) + this.#field(text[0]!, text.slice(2), inHeader, warn);
      case 'inline-field':
        return `${text.slice(0, 3)}${this.#field(text[1]!, text.slice(3, -1), inHeader, warn)}]`;
      case 'directive':
        this.#propagate(text.slice(2));
        return text;
      default:
        return text;
    }
  }

  get #state(): VoiceState {
    let state = this.#voices.get(this.#voice);
    if (!state) {
      state = {
        heard: new Accidentals(this.#keyed.heard, this.#propagation),
        written: new Accidentals(this.#keyed.written, this.#propagation),
        keyed: this.#keyed,
      };
      this.#voices.set(this.#voice, state);
    }
    return state;
  }

  #field(letter: string, value: string, inHeader: boolean, warn: Warn): string {
    switch (letter) {
      case 'K':
        return this.#key(value, inHeader, warn);
      case 'V':
        if (!inHeader) this.#voice = value.trim().split(/\s/)[0]!;
        return value;
      case 'I':
        this.#propagate(value);
        return value;
      case 's':
        return value.replace(/"([^"]*)"/g, (_, quoted: string) => `"${this.#chords(quoted)}"`);
      case 'm':
        warn('a macro (m:) is left as it is, with the notes that it names');
        return value;
      default:
        return value;
    }
  }

  #key(value: string, inHeader: boolean, warn: Warn): string {
    const field = readKeyField(value);
    if (typeof field === 'string') {
      warn(`${field}; left as it is`);
      return value;
    }
    if (field.key === undefined) return value;
    const moved = moveKeyField(value, this.interval);
    const written = readKeyField(moved.text);
    const keyed: Keyed = {
      heard: field.key,
      written: (typeof written === 'object' && written.key) || C_MAJOR,
      by: moved.by,
      free: field.free,
    };
    if (inHeader) this.#keyed = keyed;
    else {
      const state = this.#state;
      state.keyed = keyed;
      state.heard.setKey(keyed.heard);
      state.written.setKey(keyed.written);
    }
    return moved.text;
  }

  #pitch(tokens: readonly AbcToken[], index: number): string {
    const { heard, written, keyed } = this.#state;
    const { step, accidental } = readPitch(tokens[index]!.text);
    const tie = isTied(tokens, index, this.#inChord);
    /** An accidental that changes nothing is one that the writer wanted seen. */
    const wanted = accidental !== undefined && (!keyed.free || heard.implied(step) === accidental);
    const sounding = heard.sound({ step, ...(accidental === undefined ? {} : { accidental }) }, tie);
    const { step: to, alter } = movePitch(step, sounding, keyed.by);
    const needed = written.implied(to) !== alter;
    const sign = wanted || needed ? { accidental: alter as Alteration } : {};
    written.sound({ step: to, ...sign }, tie);
    if (!this.#inChord) this.#noteEnds();
    if (to === step && sign.accidental === accidental) return tokens[index]!.text;
    return likeBefore(
      tokens[index]!.text,
      { step, ...(accidental === undefined ? {} : { accidental }) },
      { step: to, ...sign },
    );
  }

  #noteEnds(): void {
    if (this.#inGraces) return;
    this.#state.heard.noteEnds();
    this.#state.written.noteEnds();
  }

  #chords(quoted: string): string {
    return mapChordText(quoted, (letter, alter) => moveRoot(letter, alter, this.#state.keyed.by));
  }

  #propagate(directive: string): void {
    const said = readPropagation(directive);
    if (said) this.#propagation = said;
  }
}
