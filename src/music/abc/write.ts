import { add, compare, equal, type Fraction, fraction, multiply, ONE, subtract, ZERO } from './fraction.js';
import { keyText } from './key.js';
import { barLength, isCompound, meterText, tupletTime } from './meter.js';
import { isTimed } from './signs.js';
import { brokenText, lengthText, pitchText } from './text.js';
import { soundingDurations } from './timing.js';
import type { ElementOf, Meter, Tune, TuneElement } from './tune.js';

const BARS_A_LINE = 4;

/**
 * Writes a tune as ABC: X, T, R, other fields, M, L, Q, K, then the music of its first voice, four bars a line, beamed by
 * the beat. Ends with a line break.
 */
export function writeAbc(tune: Tune): string {
  const header = [
    `X:${oneLine(tune.number) || '1'}`,
    ...tune.titles.map((title) => `T:${oneLine(title)}`),
    ...(tune.type === undefined ? [] : [`R:${oneLine(tune.type)}`]),
    ...(tune.propagation === undefined ? [] : [`%%propagate-accidentals ${tune.propagation}`]),
    ...tune.fields.map(({ letter, text }) => `${letter}:${oneLine(text)}`),
    `M:${meterText(tune.meter)}`,
    'L:1/8',
    ...(tune.tempo === undefined ? [] : [`Q:${oneLine(tune.tempo)}`]),
    `K:${keyText(tune.key)}`,
  ];
  return `${[...header, ...musicLines(tune)].join('\n')}\n`;
}

/** A value that fits on one line of a header; `%` is escaped, since it would begin a comment. */
function oneLine(text: string): string {
  return text
    .replace(/[\r\n]+/g, ' ')
    .replace(/(?<!\\)%/g, '\\%')
    .trim();
}

/** The lines of music of a tune, without line breaks. */
export function musicLines(tune: Tune): string[] {
  return new MusicWriter(tune, ONE).lines();
}

/**
 * The music of one bar without its bar lines, with an L: of `unit` eighths. With `pickup`, a short bar is beamed as the
 * end of a full one.
 */
export function barText(tune: Tune, unit: Fraction, pickup: boolean): string {
  return new MusicWriter(tune, unit).lines(pickup).join(' ');
}

class MusicWriter {
  readonly #body: readonly TuneElement[];
  readonly #durations: readonly Fraction[];
  readonly #lines: string[] = [];
  #line = '';
  #meter: Meter | null;
  /** Full bars on the line so far. */
  #bars = 0;
  /** Time of the next note in its bar, in eighths. */
  #at = ZERO;
  /** Notes left in a tuplet; 0 when it has just ended. */
  #tuplet: number | undefined;
  /** Time written in the bar so far, in eighths. */
  #filled = ZERO;

  constructor(
    tune: Tune,
    /** L:, in eighths. */
    readonly unit: Fraction,
  ) {
    this.#body = tune.body;
    this.#durations = soundingDurations(tune.body);
    this.#meter = tune.meter;
  }

  lines(opensPart = true): string[] {
    this.#beginBar(0, opensPart);
    for (const [index, element] of this.#body.entries()) this.#write(element, index);
    this.#endLine();
    return this.#lines;
  }

  #write(element: TuneElement, index: number): void {
    switch (element.kind) {
      case 'bar':
        this.#bar(element, index);
        return;
      case 'volta':
        this.#closeBar();
        this.#line += `${element.bar ? (this.#body[index - 1]?.kind === 'bar' ? '' : '|') : '['}${element.ending} `;
        this.#beginBar(index + 1, false);
        return;
      case 'key':
        this.#line += `[K:${keyText(element.key)}]`;
        return;
      case 'meter':
        this.#meter = element.meter;
        this.#line += `[M:${meterText(element.meter)}]`;
        return;
      case 'broken':
        this.#line += brokenText(element.by);
        return;
      case 'tuplet':
        if (this.#filled.num > 0 && !this.#line.endsWith(' ')) this.#line += ' ';
        this.#line += tupletText(element, this.#meter);
        // `(3:|` would be read as the beginning of `(3:2:3`.
        if (this.#body[index + 1]?.kind === 'bar') this.#line += ' ';
        this.#tuplet = element.r;
        return;
      default:
        this.#note(element, index);
    }
  }

  #note(element: ElementOf<'note' | 'rest' | 'chord'>, index: number): void {
    const before = this.#body[index - 1];
    if (before?.kind !== 'broken' && before?.kind !== 'tuplet') this.#beam();
    this.#line += noteText(element, this.unit);
    if (this.#tuplet !== undefined) this.#tuplet = Math.max(0, this.#tuplet - 1);
    this.#at = add(this.#at, this.#durations[index]!);
    this.#filled = add(this.#filled, this.#durations[index]!);
  }

  /** Adds a blank where a beat begins or a tuplet has ended. */
  #beam(): void {
    if (compare(this.#filled, ZERO) === 0 || this.#line.endsWith(' ')) return;
    if (this.#tuplet === 0) {
      this.#line += ' ';
      this.#tuplet = undefined;
      return;
    }
    const beat = beamLength(this.#meter);
    const beats = fraction(this.#at.num * beat.den, this.#at.den * beat.num);
    if (beats.den === 1) this.#line += ' ';
  }

  #bar({ line }: ElementOf<'bar'>, index: number): void {
    this.#closeBar();
    if (line === '|:' && this.#bars > 0 && isTimed(this.#body[index - 1])) {
      // A part begins on a new line. The line before it gets a closing bar line, though `|:` alone would do.
      this.#line += '||';
      this.#endLine();
    }
    const [next, last] = [this.#body[index + 1], index === this.#body.length - 1];
    this.#line += last && (line === '|' || line === '||') ? '|]' : line;
    const part = line === '||' || (line === ':|' && next?.kind !== 'volta');
    if (part || (this.#bars >= BARS_A_LINE && line === '|' && !last)) this.#endLine();
    this.#beginBar(index + 1, line !== '|');
  }

  #closeBar(): void {
    if (this.#tuplet === 0) this.#tuplet = undefined;
    // A pickup does not count as a bar of the line.
    if (this.#meter === null ? this.#filled.num > 0 : compare(this.#filled, barLength(this.#meter)) >= 0)
      this.#bars++;
    this.#filled = ZERO;
  }

  /** Begins a bar. A short bar at the beginning of a part is a pickup, whose notes lie at the end of a full bar. */
  #beginBar(from: number, opensPart: boolean): void {
    this.#at = ZERO;
    if (!opensPart || this.#meter === null) return;
    let length = ZERO;
    for (let index = from; index < this.#body.length; index++) {
      const { kind } = this.#body[index]!;
      if (kind === 'bar' || kind === 'volta') break;
      length = add(length, this.#durations[index]!);
    }
    const full = barLength(this.#meter);
    if (compare(length, full) < 0) this.#at = subtract(full, length);
  }

  #endLine(): void {
    // A line that begins with one letter and a colon would be read as a field.
    const line = this.#line.trim().replace(/^(?=[A-Za-z]:)/, ' ');
    if (line !== '') this.#lines.push(line);
    this.#line = '';
    this.#bars = 0;
  }
}

/** Length of a beam in eighths: three notes in compound meters, half a bar of 4/4, else a quarter. */
function beamLength(meter: Meter | null): Fraction {
  if (meter === null) return fraction(2);
  if (isCompound(meter) || (meter.num === 3 && meter.den > 4)) return fraction(24, meter.den);
  if (meter.den === 2 || (meter.num === 4 && meter.den === 4)) return fraction(4);
  return fraction(8, Math.min(meter.den, 4));
}

function noteText(element: ElementOf<'note' | 'rest' | 'chord'>, unit: Fraction): string {
  const inUnits = (duration: Fraction) => multiply(duration, fraction(unit.den, unit.num));
  const whole = shortText(inUnits(element.duration));
  if (element.kind === 'rest') return `z${whole}`;
  const tie = element.tie ? '-' : '';
  if (element.kind === 'note') return pitchText(element.pitch) + whole + tie;
  // L: applies once: to the notes' own lengths where they have any, else to the chord's length.
  const plain = element.notes.every(({ duration }) => equal(duration, ONE));
  const notes = element.notes.map(
    ({ pitch, duration, tie }) =>
      pitchText(pitch) + shortText(plain ? duration : inUnits(duration)) + (tie ? '-' : ''),
  );
  return `[${notes.join('')}]${plain ? whole : shortText(element.duration)}${tie}`;
}

/** Writes a half as `/`, as players do. */
function shortText(duration: Fraction): string {
  return lengthText(duration).replace(/^\/2$/, '/');
}

function tupletText({ p, q, r }: ElementOf<'tuplet'>, meter: Meter | null): string {
  return r === p && q === tupletTime(p, meter) ? `(${p}` : `(${p}:${q}:${r}`;
}
