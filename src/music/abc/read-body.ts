import { barLines, MOST_TIMES } from './bar-lines.js';
import { isChordText } from './chord-symbol.js';
import type { DropCount } from './dropped.js';
import { controlIn } from './foreign.js';
import { type Fraction, multiply, ONE } from './fraction.js';
import { type Fields, readVoice } from './header.js';
import { MusicLexer, type MusicToken } from './lexer.js';
import { MOST_USES } from './macros.js';
import { barLength, tupletTime } from './meter.js';
import { beginsLine, MusicLine, pitchOf, refuseToken } from './music-line.js';
import { readLength, readPitch } from './note-text.js';
import { quoted, RefusedTune } from './refusal.js';
import { settledVoices } from './settled-voices.js';
import { isTimed } from './signs.js';
import type { Broken, ChordNote, Graces, Place, TuneElement, Voice } from './tune.js';
import { barsOfRest, scaled, VoiceBuilder } from './voice-builder.js';

/** Bound on the elements of one tune, so that a hostile file stays small in memory. */
export const MOST_ELEMENTS = 50_000;
/** Bound on the tokens of one tune, including blanks and dropped signs. */
const MOST_SIGNS = 500_000;
/** Bound on the notes of one chord. */
const MOST_CHORD_NOTES = 32;
const MOST_VOICES = 64;

/** Text that looks like a chord symbol but is not one in ABC: `H7`, `G/`. */
const LIKE_A_CHORD = /^(?:H|[A-G](?=.))[#b]?(?:m|min|maj|dim|aug|sus|add)?\d{0,2}(?:\/.{0,3})?$/;

const LEFT_OUT: Partial<Record<MusicToken['kind'], string>> = {
  slur: 'slurs',
  spacer: 'spacers',
  'line-break': 'line breaks',
  'undefined-sign': 'undefined signs',
  'text-ending': 'endings with a text',
  html: 'HTML',
};

/** Reads the music lines of one tune in order. Its methods throw {@link RefusedTune}. */
export class BodyReader {
  readonly #fields: Fields;
  readonly #dropped: DropCount;
  readonly #voices: VoiceBuilder[] = [];
  #voice: VoiceBuilder;
  /** Whether a V: field has named the first voice. */
  #named = false;
  /** Names that P: fields in the music have given so far. */
  readonly #parts: string[] = [];
  #signs = 0;
  #elements = 0;
  /** Uses of macros so far. */
  #uses = 0;

  /** Call after the header is read. */
  constructor(fields: Fields, dropped: DropCount, start: Place) {
    this.#fields = fields;
    this.#dropped = dropped;
    const [id = ''] = fields.voices.keys();
    this.#voice = this.#begin(id, start);
  }

  #begin(id: string, place: Place): VoiceBuilder {
    const said = this.#fields.voices.get(id);
    const holding = this.#fields.holding.copy();
    if (said) holding.sound(said.sounds);
    const voice = new VoiceBuilder(id, said?.name, place, holding);
    this.#voices.push(voice);
    return voice;
  }

  /** The voices that have music. Call after the last line; the first voice is the tune's own. */
  finish(): Voice[] {
    return settledVoices(this.#voices, this.#fields);
  }

  /** Applies a field on its own line or in brackets (`inline`); `text` follows the colon. */
  field(letter: string, text: string, place: Place, inline: boolean): void {
    const { holding } = this.#voice;
    switch (letter) {
      case 'K':
        if (holding.setKey(text, place)) this.#push({ kind: 'key', key: holding.key, place });
        break;
      case 'M':
        holding.setMeter(text, place);
        this.#push({ kind: 'meter', meter: holding.meter, place });
        break;
      case 'L':
        holding.setUnit(text, place);
        break;
      case 'V':
        this.#switch(text, place);
        this.#dropped.add('voice fields');
        break;
      case 'U':
        this.#fields.define(text, place);
        this.#dropped.add('signs defined');
        break;
      case 'm':
        this.#fields.macro(text, place);
        this.#dropped.add('macros');
        break;
      case 'w':
      case 'W':
        this.#dropped.add('lyrics');
        break;
      case 'P':
        // On a line of its own, P: names the part of every voice.
        for (const voice of inline ? [this.#voice] : this.#voices) voice.part = text.trim();
        this.#parts.push(text.trim());
        this.#dropped.add('part names');
        break;
      case 'Q':
        this.#voice.tempo = this.#fields.tempoAt(text, holding.unit, place);
        this.#dropped.add('tempo changes');
        break;
      default:
        if (letter === 'I') this.directive(text, place);
        this.#dropped.add(letter === 'T' ? 'titles in the music' : 'fields in the music');
    }
  }

  #switch(text: string, place: Place): void {
    const { id, name, sounds } = readVoice(text);
    const begun = this.#voices.find((voice) => voice.id === id);
    if (begun) {
      this.#voice = begun;
      if (begun.last === undefined) begun.place = place;
    } else if (!this.#named && this.#voice.id === '') {
      // Music before the first V: belongs to the voice that it names.
      this.#voice.id = id;
      this.#voice.name = name;
    } else {
      if (this.#voices.length >= MOST_VOICES) throw new RefusedTune(place, `more than ${MOST_VOICES} voices`);
      if (name !== undefined)
        this.#fields.voices.set(id, { sounds: {}, ...this.#fields.voices.get(id), name });
      this.#voice = this.#begin(id, place);
      // A later voice begins in the first part; in other parts it names its own.
      if (this.#parts.length === 1) [this.#voice.part] = this.#parts;
    }
    this.#named = true;
    this.#voice.holding.sound(sounds);
  }

  /** Applies the text after %% or I: to the current voice. */
  directive(text: string, place: Place): void {
    const { holding, elements } = this.#voice;
    this.#fields.directive(text, place, holding, elements.some(isTimed));
  }

  /** Counts a line that is not music, with a warning. */
  foreign(line: number): void {
    this.#fields.warn({ line, column: 1 }, 'a line that is no music is passed over');
    this.#dropped.add('lines of text');
  }

  line(text: string, number: number): void {
    const { text: played, uses, writtenAt } = this.#fields.macros.expand(text);
    const line = new MusicLine(new MusicLexer(played, this.#fields.signs.letters), number, writtenAt);
    this.#uses += uses;
    if (this.#uses >= MOST_USES) line.refuse('the tune is longer than any for players', 0);
    for (let token = line.next(); token; token = line.next()) {
      this.#count(line, token.at);
      this.#take(token, line);
    }
    this.#voice.endLine();
  }

  /** Bounds time and memory for text that is not a tune. */
  #count(line: MusicLine, at: number): void {
    if (this.#elements > MOST_ELEMENTS || ++this.#signs > MOST_SIGNS)
      line.refuse('the tune is longer than any for players', at);
  }

  #take(token: MusicToken, line: MusicLine): void {
    const { kind, text, at } = token;
    const place = line.placeAt(at);
    const { holding } = this.#voice;
    switch (kind) {
      case 'blank': {
        const odd = controlIn(text);
        if (odd >= 0) this.#fields.warn(line.placeAt(at + odd), `${quoted(text[odd]!)} is passed over`);
        return;
      }
      case 'continuation':
        return;
      case 'pitch':
        this.#push({
          kind: 'note',
          pitch: pitchOf(token, line),
          duration: this.#length(line),
          tie: false,
          place,
        });
        return;
      case 'rest':
        this.#push({ kind: 'rest', duration: this.#length(line), place });
        return;
      case 'bar':
        this.#bar(text, place);
        return;
      case 'chord-open':
        this.#chord(at, line);
        return;
      case 'inline-field':
        this.field(text[1]!, text.slice(3, -1), place, true);
        return;
      case 'ending':
        this.#push({ kind: 'volta', ending: text.replace('[', ''), bar: false, place });
        return;
      case 'tuplet': {
        const [p, q, r] = text.slice(1).split(':').map(Number) as [number, number?, number?];
        this.#push({ kind: 'tuplet', p, q: q || tupletTime(p, holding.meter), r: r || p, place });
        return;
      }
      case 'tie':
        if (!this.#voice.tie()) this.#fields.warn(place, 'a tie with no note before it');
        return;
      case 'broken':
        // Nor at the beginning of a line: the note that it would change is on another line.
        if (!isTimed(this.#voice.last) || beginsLine(line.lexer.line, at))
          line.refuse('broken rhythm with no note before it', at);
        this.#push({ kind: 'broken', by: (text[0] === '>' ? text.length : -text.length) as Broken, place });
        return;
      case 'bar-rest':
        this.#barRests(Number(text.slice(1) || 1), line, at);
        return;
      case 'overlay':
        if (!this.#voice.overlay()) this.#fields.warn(place, '& with no notes before it in its bar');
        return;
      default:
        if (!this.#leaveOut(token, line)) refuseToken(token, line);
    }
  }

  /** Keeps signs that belong to notes as marks, or counts them as dropped. */
  #leaveOut({ kind, text, at }: MusicToken, line: MusicLine): boolean {
    const place = line.placeAt(at);
    const counted = LEFT_OUT[kind];
    if (counted !== undefined) this.#dropped.add(counted);
    switch (kind) {
      case 'quoted':
        this.#quoted(text.slice(1, -1), place);
        return true;
      case 'decoration': {
        const meaning = text.length > 1 ? text.slice(1, -1) : this.#fields.signs.meaning(text);
        if (meaning.startsWith('"')) this.#quoted(meaning.slice(1, -1), place);
        else {
          this.#voice.decorate(meaning);
          this.#dropped.add('decorations');
        }
        return true;
      }
      case 'graces-open':
        this.#graces(text === '{/', line, place);
        this.#dropped.add('graces');
        return true;
      case 'text-ending':
        this.#fields.warn(place, `an ending named by a text, ${text.slice(1, 20)}, is played each time`);
        return true;
      case 'html':
        this.#fields.warn(place, `${text.slice(0, 20)} is HTML and is passed over`);
        return true;
      case 'undefined-sign':
        this.#fields.warn(place, `${quoted(text)} is a sign that nothing defines (U:) and is passed over`);
        return true;
      case 'continuation':
        return true;
      default:
        return counted !== undefined;
    }
  }

  #quoted(text: string, place: Place): void {
    if (isChordText(text)) {
      this.#voice.chord(text, place);
      this.#dropped.add('chord symbols');
    } else {
      if (LIKE_A_CHORD.test(text))
        this.#fields.warn(
          place,
          `"${text.slice(0, 20)}" is no chord symbol that is known, and is read as a text`,
        );
      this.#voice.annotate(text);
      this.#dropped.add('annotations');
    }
  }

  #graces(slashed: boolean, line: MusicLine, place: Place): void {
    const notes: Graces['notes'][number][] = [];
    for (let token = line.next(); token && token.kind !== 'graces-close'; token = line.next()) {
      this.#count(line, token.at);
      if (token.kind !== 'pitch') continue;
      const written = line.peek()?.kind === 'length' ? line.next() : undefined;
      const length = (written && readLength(written.text)) ?? ONE;
      notes.push({ pitch: readPitch(token.text), duration: multiply(length, this.#voice.holding.unit) });
    }
    if (notes.length > 0) this.#voice.grace({ notes, slashed }, place);
  }

  /**
   * Reads a length in eighth notes; one unit where none is written. Blanks before a length are skipped with a warning.
   */
  #length(line: MusicLine): Fraction {
    return multiply(this.#units(line), this.#voice.holding.unit);
  }

  #units(line: MusicLine): Fraction {
    let token = line.peek();
    if (token?.kind === 'blank' && line.peek(1)?.kind === 'length') {
      line.next();
      token = line.peek()!;
      if (!this.#spaced) this.#fields.warn(line.placeAt(token.at), SPACED);
      this.#spaced = true;
    }
    if (token?.kind !== 'length') return ONE;
    line.next();
    const length = readLength(token.text);
    if (length) return length;
    const { text } = token;
    return line.refuse(`"${text.length > 20 ? `${text.slice(0, 20)}…` : text}" is no length`, token.at);
  }
  #spaced = false;

  #chord(at: number, line: MusicLine): void {
    const notes: ChordNote[] = [];
    for (;;) {
      const token = line.next();
      if (!token) throw new RefusedTune(line.placeAt(at), 'a chord that does not end');
      if (token.kind === 'chord-close') break;
      this.#count(line, token.at);
      if (token.kind === 'pitch') {
        const pitch = pitchOf(token, line);
        const duration = this.#units(line);
        const tie = line.peek()?.kind === 'tie';
        if (tie) line.next();
        notes.push({ pitch, duration, tie });
        if (notes.length > MOST_CHORD_NOTES)
          line.refuse(`a chord of more than ${MOST_CHORD_NOTES} notes`, at);
      } else if (token.kind !== 'blank' && !this.#leaveOut(token, line))
        line.refuse(`${quoted(token.text)} means nothing in a chord`, token.at);
    }
    const outer = this.#units(line);
    const place = line.placeAt(at);
    if (notes.length === 0) {
      this.#fields.warn(place, 'a chord without notes');
      return;
    }
    this.#push({ kind: 'chord', ...scaled(notes, outer, this.#voice.holding.unit), tie: false, place });
  }

  #barRests(count: number, line: MusicLine, at: number): void {
    const { meter } = this.#voice.holding;
    if (count < 1 || count > 100) line.refuse(`${count} bars of rest`, at);
    for (const element of barsOfRest(count, meter ? barLength(meter) : undefined, line.placeAt(at)))
      this.#push(element);
  }

  #bar(text: string, place: Place): void {
    const { lines, most } = barLines(text);
    if (most >= MOST_TIMES)
      this.#fields.warn(place, `a repeat played more than ${MOST_TIMES} times is played ${MOST_TIMES} times`);
    for (const line of lines) this.#push({ kind: 'bar', ...line, place });
  }

  #push(element: TuneElement): void {
    this.#elements++;
    this.#voice.push(element);
  }
}

const SPACED = 'blanks between notes and their lengths are read as if they were closed up';
