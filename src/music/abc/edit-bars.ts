import { DropCount, type Dropped } from './dropped.js';
import { keptLyrics } from './lyrics.js';
import { type AbcToken, abcTokens, joinTokens, type TokenKind } from './tokens.js';

/** New music for a bar: its ABC text, and how many notes it has. */
export interface NewBar {
  readonly text: string;
  readonly notes: number;
}

export interface EditedBars {
  readonly text: string;
  /** Counts of the graces, decorations and quoted texts that stood in the replaced bars. */
  readonly dropped: Dropped;
}

const BOUNDARIES = new Set<TokenKind>(['bar', 'ending', 'text-ending']);
/** Tokens that belong to the notes of a bar and are replaced with them. */
const MUSIC = new Set<TokenKind>([
  'pitch',
  'quarter-tone',
  'length',
  'rest',
  'bar-rest',
  'spacer',
  'chord-open',
  'chord-close',
  'graces-open',
  'graces-close',
  'tie',
  'broken',
  'tuplet',
  'slur',
  'quoted',
  'decoration',
  'undefined-sign',
]);

/** Names under which lost tokens are counted. */
const LOST: Readonly<Partial<Record<TokenKind, string>>> = {
  'graces-open': 'graces',
  quoted: 'chord symbols and texts',
  decoration: 'decorations',
};

/** A bar of the text, by the indices of its music tokens. */
interface Stretch {
  readonly tokens: number[];
  timed: boolean;
  /** Bars of rest that a multi-bar rest (`Z4`) stands for; 0 for other bars. */
  rests: number;
}

/**
 * Replaces bars in the text of the first tune, counted from 0 as written, pickups included. Every other character is
 * kept, and lyrics stay under their notes. Returns undefined where the text does not have `count` bars, or where a bar to
 * replace is part of a multi-bar rest.
 */
export function editBars(
  source: string,
  count: number,
  bars: ReadonlyMap<number, NewBar>,
): EditedBars | undefined {
  const tokens = abcTokens(source);
  const stretches = stretchesOf(tokens);
  const places: (Stretch | undefined)[] = stretches.flatMap((stretch) =>
    stretch.rests > 0 ? Array<undefined>(stretch.rests).fill(undefined) : [stretch],
  );
  if (places.length !== count) return undefined;
  const texts = tokens.map(({ text }) => text);
  const dropped = new DropCount();
  const barOf = new Map<number, number>();
  for (const [place, stretch] of places.entries())
    for (const index of stretch?.tokens ?? []) barOf.set(index, place);
  for (const [place, { text }] of bars) {
    const stretch = places[place];
    if (!stretch) return undefined;
    for (const lost of replace(tokens, texts, stretch.tokens, text)) dropped.add(lost);
  }
  lyrics(tokens, texts, barOf, bars);
  return { text: joinTokens(texts.map((text) => ({ text }))), dropped: dropped.counts };
}

/**
 * The text of each bar of the first tune, between its bar lines. undefined for bars of a multi-bar rest, and for bars
 * that contain anything but music and blanks, such as a line end.
 */
export function barTexts(source: string): (string | undefined)[] {
  const tokens = abcTokens(source);
  return stretchesOf(tokens).flatMap((stretch) => {
    if (stretch.rests > 0) return Array<undefined>(stretch.rests).fill(undefined);
    const inside = tokens.slice(stretch.tokens[0]!, stretch.tokens.at(-1)! + 1);
    const plain = inside.every(({ kind }) => MUSIC.has(kind) || kind === 'blank');
    return [plain ? joinTokens(inside) : undefined];
  });
}

/**
 * The text of a tune up to and including the bar `place`, counted from 0. undefined where the tune does not have `count`
 * bars.
 */
export function textUpTo(source: string, count: number, place: number): string | undefined {
  const tokens = abcTokens(source);
  const places = stretchesOf(tokens).flatMap(({ tokens, rests }) =>
    Array<number>(Math.max(1, rests)).fill(tokens.at(-1)!),
  );
  if (places.length !== count) return undefined;
  return joinTokens(tokens.slice(0, places[place]! + 1));
}

function stretchesOf(tokens: readonly AbcToken[]): Stretch[] {
  const stretches: Stretch[] = [];
  let open: Stretch = { tokens: [], timed: false, rests: 0 };
  let inGraces = false;
  const close = () => {
    if (open.timed) stretches.push(open);
    open = { tokens: [], timed: false, rests: 0 };
  };
  for (const [index, { kind, tune, inHeader, text }] of tokens.entries()) {
    if (tune !== 0 || inHeader) continue;
    if (BOUNDARIES.has(kind)) close();
    if (!MUSIC.has(kind)) continue;
    if (kind === 'graces-open' || kind === 'graces-close') inGraces = kind === 'graces-open';
    if (!inGraces && (kind === 'pitch' || kind === 'rest' || kind === 'bar-rest')) open.timed = true;
    if (kind === 'bar-rest') open.rests += Number(text.slice(1) || 1);
    open.tokens.push(index);
  }
  close();
  return stretches;
}

/**
 * Writes the new text into the first token of a bar and empties the others and the blanks between them. Slurs that cross
 * the bar's edges stay balanced. Returns the names of what is lost.
 */
function replace(
  tokens: readonly AbcToken[],
  texts: string[],
  places: readonly number[],
  text: string,
): string[] {
  const gone: string[] = [];
  const [first, last] = [places[0]!, places.at(-1)!];
  let [open, closing] = [0, 0];
  for (let index = first; index <= last; index++) {
    const { kind, text: was } = tokens[index]!;
    if (kind === 'slur') {
      if (was.endsWith('(')) open++;
      else if (open > 0) open--;
      else closing++;
    }
    const lost = LOST[kind];
    if (lost !== undefined) gone.push(lost);
    if (MUSIC.has(kind) || kind === 'blank') texts[index] = '';
  }
  texts[first] = slurred(text, open, closing);
  return gone;
}

const NOTE = /(?:\^\^|\^|__|_|=)?[A-Ga-g][,']*(?:\d+(?:\/+\d*)?|\/+\d*)?-?/g;

/** Closes the slurs from earlier bars at the first note, and opens those into later bars at the last note. */
function slurred(text: string, open: number, closing: number): string {
  if (open === 0 && closing === 0) return text;
  const notes = [...text.matchAll(NOTE)];
  const [first, last] = [notes[0], notes.at(-1)];
  if (!first || !last) return text;
  const begin = open > 0 ? last.index : text.length;
  const end = first.index + first[0].length;
  if (end > begin) return text;
  return `${text.slice(0, end)}${')'.repeat(closing)}${text.slice(end, begin)}${'('.repeat(open)}${text.slice(begin)}`;
}

/** Adapts the w: lines below each line of music to the new number of notes. */
function lyrics(
  tokens: readonly AbcToken[],
  texts: string[],
  barOf: ReadonlyMap<number, number>,
  bars: ReadonlyMap<number, NewBar>,
): void {
  /** The bar of each note in the last line of music. */
  let notes: number[] = [];
  let musicLine = 0;
  let [inGraces, inChord, goesOn] = [false, false, false];
  const placed = new Set<number>();
  let counts = new Map<number, number>();
  for (const [index, { kind, text, line }] of tokens.entries()) {
    if (kind === 'field' && text.startsWith('w:') && counts.size > 0)
      texts[index] = `w:${keptLyrics(text.slice(2), notes, counts)}`;
    if (kind === 'continuation') goesOn = true;
    const bar = barOf.get(index);
    if (bar === undefined) continue;
    if (line !== musicLine && !goesOn) {
      notes = [];
      counts = new Map();
    }
    musicLine = line;
    goesOn = false;
    if (kind === 'graces-open' || kind === 'graces-close') inGraces = kind === 'graces-open';
    if (kind === 'chord-open' || kind === 'chord-close') inChord = kind === 'chord-open';
    const isNote = (kind === 'pitch' && !inChord) || kind === 'chord-open';
    if (isNote && !inGraces) notes.push(bar);
    const now = bars.get(bar);
    // The new text of a bar that spans two lines stands in its first line.
    if (now && !counts.has(bar)) counts.set(bar, placed.has(bar) ? 0 : now.notes);
    placed.add(bar);
  }
}

/**
 * Edits a tune's header: inserts `lines` before K:, replaces the first field of each letter in `fields` (or inserts it
 * before K:), and inserts `top` after X:.
 */
export function editHeader(
  source: string,
  lines: readonly string[],
  fields: Readonly<Record<string, string>> = {},
  top: readonly string[] = [],
): string {
  const tokens = abcTokens(source);
  const texts = tokens.map(({ text }) => text);
  const wanted = new Map(Object.entries(fields));
  let key = -1;
  for (const [index, { kind, text, inHeader, tune }] of tokens.entries()) {
    if (tune !== 0 || !inHeader || kind !== 'field') continue;
    const letter = text[0]!;
    if (letter === 'K') key = index;
    const value = wanted.get(letter);
    if (value === undefined) continue;
    texts[index] = `${letter}:${value}`;
    wanted.delete(letter);
  }
  const added = [...[...wanted].map(([letter, value]) => `${letter}:${value}`), ...lines];
  const at = key < 0 ? tokens.findIndex(({ tune, inHeader }) => tune === 0 && !inHeader) : key;
  const end = tokens.find(({ kind }) => kind === 'line-end')?.text ?? '\n';
  const put = (at: number, lines: readonly string[]) => {
    if (at >= 0) texts[at] = `${lines.map((line) => line + end).join('')}${texts[at]}`;
  };
  put(at, added);
  const named = tokens.findIndex(({ kind, text, tune }) => tune === 0 && kind === 'field' && text[0] === 'X');
  const begin = tokens.findIndex(({ tune, line }) => tune === 0 && line > (tokens[named]?.line ?? 0));
  put(begin, top);
  return texts.join('');
}
