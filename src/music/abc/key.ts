/** Letters are numbered from C: 0 is C, 6 is B. */
export const LETTERS = 'CDEFGAB';

/** Fifths above C of each natural letter, C to B. */
const LETTER_FIFTHS = [0, 2, 4, -1, 1, 3, 5] as const;

/** Semitones above C of each natural letter, C to B. */
const SEMITONES = [0, 2, 4, 5, 7, 9, 11] as const;

/** How many fifths the signature of each mode lies above that of the major key on the same tonic. */
const MODE_FIFTHS = { maj: 0, min: -3, dor: -2, mix: -1, phr: -4, lyd: 1, loc: -5 } as const;

export type Mode = keyof typeof MODE_FIFTHS;
export const MODES = Object.keys(MODE_FIFTHS) as readonly Mode[];

export interface Tonic {
  /** 0 is C, 6 is B. */
  readonly letter: number;
  /** -1 flat, 0, 1 sharp. */
  readonly alter: number;
}

export interface Key {
  readonly tonic: Tonic;
  readonly mode: Mode;
  /** Explicit accidentals that change the mode's signature, as in `K:D =c`. Absent where there are none. */
  readonly accidentals?: readonly Tonic[];
}

export const C_MAJOR: Key = { tonic: { letter: 0, alter: 0 }, mode: 'maj' };

/** Fifths of a tonic above C: G is 1, F -1, Bb -2. */
export function tonicFifths({ letter, alter }: Tonic): number {
  return LETTER_FIFTHS[letter]! + 7 * alter;
}

/** The tonic a number of fifths above C, the inverse of {@link tonicFifths}. */
export function tonicOfFifths(fifths: number): Tonic {
  const natural = (((fifths + 1) % 7) + 7) % 7; // F is 0, C 1, … B 6
  const letter = LETTER_FIFTHS.indexOf((natural - 1) as (typeof LETTER_FIFTHS)[number]);
  return { letter, alter: (fifths - LETTER_FIFTHS[letter]!) / 7 };
}

/** Sharps (positive) or flats (negative) in the signature of a tonic and mode. -7 to 7 can be written. */
export function sharps(tonic: Tonic, mode: Mode): number {
  return tonicFifths(tonic) + MODE_FIFTHS[mode];
}

/** Semitones by which the signature alters each letter. (7, C to B) */
export function signature(key: Key): readonly number[] {
  const count = sharps(key.tonic, key.mode);
  const altered: number[] = LETTER_FIFTHS.map((fifths) => Math.floor((count - fifths - 2) / 7) + 1);
  for (const { letter, alter } of key.accidentals ?? []) altered[letter] = alter;
  return altered;
}

/**
 * The key without explicit accidentals. Prefers the mode on the same tonic that has the same signature; where none does,
 * keeps the mode.
 */
export function plainKey(key: Key): Key {
  if (!key.accidentals) return key;
  const wanted = signature(key).join();
  const { tonic } = key;
  const mode = [key.mode, ...MODES].find(
    (mode) => Math.abs(sharps(tonic, mode)) <= 7 && signature({ tonic, mode }).join() === wanted,
  );
  return { tonic, mode: mode ?? key.mode };
}

/** MIDI number of a staff step (`C` is 0, MIDI 60) altered by `alter` semitones. */
export function midiOf(step: number, alter: number): number {
  const octave = Math.floor(step / 7);
  return 60 + 12 * octave + SEMITONES[step - 7 * octave]! + alter;
}

const ACCIDENTAL_TEXT: Record<number, string> = { [-2]: '__', [-1]: '_', 0: '=', 1: '^', 2: '^^' };

/** The accidental of an alteration from -2 to 2, as ABC writes it before a note; `=` for 0. */
export function accidentalText(alter: number): string {
  return ACCIDENTAL_TEXT[alter]!;
}

/** A tonic as `K:` writes it: `F#`, `Bb`. */
export function tonicText({ letter, alter }: Tonic): string {
  return LETTERS[letter]! + (alter > 0 ? '#' : alter < 0 ? 'b' : '');
}

/** A key as K: has it: `G`, `Ador`, `Bb`, `Em`, `D =c`. */
export function keyText(key: Key): string {
  const mode = key.mode === 'maj' ? '' : key.mode === 'min' ? 'm' : key.mode;
  const accidentals = (key.accidentals ?? []).map(
    ({ letter, alter }) => ` ${accidentalText(alter)}${LETTERS[letter]!.toLowerCase()}`,
  );
  return tonicText(key.tonic) + mode + accidentals.join('');
}

/** A clef or property that K: may have instead of a key. */
const CLEF =
  /^(?:(?:clef|middle|m|transpose|t|octave|stafflines|staffscale|style|name|nm|snm|sname|subname)=|treble|bass|alto|tenor|perc|none)/i;

/** Bound on the length of a K: field, in characters. */
const LONGEST = 1000;

/**
 * Parses the text of a K: field: `readKey('Ador')`. Returns the key, or as a string the reason why there is none. Words
 * after a blank that are neither mode nor clef count as a remark. Modes ignore case, so `M` alone is minor.
 */
export function readKey(text: string): Key | string {
  const rest = text.trim().replace(/[♯♭♮]/g, (sign) => ({ '♯': '#', '♭': 'b', '♮': '' })[sign]!);
  const long = tooLong(rest);
  if (long !== undefined) return long;
  if (rest === '' || /^none\b/i.test(rest) || CLEF.test(rest)) return C_MAJOR;
  // Bagpipes: HP and Hp both sound F and C sharp and differ only in whether the signature is drawn.
  if (/^hp\b/i.test(rest)) return { tonic: { letter: 5, alter: 0 }, mode: 'mix' };
  const found =
    /^([A-G])([#b]?)(?:[ \t]*(maj|min|m(?![a-z])|ion|aeo|dor|mix|phr|lyd|loc)[a-z]*)?([ \t]*exp)?/i.exec(
      rest,
    );
  if (!found || !/[A-G]/.test(rest[0]!)) return `"${rest.slice(0, 20)}" is no key`;
  const after = rest.slice(found[0].length);
  if (/^[A-Za-z0-9#]/.test(after)) return `"${rest.slice(0, 20)}" is no key`;
  const tonic = {
    letter: LETTERS.indexOf(found[1]!),
    alter: found[2] === '#' ? 1 : found[2] === 'b' ? -1 : 0,
  };
  const mode = found[4] ? undefined : modeOf(found[3] ?? '');
  const accidentals = [...after.matchAll(/(?:^|[ \t])?(\^\^|\^|__|_|=)([A-Ga-g])/g)].map(
    ([, sign, letter]) => ({
      letter: LETTERS.indexOf(letter!.toUpperCase()),
      alter: { '^^': 2, '^': 1, '=': 0, _: -1, __: -2 }[sign!]!,
    }),
  );
  if (mode === undefined) {
    // `exp`: the listed accidentals are the whole signature.
    const natural = LETTERS.split('').map((_, letter) => ({ letter, alter: 0 }));
    const listed = natural.map(
      (none) => accidentals.findLast(({ letter }) => letter === none.letter) ?? none,
    );
    return { tonic, mode: 'maj', accidentals: listed };
  }
  if (Math.abs(sharps(tonic, mode)) > 7) return `"${rest.slice(0, 20)}" has more than seven sharps or flats`;
  return accidentals.length > 0 ? { tonic, mode, accidentals } : { tonic, mode };
}

/** Why a text is too long for a K: field; undefined where it is not. */
export function tooLong(text: string): string | undefined {
  return text.length > LONGEST ? `K: has ${text.length} characters, more than any key` : undefined;
}

function modeOf(word: string): Mode {
  switch (word.toLowerCase()) {
    case '':
    case 'maj':
    case 'ion':
      return 'maj';
    case 'm':
    case 'min':
    case 'aeo':
      return 'min';
    default:
      return word.toLowerCase() as Mode;
  }
}
