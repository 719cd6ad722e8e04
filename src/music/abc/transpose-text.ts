import { mapChordText } from './chord-symbol.js';
import { type AbcFile, fileOf } from './file.js';
import { type Interval, intervalOf, intervalTo, moveKey, movePitch, moveRoot } from './interval.js';
import { C_MAJOR, type Key, type Tonic } from './key.js';
import { type KeyField, moveKeyField, readKeyField } from './key-field.js';
import { MusicLexer } from './lexer.js';
import { macroUses, partsOf, readMacro } from './macros.js';
import { readPitch } from './note-text.js';
import { areUsual, moveMarks } from './octave-marks.js';
import { filePropagation, readPropagation } from './propagation.js';
import { Accidentals } from './sounding.js';
import { pitchText } from './text.js';
import { type AbcToken, tokensOfFile } from './tokens.js';
import type { Alteration, Place, Propagation, WrittenPitch } from './tune.js';

/** Where to transpose to: a tonic by the shorter way, plus octaves, or a number of semitones upwards. */
export type Goal = { readonly tonic: Tonic; readonly octaves?: number } | { readonly semitones: number };

export interface TransposedText {
  readonly text: string;
  /** What stayed as it was although it sounds or names notes. */
  readonly warnings: readonly { readonly place: Place; readonly reason: string }[];
}

/**
 * Transposes a file of tunes by editing its text: pitches, graces, K: and chord symbols change; every other character
 * stays. `leave` gets the index of a tune and returns true for a tune that is to stay as it is. Never throws: a K: that
 * is not a key is left as it is. `transposeText(abc, { semitones: 2 }).text`
 *
 * Written accidentals stay written, each as far from its signature as before, so that transposing back restores the text.
 * Exceptions: a note that would need a triple sharp or flat, or a chord root that would need a double one, is written on
 * the next letter; a key beyond seven sharps or flats becomes its enharmonic; notes after K:none, which has no signature,
 * gain and lose accidentals as needed; `exp` lists the accidentals that the new key needs.
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
  const uses = macroUses(file);
  let mover: Mover | undefined;
  let tune = -1;
  const moved = tokens.map((token, index) => {
    if (token.tune < 0) return token.text;
    if (token.tune !== tune) {
      ({ tune } = token);
      const key = keyTextOf(tokens, index);
      mover = leave(tune) ? undefined : new Mover(goalInterval(goal, key), said, key);
    }
    const { line, column } = token;
    const warn = (reason: string) => warnings.push({ place: { line, column }, reason });
    return mover ? mover.take(tokens, index, warn) : token.text;
  });
  const result = moved.join('');
  if (uses.some((count) => count > 0)) warnings.push(...lostMacros(file, uses, result));
  return { text: result, warnings: warnings.sort((a, b) => a.place.line - b.place.line) };
}

/**
 * Warns of tunes in which macros match a different number of notes after transposing, because accidentals came or went.
 */
function lostMacros(
  { lines, tunes }: AbcFile,
  uses: readonly number[],
  text: string,
): TransposedText['warnings'][number][] {
  const left = macroUses(fileOf(text));
  return tunes.flatMap(({ first }, tune) => {
    const lost = uses[tune]! - left[tune]!;
    if (lost === 0) return [];
    const reason = `macros (m:) stand for ${uses[tune]} notes, and for ${left[tune]} in the new key`;
    return [{ place: { line: lines[first]!.number, column: 1 }, reason }];
  });
}

/** The text after K: in a tune's header, where that is a key. */
function keyTextOf(tokens: readonly AbcToken[], first: number): string | undefined {
  const { tune } = tokens[first]!;
  for (let at = first; at < tokens.length && tokens[at]!.tune === tune; at++) {
    const { kind, text, inHeader } = tokens[at]!;
    if (kind !== 'field' || !inHeader || !text.startsWith('K:')) continue;
    if (typeof readKeyField(text.slice(2)) === 'object') return text.slice(2);
  }
  return undefined;
}

/** The interval by which a tune moves, from the goal and the text of its K: field. */
function goalInterval(goal: Goal, said: string | undefined): Interval {
  const field = said === undefined ? undefined : (readKeyField(said) as KeyField);
  const key = field?.free ? undefined : field?.key;
  if ('semitones' in goal) return intervalOf(goal.semitones, key);
  if (!key) return intervalTo(C_MAJOR.tonic, goal.tonic, goal.octaves);
  const { tonic } = moveKey(key, intervalTo(key.tonic, goal.tonic));
  return intervalTo(key.tonic, tonic, goal.octaves);
}

/** How many tokens after a note to search for its tie: more than any playable chord has. */
const FURTHEST = 200;

/** Whether the pitch at `index` is tied to the next note, itself or through its chord. */
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

/** A transposed pitch in ABC. An unusual spelling (`C'` for `c`) keeps its case and its style of octave marks. */
function likeBefore(text: string, before: WrittenPitch, after: WrittenPitch): string {
  const plain = pitchText(after);
  const capital = /[A-G]/.test(text);
  const usual = capital ? ',' : "'";
  const marks = /[',]*$/.exec(text)![0];
  if (areUsual(marks, usual)) return plain;
  const [, sign, letter] = /^([\^_=]*)([A-Ga-g])/.exec(plain)!;
  const octaves = Math.floor(after.step / 7) - Math.floor(before.step / 7);
  return sign! + (capital ? letter!.toUpperCase() : letter!.toLowerCase()) + moveMarks(marks, octaves, usual);
}

/** A K: field in force: the key before and after transposing, and the interval that was used. */
interface Keyed {
  readonly heard: Key;
  readonly written: Key;
  readonly by: Interval;
  /** K:none: notes carry all accidentals themselves. */
  readonly free: boolean;
}

/** The accidentals in force in one voice, before and after transposing. */
interface VoiceState {
  readonly heard: Accidentals;
  readonly written: Accidentals;
  keyed: Keyed;
}

type Warn = (reason: string) => void;

/** Transposes the tokens of one tune, in order. */
class Mover {
  readonly #voices = new Map<string, VoiceState>();
  #voice = '';
  #propagation: Propagation;
  /** The header's key. */
  #keyed: Keyed;
  #inGraces = false;
  #inChord = false;

  constructor(
    readonly interval: Interval,
    propagation: Propagation,
    /** Text of the header's K:, known in advance because macros before it are in that key. */
    key: string | undefined,
  ) {
    this.#propagation = propagation;
    this.#keyed = { heard: C_MAJOR, written: C_MAJOR, by: interval, free: true };
    if (key !== undefined) this.#keyed = this.#moveKey(key)?.keyed ?? this.#keyed;
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
      state = this.#begin();
      this.#voices.set(this.#voice, state);
    }
    return state;
  }

  #begin(): VoiceState {
    return {
      heard: new Accidentals(this.#keyed.heard, this.#propagation),
      written: new Accidentals(this.#keyed.written, this.#propagation),
      keyed: this.#keyed,
    };
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
        return this.#macro(value);
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
    const moved = this.#moveKey(value);
    if (!moved) return value;
    const { keyed, text } = moved;
    if (inHeader) this.#keyed = keyed;
    else {
      const state = this.#state;
      state.keyed = keyed;
      state.heard.setKey(keyed.heard);
      state.written.setKey(keyed.written);
    }
    return text;
  }

  /** Transposes the text of a K: field. undefined where it names no key. */
  #moveKey(value: string): { readonly text: string; readonly keyed: Keyed } | undefined {
    const field = readKeyField(value);
    if (typeof field === 'string' || field.key === undefined) return undefined;
    const moved = moveKeyField(value, this.interval);
    const written = readKeyField(moved.text);
    const keyed: Keyed = {
      heard: field.key,
      written: (typeof written === 'object' && written.key) || C_MAJOR,
      by: moved.by,
      free: field.free,
    };
    return { text: moved.text, keyed };
  }

  /** Transposes the text of an m: field. A macro for a named note moves with the note; one for any note stays. */
  #macro(value: string): string {
    const parts = partsOf(value);
    const macro = readMacro(value);
    if (!parts || !macro || macro.moves) return value;
    const { target, text } = parts;
    return (
      value.slice(0, target[0]) +
      this.#moveApart(macro.target) +
      value.slice(target[1], text[0]) +
      this.#moveApart(macro.text) +
      value.slice(text[1])
    );
  }

  /** Transposes music outside the tune's own, such as a macro's text, in the tune's key. */
  #moveApart(music: string): string {
    const state = this.#begin();
    const lexer = new MusicLexer(music, new Set());
    let moved = '';
    for (let token = lexer.next(); token; token = lexer.next()) {
      if (token.kind === 'pitch') moved += this.#movePitch(token.text, false, state);
      else if (token.kind === 'quoted') moved += `"${this.#chords(token.text.slice(1, -1))}"`;
      else moved += token.text;
    }
    return moved;
  }

  #pitch(tokens: readonly AbcToken[], index: number): string {
    const moved = this.#movePitch(tokens[index]!.text, isTied(tokens, index, this.#inChord), this.#state);
    if (!this.#inChord) this.#noteEnds();
    return moved;
  }

  #movePitch(text: string, tie: boolean, { heard, written, keyed }: VoiceState): string {
    const { step, accidental } = readPitch(text);
    /** A redundant accidental was written on purpose and is kept. */
    const wanted = accidental !== undefined && (!keyed.free || heard.implied(step) === accidental);
    const sounding = heard.sound({ step, ...(accidental === undefined ? {} : { accidental }) }, tie);
    const { step: to, alter } = movePitch(step, sounding, keyed.by);
    const needed = written.implied(to) !== alter;
    const sign = wanted || needed ? { accidental: alter as Alteration } : {};
    written.sound({ step: to, ...sign }, tie);
    if (to === step && sign.accidental === accidental) return text;
    return likeBefore(
      text,
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
