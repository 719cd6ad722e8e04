import type { BeatNote } from '../../gestures/classify.js';
import { bestCourse, type Course, type Wanted } from './course.js';
import { keysOf, type Signature } from './keys.js';
import type { Phrase } from './phrases.js';
import { placesOf, type Span } from './places.js';
import { saidBy } from './said.js';
import { spanNotes } from './spans.js';
import { DOMINANTS, HOMES, KINDS, type Mode } from './tables.js';

/** Times that all phrases are gone through. */
const ROUNDS = 3;
/** What it says for a chord to be home as the last phrase ends. */
const HOME = 4;
/** What it says for a chord to be home as a phrase ends after which nobody sings for a bar. */
const REST = 1.5;
/** What it says for a chord to be home as the melody begins. */
const BEGIN = 2;
/** What it says for a chord to be the dominant as another phrase ends. */
const OPEN = 0.6;
/** What it is worth that the last bar of a phrase is as in others of its letter, a span. */
const SAME_ENDING = 1.5;
/** How much more is said by a letter that comes n times: n to this power. */
const TOGETHER = 0.7;
/** What it costs to take a progression of another phrase, of which it need not keep all. */
const BORROWED = 1;

/** The chords of a song. */
export interface SongChords {
  readonly spans: readonly Span[];
  readonly keys: readonly number[];
  readonly mode: Mode;
  /** Within the scale of the phrase. (span) */
  readonly chords: readonly number[];
}

/** Chooses the chords of a melody, phrase by phrase. `beats`: beats of a bar; `signatures`: the keys that the file says. */
export function chordsOfSong(
  melody: readonly BeatNote[],
  phrases: readonly Phrase[],
  beats: number,
  signatures: readonly Signature[] = [],
): SongChords {
  const spans = placesOf(phrases, beats);
  const notes = spanNotes(melody, spans);
  const readings = keysOf(melody, phrases, beats, signatures).flatMap(({ tonics: keys, nats }) => {
    const said = spans.map(({ phrase }, at) => saidBy(notes[at]!, keys[phrase]!));
    return ([0, 1] as const).map((mode) => {
      const song = new Song({ phrases, spans, said, keys }, mode);
      return { song, nats: song.begun() + nats };
    });
  });
  return readings.reduce((best, reading) => (reading.nats > best.nats ? reading : best)).song.solved();
}

interface Given {
  readonly phrases: readonly Phrase[];
  readonly spans: readonly Span[];
  readonly said: readonly Float64Array[];
  readonly keys: readonly number[];
}

/** Phrases of one letter have one progression; others may borrow it. */
class Song {
  /** The chords of each letter. */
  readonly #chosen = new Map<number, Course>();
  readonly #spansOf: readonly (readonly number[])[];

  constructor(
    private readonly given: Given,
    private readonly mode: Mode,
  ) {
    const of: number[][] = given.phrases.map(() => []);
    for (const [index, { phrase }] of given.spans.entries()) of[phrase]!.push(index);
    this.#spansOf = of;
  }

  get #letters(): number[] {
    return [...new Set(this.given.phrases.map(({ letter }) => letter))];
  }

  /** Goes through the phrases once; returns how well their chords fit, in nats. */
  begun(): number {
    for (const letter of this.#letters) this.#chosen.set(letter, bestCourse(this.#wanted(letter), this.mode));
    return [...this.#chosen.values()].reduce((sum, { nats }) => sum + nats, 0);
  }

  /** Goes on until phrases share what progressions they can. */
  solved(): SongChords {
    for (let round = 1; round < ROUNDS; round++)
      for (const letter of this.#letters) this.#chosen.set(letter, this.#solve(letter, this.#letters));
    const { spans, keys, phrases } = this.given;
    const chords = phrases.flatMap((_, phrase) => this.#ended(phrase));
    return { spans, keys, mode: this.mode, chords };
  }

  #solve(letter: number, letters: readonly number[]): Course {
    const wanted = this.#wanted(letter);
    const others = letters.flatMap((other) => {
      const course = other === letter ? undefined : this.#chosen.get(other);
      return course?.chords.length === wanted.spans.length
        ? [[course.chords.join(), course.chords] as const]
        : [];
    });
    let best = bestCourse(wanted, this.mode);
    for (const favoured of new Map(others).values()) {
      const course = bestCourse({ ...wanted, favoured }, this.mode);
      if (course.nats - BORROWED > best.nats) best = { ...course, nats: course.nats - BORROWED };
    }
    return best;
  }

  /** The chords of a phrase, whose last bar may be another one than that of its letter. */
  #ended(phrase: number): readonly number[] {
    const { phrases, said } = this.given;
    const { chords } = this.#chosen.get(phrases[phrase]!.letter)!;
    const alone = phrases.filter(({ letter }) => letter === phrases[phrase]!.letter).length === 1;
    if (alone) return chords;
    const own = this.#spansOf[phrase]!;
    const bar = own.length / phrases[phrase]!.bars;
    const spans = own.map((span, at) => {
      const open = at >= own.length - bar;
      const nats = Float64Array.from(said[span]!, (value, kind) =>
        kind === chords[at] ? value + (open ? SAME_ENDING : 0) : open ? value : Number.NEGATIVE_INFINITY,
      );
      const last = at === own.length - 1;
      return { place: this.given.spans[span]!.place, said: last ? this.#closing(nats, phrase) : nats };
    });
    const next = phrases[phrase + 1];
    const after = next ? this.#chosen.get(next.letter)!.chords[0]! : null;
    return bestCourse({ spans, before: [], after, favoured: null }, this.mode).chords;
  }

  /** With what the last chord of a phrase gains: home as the song ends or the melody rests, else a dominant. */
  #closing(said: Float64Array, phrase: number): Float64Array {
    const next = this.#spansOf[phrase + 1];
    const isSilent = (span: number) => this.given.said[span]!.every((nats) => nats === 0);
    if (next === undefined) said[HOMES[this.mode]]! += HOME;
    else if (next.slice(0, 2).every(isSilent)) said[HOMES[this.mode]]! += REST;
    else for (const chord of DOMINANTS[this.mode]!) said[chord]! += OPEN;
    return said;
  }

  #wanted(letter: number): Wanted {
    const { phrases, spans, said } = this.given;
    const mine = phrases.flatMap((phrase, index) => (phrase.letter === letter ? [index] : []));
    const [first] = mine as [number];
    const weight = mine.length ** (TOGETHER - 1);
    const own = this.#spansOf[first]!.map((span, at) => {
      const sum = new Float64Array(KINDS);
      for (const index of mine) {
        const each = said[this.#spansOf[index]![at]!]!;
        for (let kind = 0; kind < KINDS; kind++) sum[kind]! += weight * each[kind]!;
      }
      if (at === 0 && first === phrases.findIndex(({ sung }) => sung)) sum[HOMES[this.mode]]! += BEGIN;
      const closes = at === this.#spansOf[first]!.length - 1;
      return { place: spans[span]!.place, said: closes ? this.#closing(sum, first) : sum };
    });
    const before = first > 0 ? this.#chosen.get(phrases[first - 1]!.letter) : undefined;
    const next = phrases[mine.at(-1)! + 1];
    const after = next && next.letter !== letter ? this.#chosen.get(next.letter) : undefined;
    return {
      spans: own,
      before: distinct(before?.chords ?? []).slice(-2),
      after: after?.chords[0] ?? null,
      favoured: null,
    };
  }
}

function distinct(chords: readonly number[]): number[] {
  return chords.filter((chord, at) => chord !== chords[at - 1]);
}
