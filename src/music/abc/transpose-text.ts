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

/** Notes that a macro stood for and stands for no more: their sign came or went. */
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

/** What stands after the K: of a tune's header, where that is a key. */
function keyTextOf(tokens: readonly AbcToken[], first: number): string | undefined {
  const { tune } = tokens[first]!;
  for (let at = first; at < tokens.length && tokens[at]!.tune === tune; at++) {
    const { kind, text, inHeader } = tokens[at]!;
    if (kind !== 'field' || !inHeader || !text.startsWith('K:')) continue;
    if (typeof readKeyField(text.slice(2)) === 'object') return text.slice(2);
  }
  return undefined;
}

/** By how much a tune moves, which its first key says. */
function goalInterval(goal: Goal, said: string | undefined): Interval {
  const field = said === undefined ? undefined : (readKeyField(said) as KeyField);
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

/** A pitch as text, with a capital or not and with marks as before where that is not how it is mostly written: `C'` for `c`. */
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
    /** What K: of the header says, which macros before it stand in. */
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

  /** undefined where it says no key. */
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

  /** A macro for one note moves with the note; its parts are music of their own. One for any note stays. */
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

  /** Music outside the tune's own, in its key. */
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
    /** An accidental that changes nothing is one that the writer wanted seen. */
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
