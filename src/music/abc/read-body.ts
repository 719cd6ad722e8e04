import { requireCountable } from './countable.js';
import { Cursor } from './cursor.js';
import type { DropCount } from './dropped.js';
import { equal, type Fraction, fraction, multiply, ONE } from './fraction.js';
import type { Fields } from './header.js';
import type { Key } from './key.js';
import { barLength, tupletTime } from './meter.js';
import { takeBroken, takeLength, takePitch } from './note-text.js';
import { quoted } from './refusal.js';
import { append, isTimed, settled } from './signs.js';
import type { BarLine, ChordNote, ElementOf, Meter, TuneElement } from './tune.js';

/** What is wrong with a tune without making it unreadable. */
export interface Warning {
  readonly place: { readonly line: number; readonly column: number };
  readonly reason: string;
}

/** Elements of one tune: more than any tune for players has, few enough that a hostile file stays small in memory. */
const MOST_ELEMENTS = 50_000;
/** Signs of one tune, those that are dropped and blanks too. */
const MOST_SIGNS = 500_000;
const MOST_WARNINGS = 1000;
/** Notes of one chord; ten fingers play fewer. */
const MOST_CHORD_NOTES = 32;

const INLINE_FIELD = /\[([A-Za-z]):([^\]]*)\]/y;
const BLANK = /[ \t`]+/y;
const TUPLET = /\(([2-9])(?::([1-9]\d?)?(?::([1-9]\d?)?)?)?/y;
const GRACES = /\{[^}]*\}/y;
const QUOTED = /"([^"]*)"/y;
const NAMED_DECORATION = /!([^!|]{0,30})!|\+([^+|\s]{1,30})\+/y;
const DECORATION = /[.~HJLMOPRSTtuv]/y;
const UNDEFINED_SIGN = /[IKNQUVWh-w](?=[.~HLMOPRSTuvk]{0,20}[\^_=A-Ga-gz["{(])/y;
const ENDING = /\[?(\d{1,2}(?:[,-]\d{1,2}){0,15})/y;
const BAR = /(?::+\|+\[?\|*|\|*\[?\|+)\]?\|?(?:(?<!\]):+|:+(?!\|))?|::+/y;
const REST = /[zx]/y;
const BAR_REST = /[ZX](\d{0,3})/y;

/** Reads the music lines of one tune, one after the other. Throws {@link RefusedTune}. */
export class BodyReader {
  #elements: TuneElement[] = [];
  readonly warnings: Warning[] = [];
  readonly #fields: Fields;
  readonly #dropped: DropCount;
  #voice: string | undefined;
  #signs = 0;
  /** Where the last note, chord or rest is. */
  #timed = -1;

  constructor(fields: Fields, dropped: DropCount) {
    this.#fields = fields;
    this.#dropped = dropped;
  }

  /** What was read, once the last line is in. */
  finish(top: { key: Key; meter: Meter | null }): TuneElement[] {
    const { kept, removed } = settled(this.#elements, top);
    requireCountable(kept);
    for (const { kind, place } of removed) {
      const reason =
        kind === 'tuplet'
          ? 'a tuplet with too few notes is passed over'
          : 'broken rhythm with no note after it changes the note before alone';
      this.warnings.push({ place, reason });
    }
    return kept;
  }

  /** A field on a line of its own or in brackets. */
  field(letter: string, text: string, cursor: Cursor): void {
    const { place } = cursor;
    switch (letter) {
      case 'K':
        this.#fields.setKey(text, place);
        this.#push({ kind: 'key', key: this.#fields.key, place });
        break;
      case 'M':
        this.#fields.setMeter(text, place);
        this.#push({ kind: 'meter', meter: this.#fields.meter, place });
        break;
      case 'L':
        this.#fields.setUnit(text, place);
        break;
      case 'V': {
        const voice = text.trim().split(/\s/)[0]!;
        if (this.#voice !== undefined && this.#voice !== voice) cursor.refuse('the tune has several voices');
        this.#voice = voice;
        this.#dropped.add('voice fields');
        break;
      }
      case 'U':
      case 'm':
        cursor.refuse(`${letter}: gives signs another meaning`);
        break;
      case 'w':
      case 'W':
        this.#dropped.add('lyrics');
        break;
      case 'P':
        this.#dropped.add('part names');
        break;
      default:
        this.#dropped.add(
          letter === 'Q' ? 'tempo changes' : letter === 'T' ? 'titles in the music' : 'fields in the music',
        );
    }
  }

  /** A line that is no music. */
  foreign(line: number): void {
    if (this.warnings.length < MOST_WARNINGS)
      this.warnings.push({ place: { line, column: 1 }, reason: 'a line that is no music is passed over' });
  }

  line(cursor: Cursor): void {
    while (!cursor.done) {
      this.#count(cursor);
      this.#next(cursor);
    }
  }

  /** Bounds time and memory for text that is no tune. */
  #count(cursor: Cursor): void {
    if (this.#elements.length > MOST_ELEMENTS || ++this.#signs > MOST_SIGNS)
      cursor.refuse('the tune is longer than any for players');
  }

  #next(cursor: Cursor): void {
    const { at, place } = cursor;
    if (cursor.take(BLANK)) return;
    const inline = cursor.take(INLINE_FIELD);
    if (inline) {
      const within = new Cursor(cursor.text, cursor.line, cursor.offset);
      within.at = at;
      this.field(inline[1]!, inline[2]!, within);
      return;
    }
    if (this.#bar(cursor)) return;
    if (cursor.peek() === '[') {
      this.#chord(cursor);
      return;
    }
    const tuplet = cursor.take(TUPLET);
    if (tuplet) {
      const p = Number(tuplet[1]);
      const q = tuplet[2] ? Number(tuplet[2]) : tupletTime(p, this.#fields.meter);
      const r = tuplet[3] ? Number(tuplet[3]) : p;
      this.#push({ kind: 'tuplet', p, q, r, place });
      return;
    }
    if (this.#drop(cursor)) return;
    const pitch = takePitch(cursor);
    if (pitch) {
      const duration = multiply(takeLength(cursor), this.#fields.unit);
      this.#push({ kind: 'note', pitch, duration, tie: false, place });
      return;
    }
    if (cursor.take(REST)) {
      this.#push({ kind: 'rest', duration: multiply(takeLength(cursor), this.#fields.unit), place });
      return;
    }
    if (cursor.peek() === '-') {
      this.#tie(cursor);
      cursor.at++;
      return;
    }
    const by = takeBroken(cursor);
    if (by !== undefined) {
      // Not at the beginning of a line either: what it would change stands in another.
      if (!isTimed(this.#elements.at(-1)) || beginsLine(cursor, at)) {
        cursor.refuse('broken rhythm with no note before it', at);
      }
      this.#push({ kind: 'broken', by, place });
      return;
    }
    const bars = cursor.take(BAR_REST);
    if (bars) {
      this.#barRests(Number(bars[1] || 1), at, cursor);
      return;
    }
    this.#unreadable(cursor);
  }

  #unreadable(cursor: Cursor): never {
    switch (cursor.peek()) {
      case '&':
        return cursor.refuse('two voices in one bar (&)');
      case '{':
        return cursor.refuse('a grace that does not end');
      case '"':
        return cursor.refuse('a text that does not end');
      default:
        return cursor.refuse(`${quoted(cursor.peek())} means nothing here`);
    }
  }

  /** Signs that are counted and not kept. */
  #drop(cursor: Cursor): boolean {
    const { at } = cursor;
    const kind = this.#dropKind(cursor);
    if (kind === undefined) {
      cursor.at = at;
      return false;
    }
    if (kind !== '') this.#dropped.add(kind);
    return true;
  }

  #dropKind(cursor: Cursor): string | undefined {
    if (cursor.take(/\.?\(|\)/y)) return 'slurs';
    if (cursor.take(GRACES)) return 'graces';
    const text = cursor.take(QUOTED);
    if (text) return /^[A-G]/.test(text[1]!) ? 'chord symbols' : 'annotations';
    if (cursor.take(NAMED_DECORATION)) return 'decorations';
    if (cursor.take(/y(?:\d+(?:\/\d*)?|\/+\d*)?/y)) return 'spacers';
    if (cursor.take(/\.(?=-)/y)) return '';
    if (cursor.take(DECORATION)) return 'decorations';
    // An old sign for the end of a line of print; two in a line may as well be an unknown decoration.
    if (cursor.peek() === '!' && cursor.text.indexOf('!') === cursor.text.lastIndexOf('!')) cursor.at++;
    else if (!cursor.take(/\*+|\$/y))
      return this.#undefinedSign(cursor) ? 'undefined signs' : cursor.take(/\\/y) ? '' : undefined;
    return 'line breaks';
  }

  /** A letter that a file may define as a decoration and did not. Elsewhere than in a line of music it is a word. */
  #undefinedSign(cursor: Cursor): boolean {
    const { at } = cursor;
    if (cursor.take(UNDEFINED_SIGN) === null) return false;
    if (cursor.isMusic) return true;
    cursor.at = at;
    return false;
  }

  #tie(cursor: Cursor): void {
    const index = this.#timed;
    const note = this.#elements[index];
    if (note?.kind === 'note' || note?.kind === 'chord') this.#elements[index] = { ...note, tie: true };
    else this.#warn(cursor, 'a tie with no note before it');
  }

  #warn(cursor: Cursor, reason: string): void {
    if (this.warnings.length < MOST_WARNINGS) this.warnings.push({ place: cursor.place, reason });
  }

  #chord(cursor: Cursor): void {
    const { at, place } = cursor;
    cursor.at++;
    const notes: ChordNote[] = [];
    while (cursor.peek() !== ']') {
      if (cursor.done) cursor.refuse('a chord that does not end', at);
      this.#count(cursor);
      const pitch = takePitch(cursor);
      if (pitch) {
        const duration = takeLength(cursor);
        const tie = cursor.take(/-/y) !== null;
        notes.push({ pitch, duration, tie });
        if (notes.length > MOST_CHORD_NOTES)
          cursor.refuse(`a chord of more than ${MOST_CHORD_NOTES} notes`, at);
      } else if (!cursor.take(/[ \t]+/y) && !this.#drop(cursor)) {
        cursor.refuse(`${quoted(cursor.peek())} means nothing in a chord`);
      }
    }
    cursor.at++;
    const outer = takeLength(cursor);
    if (notes.length === 0) {
      this.#warn(cursor, 'a chord without notes');
      return;
    }
    this.#push({ kind: 'chord', ...scaled(notes, outer, this.#fields.unit), tie: false, place });
  }

  #barRests(count: number, at: number, cursor: Cursor): void {
    const { meter } = this.#fields;
    if (count < 1 || count > 100) cursor.refuse(`${count} bars of rest`, at);
    const duration = meter ? barLength(meter) : fraction(8);
    const place = cursor.placeAt(at);
    for (let bar = 0; bar < count; bar++) {
      if (bar > 0) this.#push({ kind: 'bar', line: '|', place });
      this.#push({ kind: 'rest', duration, place });
    }
  }

  #bar(cursor: Cursor): boolean {
    const { at, place } = cursor;
    const found = cursor.take(BAR);
    if (!found) {
      // `[1` with no bar line, `]` that stands alone: an end that is not drawn.
      if (cursor.peek() === '[' && /\d/.test(cursor.peek(1))) return this.#ending(cursor);
      if (cursor.take(/\[(?=")/y)) return this.#textEnding(cursor);
      return cursor.take(/\]\|?/y) !== null && this.#pushBar('||', at, cursor);
    }
    const text = found[0];
    if (text.startsWith(':') && text.length === 1) return cursor.refuse('a colon with no bar line', at);
    const closes = text.startsWith(':');
    const opens = text.endsWith(':');
    if (closes) this.#pushBar(':|', at, cursor);
    if (opens) this.#pushBar('|:', at, cursor);
    if (!closes && !opens)
      this.#pushBar(text.replace(/[^|]/g, '').length > 1 || /[[\]]/.test(text) ? '||' : '|', at, cursor);
    if (/:::|::\||\|::/.test(text))
      this.#warn(
        new Cursor(cursor.text, place.line, cursor.offset),
        'a repeat played more than twice is read as a repeat',
      );
    this.#ending(cursor);
    return true;
  }

  #pushBar(line: BarLine, at: number, cursor: Cursor): true {
    this.#push({ kind: 'bar', line, place: cursor.placeAt(at) });
    return true;
  }

  /** An ending's number after a bar line; blanks may stand before its bracket. */
  #ending(cursor: Cursor): boolean {
    const { at } = cursor;
    cursor.take(/[ \t]*(?=\[\d)/y);
    const place = cursor.place;
    const found = cursor.take(ENDING);
    if (!found) {
      cursor.at = at;
      return false;
    }
    this.#push({ kind: 'volta', ending: found[1]!, bar: false, place });
    return true;
  }

  #textEnding(cursor: Cursor): true {
    cursor.take(QUOTED);
    this.#dropped.add('endings with a text');
    return true;
  }

  #push(element: TuneElement): void {
    append(this.#elements, element);
    if (isTimed(element)) this.#timed = this.#elements.length - 1;
  }
}

/** Whether nothing stands before it in its line, or the beginning of a slur just before it. */
function beginsLine({ text }: Cursor, at: number): boolean {
  if (text[at - 1] === '(') return true;
  let before = at - 1;
  while (text[before] === ' ' || text[before] === '\t') before--;
  return before < 0;
}

/** A chord's lengths in eighth notes: lengths inside are kept where there are any. */
function scaled(
  notes: readonly ChordNote[],
  outer: Fraction,
  unit: Fraction,
): Pick<ElementOf<'chord'>, 'notes' | 'duration'> {
  if (notes.every(({ duration }) => equal(duration, ONE))) return { notes, duration: multiply(outer, unit) };
  return {
    notes: notes.map((note) => ({ ...note, duration: multiply(note.duration, unit) })),
    duration: outer,
  };
}
