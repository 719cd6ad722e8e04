import { alterChange, type Interval, moveKey } from './interval.js';
import {
  accidentalText,
  C_MAJOR,
  type Key,
  LETTERS,
  readKey,
  signature,
  type Tonic,
  tooLong,
} from './key.js';

/** The content of a K: field (ABC 2.1, 3.1.14 and 4.6). */
export interface KeyField {
  /** Absent where the field changes only the clef, octave or the like. */
  readonly key?: Key;
  /** The field is `none` or empty: notes carry their own accidentals. */
  readonly free: boolean;
  /** `exp`: the listed accidentals are the whole signature. */
  readonly explicit: boolean;
  readonly sounds: Sounds;
}

/** How far the sounding pitch lies from the written one. An absent property keeps its earlier value. */
export interface Sounds {
  /** `octave=` */
  readonly octave?: number;
  /** Octaves that the clef adds: -1 for `treble-8`, 0 for a clef without a number. */
  readonly clef?: number;
  /** `transpose=`, `t=`: semitones. */
  readonly transpose?: number;
}

const CLEF =
  /^(?:clef="?(?:treble|bass|alto|tenor|soprano|mezzosoprano|baritone|perc|none|[GCF])|(?:treble|bass|alto|tenor|soprano|mezzosoprano|baritone|perc|none))\d?([+-](?:8|15))?"?$/i;
const PROPERTY =
  /^(?:clef|middle|m|transpose|t|octave|stafflines|staffscale|style|name|nm|subname|snm|sname|stem|dyn|gstem|lyrics|gchord|merge|up|down|score|sound|shift|instrument|cue|map|space|spc|stafftype)=/i;
const SIGN = '(?:#|b|♯|♭|♮|=)';
const TONIC = new RegExp(`^([A-G])(${SIGN}?)`);
const EXPLICIT = /^\s*[A-G](?:#|b|♯|♭|♮|=)?[ \t]*(?:[a-z]{1,10}[ \t]*)?exp\b/i;
/** A word of accidentals such as `=c`, or `mix=c` directly after the tonic. */
const ACCIDENTALS = /^([a-z]*)((?:(?:\^\^|\^|__|_|=)[A-Ga-g])+)$/i;

/** Parses the text after `K:`. Returns the reason as a string where it is not a key. */
export function readKeyField(text: string): KeyField | string {
  const long = tooLong(text);
  if (long !== undefined) return long;
  const words = text.trim().split(/\s+/);
  const sounds = readSounds(words);
  if (words[0] === '' || /^none$/i.test(words[0]!))
    return { key: C_MAJOR, free: true, explicit: false, sounds };
  if (CLEF.test(words[0]!) || PROPERTY.test(words[0]!)) return { free: false, explicit: false, sounds };
  const key = readKey(withoutProperties(text));
  return typeof key === 'string' ? key : { key, free: false, explicit: EXPLICIT.test(text), sounds };
}

/** Replaces clefs and properties by blanks of the same length, so that columns stay. */
function withoutProperties(text: string): string {
  return text.replace(/\S+/g, (word, at: number) =>
    text.slice(0, at).trim() !== '' && (CLEF.test(word) || PROPERTY.test(word))
      ? ' '.repeat(word.length)
      : word,
  );
}

/** Clef, octave and transpose among the words of a K: or V: field. */
export function readSounds(words: readonly string[]): Sounds {
  let [octave, clef, transpose]: (number | undefined)[] = [];
  for (const word of words) {
    const found = CLEF.exec(word);
    if (found) clef = Math.trunc(Number(found[1] ?? 0) / 7.5);
    const said = /^(octave|transpose|t)=([+-]?\d{1,2})$/i.exec(word);
    if (!said) continue;
    if (said[1]!.toLowerCase() === 'octave') octave = Number(said[2]);
    else transpose = Number(said[2]);
  }
  return {
    ...(octave === undefined ? {} : { octave }),
    ...(clef === undefined ? {} : { clef }),
    ...(transpose === undefined ? {} : { transpose }),
  };
}

/**
 * Transposes the text after `K:`: only its tonic and accidentals change. Returns the text and the interval that was used,
 * which {@link moveKey} may have made enharmonic.
 */
export function moveKeyField(text: string, by: Interval): { text: string; by: Interval } {
  const field = readKeyField(text);
  if (typeof field === 'string' || !field.key || field.free || isStill(by)) return { text, by };
  const moved = moveKey(field.explicit ? { tonic: field.key.tonic, mode: 'maj' } : field.key, by);
  const start = text.length - text.trimStart().length;
  const pipes = /^hp\b/i.exec(text.trim());
  if (pipes)
    return {
      text: `${text.slice(0, start)}${tonicLike(moved.tonic, '')}mix${text.slice(start + 2)}`,
      by: moved.by,
    };
  const [tonic, , sign] = TONIC.exec(text.trim())!;
  const after = text.slice(start + tonic.length);
  const tail = after.replace(/\S+/g, (word, at: number) => {
    const found = ACCIDENTALS.exec(word);
    if (!found || (at > 0 && found[1] !== '')) return word;
    return found[1]! + movedAccidentals(found[2]!, moved.by);
  });
  const more = field.explicit ? moreAccidentals(field.key, tail, moved.by) : '';
  return { text: text.slice(0, start) + tonicLike(moved.tonic, sign!) + tail + more, by: moved.by };
}

function isStill({ steps, semitones }: Interval): boolean {
  return steps % 7 === 0 && semitones === (12 * steps) / 7;
}

function tonicLike({ letter, alter }: Tonic, sign: string): string {
  const unicode = /[♯♭♮]/.test(sign);
  return LETTERS[letter]! + (alter > 0 ? (unicode ? '♯' : '#') : alter < 0 ? (unicode ? '♭' : 'b') : '');
}

/**
 * Transposes the accidentals of a K: field. One that would need a triple sharp or flat is left out, and the notes carry
 * it.
 */
function movedAccidentals(word: string, by: Interval): string {
  return word.replace(/(\^\^|\^|__|_|=)([A-Ga-g])/g, (_, sign: string, name: string) => {
    const letter = LETTERS.indexOf(name.toUpperCase());
    const alter = { '^^': 2, '^': 1, '=': 0, _: -1, __: -2 }[sign]! + alterChange(by, letter);
    if (Math.abs(alter) > 2) return '';
    const moved = LETTERS[(((letter + by.steps) % 7) + 7) % 7]!;
    return accidentalText(alter) + (name === name.toLowerCase() ? moved.toLowerCase() : moved);
  });
}

/**
 * Accidentals that a transposed explicit signature needs in addition, since letters that it does not name are natural.
 */
function moreAccidentals(key: Key, tail: string, by: Interval): string {
  const named = new Set(
    [...tail.matchAll(/(?:\^|_|=)([A-Ga-g])(?=[\^_=\s]|$)/g)].map(([, name]) => name!.toUpperCase()),
  );
  const before = signature(key);
  return LETTERS.split('')
    .map((_, letter) => ({
      to: LETTERS[(((letter + by.steps) % 7) + 7) % 7]!,
      alter: before[letter]! + alterChange(by, letter),
    }))
    .filter(({ to, alter }) => alter !== 0 && Math.abs(alter) <= 2 && !named.has(to))
    .map(({ to, alter }) => ` ${accidentalText(alter)}${to.toLowerCase()}`)
    .join('');
}
