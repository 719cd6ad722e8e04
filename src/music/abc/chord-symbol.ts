import { LETTERS } from './key.js';

/** The parts of a chord symbol, such as `Bb`, `m7`, `D` of `Bbm7/D` (ABC 2.1, 4.18). */
export interface ChordSymbol {
  readonly root: string;
  /** The text after the root: `m7`, `sus4`; empty for a major triad. */
  readonly type: string;
  readonly bass?: string;
}

const ROOT = '[A-G](?:#|b|♯|♭|♮|=)?';
const TYPE =
  '(?:6/9|maj|min|dim|aug|sus|add|alt|omit|no|mi|ma|m|M|o|ø|°|Δ|\\+|-|\\^|\\d{1,2}|#|b|♯|♭|[(),]|\\s(?=[(\\d]))*';
const CHORD = new RegExp(`^(\\(?)(${ROOT})(${TYPE})(?:/([A-Ga-g](?:#|b|♯|♭|♮|=)?))?(\\)?)$`);

/** Parses the text between the quotes as a chord symbol. undefined where it is not one (`Fine`, `^slow`). */
export function readChordSymbol(text: string): ChordSymbol | undefined {
  const found = CHORD.exec(text.trim());
  if (!found) return undefined;
  const [, , root, type, bass] = found;
  return { root: root!, type: type!, ...(bass === undefined ? {} : { bass }) };
}

/** Whether quoted text consists of chord symbols: one, several separated by `;` or line breaks, or one in parentheses. */
export function isChordText(text: string): boolean {
  return text !== '' && text.split(/[;\n]|\\n/).every((part) => readChordSymbol(part) !== undefined);
}

/**
 * Maps the root and bass of each chord symbol in a text and keeps everything else; a text without chord symbols comes
 * back unchanged. `move` maps a letter (0 is C) and its alteration in semitones.
 */
export function mapChordText(
  text: string,
  move: (letter: number, alter: number) => { letter: number; alter: number },
): string {
  if (!isChordText(text)) return text;
  return text
    .split(/([;\n]|\\n)/)
    .map((part) => {
      const found = CHORD.exec(part.trim());
      if (!found) return part;
      const [whole, open, root, type, bass, close] = found;
      const moved = open! + movedRoot(root!, move) + type + (bass ? `/${movedRoot(bass, move)}` : '') + close;
      return part.replace(whole, () => moved);
    })
    .join('');
}

function movedRoot(root: string, move: Parameters<typeof mapChordText>[1]): string {
  const alter = alterOf(root[1]);
  const { letter, alter: wanted } = move(LETTERS.indexOf(root[0]!.toUpperCase()), alter);
  const to = LETTERS[letter]!;
  return (root[0] === root[0]!.toLowerCase() ? to.toLowerCase() : to) + signOf(wanted, root);
}

function alterOf(sign: string | undefined): number {
  return sign === '#' || sign === '♯' ? 1 : sign === 'b' || sign === '♭' ? -1 : 0;
}

/** The sign of an alteration, in Unicode where the symbol had a Unicode sign. */
function signOf(alter: number, before: string): string {
  if (alter === 0) return '';
  const unicode = /[♯♭♮]/.test(before);
  return alter > 0 ? (unicode ? '♯' : '#') : unicode ? '♭' : 'b';
}
