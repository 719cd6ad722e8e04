import type { AbcFile } from './file.js';
import { fieldText, tuneLines } from './lines.js';
import { readPitch } from './note-text.js';
import { stepText } from './text.js';

/** A macro that an m: field defines (ABC 2.1, 9): each `target` in the music is replaced by `text`. */
export interface Macro {
  readonly target: string;
  readonly text: string;
  /** A transposing macro: `n` in the target matches any note, and the letters h to z in the text are its neighbours. */
  readonly moves: boolean;
}

/** Bounds: macros in a tune, characters of a target or text, uses in a tune. */
const MOST_MACROS = 256;
const LONGEST = 200;
export const MOST_USES = 50_000;

/** Texts in which letters are not notes: quoted text, decorations, inline fields. */
const WORDS = /"[^"]*"|![^!]{0,30}!|\[[A-Za-z]:[^\]]{0,200}\]/g;
const NOTE = "(?:\\^\\^|\\^|__|_|=)?[A-Ga-g][,']*";
const LENGTH = "[,'\\d/]";

/** Parses the text after `m:`. undefined where it is not a macro. */
export function readMacro(field: string): Macro | undefined {
  const parts = partsOf(field);
  if (!parts) return undefined;
  const target = field.slice(...parts.target);
  const text = field.slice(...parts.text);
  if (target === '' || target.length > LONGEST || text.length > LONGEST) return undefined;
  return { target, text, moves: target.replace(WORDS, '').includes('n') };
}

/**
 * Where target and text stand in an m: field, as start and end indices. An `=` before the target's note is a natural
 * sign.
 */
export function partsOf(
  field: string,
): { readonly target: [number, number]; readonly text: [number, number] } | undefined {
  const signs = [...field.slice(0, 2 * LONGEST).matchAll(/=/g)].map(({ index }) => index);
  const named = signs.find((at) => /[A-Ga-gn]/.test(field.slice(0, at).replace(WORDS, '')));
  const at = named ?? signs[0];
  if (at === undefined) return undefined;
  return { target: trimmed(field, 0, at), text: trimmed(field, at + 1, field.length) };
}

function trimmed(field: string, from: number, to: number): [number, number] {
  const part = field.slice(from, to);
  return [from + part.length - part.trimStart().length, from + part.trimEnd().length];
}

/** A line of music with its macros expanded. */
export interface Expanded {
  readonly text: string;
  readonly uses: number;
  /** Maps an index in `text` to the index in the written line that it came from. */
  readonly writtenAt: (at: number) => number;
}

/** The macros that a tune has defined so far. A later macro with the same target replaces the earlier one. */
export class Macros {
  readonly #macros: Macro[] = [];
  #pattern: RegExp | undefined;

  /** Adds the macro of an m: field. Returns false where the text is not a macro or there are too many. */
  define(field: string): boolean {
    const macro = readMacro(field);
    if (!macro || this.#macros.length >= MOST_MACROS) return false;
    const before = this.#macros.findIndex(({ target }) => target === macro.target);
    this.#macros.splice(before < 0 ? this.#macros.length : before, 1, macro);
    // Macros for a named note go before those for any note, long targets before short ones.
    this.#macros.sort((a, b) => Number(a.moves) - Number(b.moves) || b.target.length - a.target.length);
    const targets = this.#macros.map((macro) => `(${patternOf(macro)})`);
    this.#pattern = new RegExp(`${targets.join('|')}|${WORDS.source}`, 'g');
    return true;
  }

  expand(line: string): Expanded {
    if (!this.#pattern) return { text: line, uses: 0, writtenAt: (at) => at };
    const places: { readonly at: number; readonly written: number; readonly kept: boolean }[] = [];
    let text = '';
    let uses = 0;
    let end = 0;
    for (const found of line.matchAll(this.#pattern)) {
      const which = found.slice(1).findIndex((group) => group !== undefined);
      const macro = this.#macros[which];
      if (!macro || uses >= MOST_USES) continue;
      places.push({ at: text.length, written: end, kept: true });
      text += line.slice(end, found.index);
      places.push({ at: text.length, written: found.index, kept: false });
      text += macro.moves ? textFor(macro, found[0]) : macro.text;
      end = found.index + found[0].length;
      uses++;
    }
    places.push({ at: text.length, written: end, kept: true });
    const writtenAt = (at: number) => {
      const place = places.findLast((place) => place.at <= at)!;
      return place.written + (place.kept ? at - place.at : 0);
    };
    return { text: text + line.slice(end), uses, writtenAt };
  }
}

/** A pattern for a target. It matches only a note of the same length and accidental. */
function patternOf({ target, moves }: Macro): string {
  const plain = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const at = moves ? noteIn(target) : -1;
  const before = /^[A-Ga-gn]/.test(target) ? '(?<![\\^_=])' : '';
  const behind = /[A-Ga-gn,'\d/]$/.test(target) ? `(?!${LENGTH})` : '';
  const inside =
    at < 0 ? plain(target) : `${plain(target.slice(0, at))}${NOTE}${plain(target.slice(at + 1))}`;
  return before + inside + behind;
}

/** Index of the `n` that stands for a note in a target; `n` inside words does not count. */
function noteIn(target: string): number {
  return target.replace(WORDS, (word) => ' '.repeat(word.length)).indexOf('n');
}

const ANY_NOTE = new RegExp(NOTE);

/** The text of a macro for any note, transposed to the note that was found. */
function textFor({ target, text }: Macro, found: string): string {
  const note = ANY_NOTE.exec(found.slice(noteIn(target)))![0];
  const { step } = readPitch(note);
  const sign = /^[\^_=]*/.exec(note)![0];
  const moved = (letters: string) =>
    letters.replace(/(\^\^|\^|__|_|=)?([h-z])/g, (_, own: string | undefined, letter: string) => {
      const by = letter.charCodeAt(0) - 'n'.charCodeAt(0);
      return by === 0 ? (own ?? sign) + stepText(step) : (own ?? '') + stepText(step + by);
    });
  let said = '';
  let end = 0;
  for (const word of text.matchAll(WORDS)) {
    said += moved(text.slice(end, word.index)) + word[0];
    end = word.index + word[0].length;
  }
  return said + moved(text.slice(end));
}

/** The m: fields before the first tune, which hold for every tune. */
function fileMacros({ lines, preamble: { first, end } }: AbcFile): string[] {
  return lines.slice(first, end).flatMap(({ text, block }) => {
    const field = block ? '' : fieldText(text);
    return field.startsWith('m:') ? [field.slice(2)] : [];
  });
}

/** How often each tune of a file uses its macros. (tune) */
export function macroUses(file: AbcFile): number[] {
  const said = fileMacros(file);
  return file.tunes.map((span) => {
    const macros = new Macros();
    for (const field of said) macros.define(field);
    let uses = 0;
    for (const { kind, letter, value } of tuneLines(file.lines, span)) {
      if (kind === 'field' && letter === 'm') macros.define(value);
      else if (kind === 'music') uses += macros.expand(value).uses;
    }
    return uses;
  });
}
