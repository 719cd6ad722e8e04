import type { Dropped } from '../../../music/abc/dropped.js';
import { type EditedBars, editBars, editHeader, type NewBar } from '../../../music/abc/edit-bars.js';
import { type Fraction, fraction, multiply } from '../../../music/abc/fraction.js';
import { readLength } from '../../../music/abc/note-text.js';
import { soundingNotes } from '../../../music/abc/notes.js';
import { readAbc } from '../../../music/abc/read.js';
import { isTimed } from '../../../music/abc/signs.js';
import { Accidentals } from '../../../music/abc/sounding.js';
import { abcTokens } from '../../../music/abc/tokens.js';
import type { Alteration, Tune, TuneElement, WrittenPitch } from '../../../music/abc/tune.js';
import { barText } from '../../../music/abc/write.js';
import type { BarredTune } from './bars.js';

export interface ReworkedText {
  readonly text: string;
  readonly tune: Tune;
  /** What the bars that were replaced had beside their notes. */
  readonly dropped: Dropped;
}

/** Header lines: some to be put in before K:, and fields to be replaced. */
export interface NewHeader {
  readonly notes: readonly string[];
  readonly fields: Readonly<Record<string, string>>;
}

/**
 * The text of a tune that was given, with the bars at `places` as they are in `made`, which is the same tune written anew; everything else
 * stays as it was, character by character. undefined where the text cannot be edited so that it is read as `made`.
 */
export function reworkedText(
  given: BarredTune,
  made: Tune,
  places: ReadonlySet<number>,
  header: NewHeader,
): ReworkedText | undefined {
  const fresh = barsIn(respelled(made, given.tune));
  if (fresh.length !== given.bars.length) return undefined;
  const units = unitsOf(given);
  const bars = new Map<number, NewBar>();
  for (const place of places) {
    const body = fresh[place]!;
    const bar = barText({ ...made, body }, units[place]!, given.bars[place]!.number === 0);
    bars.set(place, {
      text: bar,
      notes: body.filter(({ kind }) => kind === 'note' || kind === 'chord').length,
    });
  }
  const edited = editBars(given.source, given.bars.length, bars);
  return edited && checked(edited, made, header);
}

/** The edited text, if it is read as the tune that was made. */
function checked(
  { text: body, dropped }: EditedBars,
  made: Tune,
  { notes, fields }: NewHeader,
): ReworkedText | undefined {
  const text = editHeader(`${body}${lineEndOf(body)}`, notes, fields);
  const [read, ...others] = readAbc(text);
  if (!read?.tune || others.length > 0 || heard(read.tune) !== heard(made)) return undefined;
  return { text, tune: read.tune, dropped };
}

/** What the last line of a text wants: its own kind of line end, where it has none. */
function lineEndOf(text: string): string {
  return /[\r\n]$/.test(text) ? '' : (/\r\n?|\n/.exec(text)?.[0] ?? '\n');
}

function heard(tune: Tune): string {
  return soundingNotes({ ...tune, body: tune.body.map(unshifted) })
    .map(({ pitch, start, duration }) => `${pitch} ${start.num}/${start.den} ${duration.num}/${duration.den}`)
    .join();
}

/** As it is written: a tune that was made has no octave= to it. */
function unshifted(element: TuneElement): TuneElement {
  const { shift: _, ...written } = element;
  return written as TuneElement;
}

/** The notes, rests and their signs of each bar that has any. */
function barsIn(body: readonly TuneElement[]): TuneElement[][] {
  const bars: TuneElement[][] = [[]];
  for (const element of body) {
    if (element.kind === 'bar' || element.kind === 'volta') bars.push([]);
    else if (element.kind !== 'key' && element.kind !== 'meter') bars.at(-1)!.push(element);
  }
  return bars.filter((bar) => bar.some(isTimed));
}

/** The music of `made` with the accidentals that the key and the rules of the tune given ask for. */
function respelled(made: Tune, given: Tune): TuneElement[] {
  const sound = new Accidentals(made.key);
  const written = new Accidentals(given.key, given.propagation);
  const spell = (pitch: WrittenPitch, tie: boolean): WrittenPitch => {
    const alter = sound.sound(pitch, tie);
    const { step } = pitch;
    const needed = pitch.accidental !== undefined || written.implied(step) !== alter;
    const next = needed ? { step, accidental: alter as Alteration } : { step };
    written.sound(next, tie);
    return next;
  };
  return made.body.map((element) => {
    sound.pass(element);
    written.pass(element);
    if (element.kind === 'note') {
      const pitch = spell(element.pitch, element.tie);
      sound.noteEnds();
      written.noteEnds();
      return { ...element, pitch };
    }
    if (element.kind !== 'chord') return element;
    const notes = element.notes.map((note) => ({
      ...note,
      pitch: spell(note.pitch, note.tie || element.tie),
    }));
    sound.noteEnds();
    written.noteEnds();
    return { ...element, notes };
  });
}

/** L: of each bar, in eighths: what one of its notes lasts by what is written behind it. */
function unitsOf({ tune, source, firstLine }: BarredTune): Fraction[] {
  const tokens = abcTokens(source);
  const at = new Map(tokens.map((token, index) => [`${token.line} ${token.column}`, index]));
  let unit = fraction(1);
  return barsIn(tune.body).map((bar) => {
    for (const element of bar) {
      if (element.kind !== 'note' && element.kind !== 'rest') continue;
      const { line, column } = element.place;
      const index = at.get(`${line - firstLine + 1} ${column}`);
      const { kind } = tokens[index ?? 0]!;
      if (index === undefined || (kind !== 'pitch' && kind !== 'rest')) continue;
      const next = tokens[index + 1];
      const length = next?.kind === 'length' ? readLength(next.text) : fraction(1);
      if (!length) continue;
      unit = multiply(element.duration, fraction(length.den, length.num));
      break;
    }
    return unit;
  });
}
