import { type Fraction, ONE } from '../../../music/abc/fraction.js';
import { LETTERS, type Mode, tonicFifths } from '../../../music/abc/key.js';
import { readMeter } from '../../../music/abc/meter.js';
import { readLength, readPitch } from '../../../music/abc/note-text.js';
import type { BarLine, Broken, Meter, WrittenPitch } from '../../../music/abc/tune.js';
import type { TuneType } from './words.js';

/** Meaning of a token, for grammars and decoders. */
export type FolkSymbol =
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }
  | { readonly kind: 'type'; readonly type: TuneType }
  | { readonly kind: 'meter'; readonly meter: Meter | null }
  /** Tonic in `fifths` above C, where C stands for the tune's tonic: 0 is the tune's own key. */
  | { readonly kind: 'key'; readonly fifths: number; readonly mode: Mode }
  | { readonly kind: 'bar'; readonly line: BarLine }
  | { readonly kind: 'volta'; readonly ending: string; readonly bar: boolean }
  /** Without `q`, the meter determines the ratio (see tupletTime) and `r` equals `p`. */
  | { readonly kind: 'tuplet'; readonly p: number; readonly q?: number; readonly r: number }
  | { readonly kind: 'chord'; readonly opens: boolean }
  | { readonly kind: 'rest' }
  | { readonly kind: 'pitch'; readonly pitch: WrittenPitch }
  /** Length of the preceding note, rest or chord, in eighths; `broken` if broken rhythm is fused with it, as in `2>`. */
  | { readonly kind: 'duration'; readonly duration: Fraction; readonly broken?: Broken }
  /** Broken rhythm after a note of one eighth, or after a length that has no fused token. */
  | { readonly kind: 'broken'; readonly by: Broken }
  | { readonly kind: 'tie' };

/** Parses a word of the vocabulary. Words are ABC, so the functions of the ABC reader parse them. */
export function symbolOf(word: string): FolkSymbol {
  switch (word) {
    case '<s>':
      return { kind: 'start' };
    case '</s>':
      return { kind: 'end' };
    case '[':
    case ']':
      return { kind: 'chord', opens: word === '[' };
    case 'z':
      return { kind: 'rest' };
    case '-':
      return { kind: 'tie' };
    case '|':
    case '||':
    case '|:':
    case ':|':
      return { kind: 'bar', line: word };
  }
  const [, field, text] = /^([RMK]):(.*)$/.exec(word) ?? [];
  if (field === 'R') return { kind: 'type', type: text as TuneType };
  if (field === 'M') return { kind: 'meter', meter: must(readMeter(text!)) };
  if (field === 'K') return keySymbol(text!);
  const volta = /^([|[])(\d.*)$/.exec(word);
  if (volta) return { kind: 'volta', ending: volta[2]!, bar: volta[1] === '|' };
  const tuplet = /^\((\d)(?::(\d):(\d))?$/.exec(word);
  if (tuplet) {
    const p = Number(tuplet[1]);
    if (!tuplet[2]) return { kind: 'tuplet', p, r: p };
    return { kind: 'tuplet', p, q: Number(tuplet[2]), r: Number(tuplet[3]) };
  }
  if (/[A-Ga-g]/.test(word)) return { kind: 'pitch', pitch: readPitch(word) };
  const [, length, sign] = /^([\d/]*)([<>]*)$/.exec(word)!;
  const duration = readLength(length!) ?? ONE;
  if (sign === '') return { kind: 'duration', duration };
  const by = (sign![0] === '>' ? sign!.length : -sign!.length) as Broken;
  return length === '' ? { kind: 'broken', by } : { kind: 'duration', duration, broken: by };
}

function keySymbol(text: string): FolkSymbol {
  const [, letter, sign, mode] = /^([A-G])([#b]?)(...)$/.exec(text)!;
  const alter = sign === '#' ? 1 : sign === 'b' ? -1 : 0;
  return {
    kind: 'key',
    fifths: tonicFifths({ letter: LETTERS.indexOf(letter!), alter }),
    mode: mode as Mode,
  };
}

/** The vocabulary's words are fixed: one that does not parse is a bug. */
function must<T>(read: T | string): T {
  if (typeof read === 'string') throw new Error(read);
  return read;
}
