import { add, compare, equal, type Fraction, fraction, multiply, ONE, subtract, ZERO } from './fraction.js';
import type { Holding } from './header.js';
import { append, isTimed, withMarks } from './signs.js';
import { soundingDurations } from './timing.js';
import type { ChordNote, ElementOf, Graces, Marks, Place, TuneElement } from './tune.js';

/** What has been written before the note or bar line that it belongs to. */
interface Pending {
  graces?: Graces;
  decorations: string[];
  chord?: string;
  annotations: string[];
}

/** A stretch of one bar that & lays over it. */
interface Overlay {
  /** The first note or rest of its bar, which names the bar. */
  readonly over: Place;
  readonly elements: TuneElement[];
}

/** The music of one voice, element by element. */
export class VoiceBuilder {
  readonly elements: TuneElement[] = [];
  /** Bars of what stands after the first & of a bar, the second, … */
  readonly layers: Overlay[][] = [];
  /** What Q: and P: have said since the last note. */
  tempo: Marks['tempo'];
  part: string | undefined;
  #pending: Pending = { decorations: [], annotations: [] };
  /** Where what waits for a note stands. */
  #waiting: Place | undefined;
  /** Where elements go: to the bar itself, or to what lies over it. */
  #into = this.elements;
  #layer = 0;
  /** Where the last note, chord or rest is. */
  #timed = -1;

  constructor(
    public id: string,
    public name: string | undefined,
    /** Where it begins. */
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

  /** Graces or a chord symbol that no note follows. */
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

  /** What a line ends with belongs to the sign before: `|"^D.C."`. */
  endLine(): void {
    const { decorations, annotations } = this.#pending;
    if (decorations.length === 0 && annotations.length === 0) return;
    const at = this.#into.length - 1;
    const last = this.#into[at];
    if (last && (isTimed(last) || last.kind === 'bar' || last.kind === 'volta'))
      this.#into[at] = withMarks(last, this.#barMarks());
  }

  /** Ties the last note or chord; false where there is none. */
  tie(): boolean {
    const note = this.#into[this.#timed];
    if (note?.kind !== 'note' && note?.kind !== 'chord') return false;
    this.#into[this.#timed] = { ...note, tie: true };
    return true;
  }

  /** &: what follows lies over the bar so far. False where the bar has no notes yet. */
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

  /** Graces and chord symbols wait for a note. */
  #barMarks(): Marks {
    const { decorations, annotations, ...waiting } = this.#pending;
    this.#pending = { ...waiting, decorations: [], annotations: [] };
    return {
      ...(decorations.length > 0 ? { decorations } : {}),
      ...(annotations.length > 0 ? { annotations } : {}),
    };
  }
}

/** A chord's lengths in eighth notes: lengths inside are kept where there are any. */
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
 * A voice of what & lays over the bars of another: the same bar lines, endings, keys and meters, rests in the other bars. A stretch
 * that is shorter than its bar is filled up. `tooLong` is told of one that is longer, which is left out.
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

/** Bars of rest, a bar line between each two. */
export function barsOfRest(count: number, duration: Fraction | undefined, place: Place): TuneElement[] {
  return Array.from({ length: count }, (_, bar): TuneElement[] => [
    ...(bar > 0 ? [{ kind: 'bar', line: '|', place } as const] : []),
    { kind: 'rest', duration: duration ?? fraction(8), place },
  ]).flat();
}
