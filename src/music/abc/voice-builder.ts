import { add, compare, equal, type Fraction, fraction, multiply, ONE, subtract, ZERO } from './fraction.js';
import type { Holding } from './header.js';
import { append, isTimed, withMarks } from './signs.js';
import { soundingDurations } from './timing.js';
import type { ChordNote, ElementOf, Graces, Marks, Place, TuneElement } from './tune.js';

/** Marks written before the note or bar line that they belong to. */
interface Pending {
  graces?: Graces;
  decorations: string[];
  chord?: string;
  annotations: string[];
}

/** An overlay (&) of one bar. */
interface Overlay {
  /** Place of the first note or rest of the bar, which identifies it. */
  readonly over: Place;
  readonly elements: TuneElement[];
}

/** Collects the music of one voice, element by element. */
export class VoiceBuilder {
  readonly elements: TuneElement[] = [];
  /** The overlays after the first & of each bar, after the second, and so on. (layer, bar) */
  readonly layers: Overlay[][] = [];
  /** What Q: and P: have set since the last note. */
  tempo: Marks['tempo'];
  part: string | undefined;
  #pending: Pending = { decorations: [], annotations: [] };
  /** Place of the graces or chord symbol that wait for a note. */
  #waiting: Place | undefined;
  /** Where elements are added: the voice itself, or the current overlay. */
  #into = this.elements;
  #layer = 0;
  /** Index in `#into` of the last note, chord or rest; -1 where there is none. */
  #timed = -1;

  constructor(
    public id: string,
    public name: string | undefined,
    /** Where the voice begins. */
    public place: Place,
    readonly holding: Holding,
  ) {}

  get last(): TuneElement | undefined {
    return this.#into.at(-1);
  }

  decorate(name: string): void {
    if (name !== 'nil' && name !== 'none') this.#pending.decorations.push(name);
  }

  grace(graces: Graces, place: Place): void {
    this.#pending.graces = graces;
    this.#waiting = place;
  }

  chord(text: string, place: Place): void {
    this.#pending.chord = text;
    this.#waiting = place;
  }

  /** Graces or a chord symbol that no note follows; undefined where there are none. */
  get left(): { readonly what: string; readonly place: Place } | undefined {
    const { graces, chord } = this.#pending;
    if (!this.#waiting || (!graces && chord === undefined)) return undefined;
    return { what: graces ? 'graces' : 'a chord symbol', place: this.#waiting };
  }

  annotate(text: string): void {
    this.#pending.annotations.push(text);
  }

  push(element: TuneElement): void {
    if (isTimed(element)) {
      append(this.#into, { ...element, ...this.#marks(element) });
      this.#timed = this.#into.length - 1;
      return;
    }
    if (element.kind === 'bar' || element.kind === 'volta') {
      this.#leaveLayers();
      append(this.#into, { ...element, ...this.#barMarks() });
    } else append(element.kind === 'key' || element.kind === 'meter' ? this.elements : this.#into, element);
  }

  /** Attaches marks at the end of a line to the sign before them: `|"^D.C."`. */
  endLine(): void {
    const { decorations, annotations } = this.#pending;
    if (decorations.length === 0 && annotations.length === 0) return;
    const at = this.#into.length - 1;
    const last = this.#into[at];
    if (last && (isTimed(last) || last.kind === 'bar' || last.kind === 'volta'))
      this.#into[at] = withMarks(last, this.#barMarks());
  }

  /** Ties the last note or chord. Returns false where there is none. */
  tie(): boolean {
    const note = this.#into[this.#timed];
    if (note?.kind !== 'note' && note?.kind !== 'chord') return false;
    this.#into[this.#timed] = { ...note, tie: true };
    return true;
  }

  /** Begins an overlay (&) over the bar so far. Returns false where the bar has no notes yet. */
  overlay(): boolean {
    let at = this.elements.length;
    let first: TuneElement | undefined;
    while (at > 0 && this.elements[at - 1]!.kind !== 'bar' && this.elements[at - 1]!.kind !== 'volta') {
      at--;
      if (isTimed(this.elements[at])) first = this.elements[at];
    }
    if (!first) return false;
    this.#layer++;
    const elements: TuneElement[] = [];
    this.layers[this.#layer - 1] ??= [];
    this.layers[this.#layer - 1]!.push({ over: first.place, elements });
    this.#into = elements;
    this.#timed = -1;
    return true;
  }

  #leaveLayers(): void {
    if (this.#layer === 0) return;
    this.#layer = 0;
    this.#into = this.elements;
    this.#timed = this.elements.findLastIndex(isTimed);
  }

  #marks(element: TuneElement): Marks {
    const { graces, decorations, chord, annotations } = this.#pending;
    const { shift } = this.holding;
    const { tempo, part } = this;
    this.#pending = { decorations: [], annotations: [] };
    if (this.#layer === 0) {
      this.tempo = undefined;
      this.part = undefined;
    }
    return {
      ...(graces ? { graces } : {}),
      ...(decorations.length > 0 ? { decorations } : {}),
      ...(chord === undefined ? {} : { chord }),
      ...(annotations.length > 0 ? { annotations } : {}),
      ...(tempo && this.#layer === 0 ? { tempo } : {}),
      ...(part !== undefined && this.#layer === 0 ? { part } : {}),
      ...(shift !== 0 && element.kind !== 'rest' ? { shift } : {}),
    };
  }

  /** Takes the pending marks of a bar line or ending. Graces and chord symbols keep waiting for a note. */
  #barMarks(): Marks {
    const { decorations, annotations, ...waiting } = this.#pending;
    this.#pending = { ...waiting, decorations: [], annotations: [] };
    return {
      ...(decorations.length > 0 ? { decorations } : {}),
      ...(annotations.length > 0 ? { annotations } : {}),
    };
  }
}

/** The lengths of a chord in eighth notes. Lengths inside the brackets are kept where any differs from one unit. */
export function scaled(
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

/**
 * The body of an overlay voice: the bar lines, endings, keys and meters of the main voice, with rests in bars without an
 * overlay. An overlay shorter than its bar is filled up with rests; one that is longer is left out and its place passed
 * to `tooLong`.
 */
export function layerBody(
  main: readonly TuneElement[],
  overlays: readonly Overlay[],
  tooLong: (place: Place) => void,
): TuneElement[] {
  const durations = soundingDurations(main);
  const over = new Map(overlays.map((overlay) => [placeKey(overlay.over), overlay.elements]));
  const body: TuneElement[] = [];
  let changes: TuneElement[] = [];
  let length = ZERO;
  let first: TuneElement | undefined;
  const close = () => {
    body.push(...changes);
    if (first && length.num > 0)
      body.push(...filled(over.get(placeKey(first.place)) ?? [], first, length, tooLong));
    changes = [];
    length = ZERO;
    first = undefined;
  };
  for (const [index, element] of main.entries()) {
    if (element.kind === 'bar' || element.kind === 'volta') {
      close();
      body.push(element);
    } else if (element.kind === 'key' || element.kind === 'meter') changes.push(element);
    else {
      if (isTimed(element)) first ??= element;
      length = add(length, durations[index]!);
    }
  }
  close();
  return body;
}

function placeKey({ line, column }: Place): string {
  return `${line}:${column}`;
}

function filled(
  elements: readonly TuneElement[],
  first: TuneElement,
  length: Fraction,
  tooLong: (place: Place) => void,
): TuneElement[] {
  const { place, part } = first;
  const rest = (duration: Fraction): TuneElement => ({ kind: 'rest', duration, place });
  const own = soundingDurations(elements).reduce(add, ZERO);
  const order = compare(own, length);
  if (order > 0) tooLong(elements[0]!.place);
  const body =
    order > 0 || own.num === 0
      ? [rest(length)]
      : order === 0
        ? [...elements]
        : [...elements, rest(subtract(length, own))];
  if (part !== undefined) body[0] = { ...body[0]!, part };
  return body;
}

/** Bars of rest, separated by bar lines. */
export function barsOfRest(count: number, duration: Fraction | undefined, place: Place): TuneElement[] {
  return Array.from({ length: count }, (_, bar): TuneElement[] => [
    ...(bar > 0 ? [{ kind: 'bar', line: '|', place } as const] : []),
    { kind: 'rest', duration: duration ?? fraction(8), place },
  ]).flat();
}
