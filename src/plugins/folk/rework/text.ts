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
  /** Notation without tokens that the replaced bars had. */
  readonly dropped: Dropped;
}

/** Changes to the header: lines to insert before K:, and fields to replace. */
export interface NewHeader {
  readonly notes: readonly string[];
  readonly fields: Readonly<Record<string, string>>;
}

/**
 * Edits the text of a given tune: the bars at `places` are taken from `made`, the rewritten tune; everything else stays the
 * same, character by character. undefined if the text cannot be edited so that it parses as `made`.
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

/** The edited text, if it parses as the tune that was made. */
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

/** The line ending to append to a text, in the text's own style; empty if it already ends with one. */
function lineEndOf(text: string): string {
  return /[\r\n]$/.test(text) ? '' : (/\r\n?|\n/.exec(text)?.[0] ?? '\n');
}

function heard(tune: Tune): string {
  return soundingNotes({ ...tune, body: tune.body.map(unshifted) })
    .map(({ pitch, start, duration }) => `${pitch} ${start.num}/${start.den} ${duration.num}/${duration.den}`)
    .join();
}

/** The written pitch: tunes made here have no octave= shift. */
function unshifted(element: TuneElement): TuneElement {
  const { shift: _, ...written } = element;
  return written as TuneElement;
}

/** The notes, rests and their signs of each non-empty bar. */
function barsIn(body: readonly TuneElement[]): TuneElement[][] {
  const bars: TuneElement[][] = [[]];
  for (const element of body) {
    if (element.kind === 'bar' || element.kind === 'volta') bars.push([]);
    else if (element.kind !== 'key' && element.kind !== 'meter') bars.at(-1)!.push(element);
  }
  return bars.filter((bar) => bar.some(isTimed));
}

/** The music of `made` with the accidentals that the given tune's key and accidental rules require. */
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

/** The unit note length (L:) of each bar, in eighths, derived from a note's duration and its written length. */
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
