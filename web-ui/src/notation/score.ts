import abcjs, { type NoteTimingEvent, type TimingCallbacks, type TuneObject } from 'abcjs';
import { barsALine, belongsToLines, lastLineIsFull } from './bars-a-line.js';
import { type BarBox, barBoxes } from './score-bars.js';

/** Pixels that a bar of eight notes needs to be read. */
const BAR_WIDTH = 160;
/** The same with words below it, or other voices. */
const WORDS_WIDTH = 200;
/** Bars of a line of a page. */
const WRITTEN = 4;
/** How near to each other, and how far apart, the engraver may set notes where it breaks lines (its own measure). */
const WRAP = { minSpacing: 1, maxSpacing: 2.7 };

/** A tune engraved, with a cursor that follows its playing. Loaded when it is needed: the engraver is larger than the panel. */
export class Score {
  readonly #tune: TuneObject;
  #timing: TimingCallbacks | undefined;
  #lit: readonly Element[] = [];
  /** Of the paper as it was engraved for, in pixels. */
  readonly width: number;
  /** Where each stretch of music between two bar lines stands on the paper, in order. */
  readonly boxes: readonly BarBox[];

  /** `paper` must be on the page, since text is measured there. `growing`: its last line is not stretched to the margin. */
  constructor(
    readonly paper: HTMLElement,
    abc: string,
    growing = false,
  ) {
    this.width = paper.clientWidth;
    const whole = belongsToLines(abc);
    const bars = Math.max(1, Math.floor(this.width / (whole ? WORDS_WIDTH : BAR_WIDTH)));
    // Four bars are two and two, rather than three and a lone one as wide as they are.
    const text = barsALine(withoutWords(abc), bars === 3 ? 2 : bars);
    const [tune] = abcjs.renderAbc(paper, text, {
      staffwidth: this.width - 16,
      paddingleft: 4,
      paddingright: 4,
      paddingtop: 8,
      paddingbottom: 8,
      add_classes: true,
      foregroundColor: 'currentColor',
      selectTypes: false,
      ariaLabel: 'Notation',
      // What cannot be broken in the text, the engraver breaks, with its words and voices.
      ...(bars < WRITTEN && belongsToLines(text)
        ? { wrap: { ...WRAP, preferredMeasuresPerLine: bars } }
        : {}),
      format: { stretchlast: !growing && lastLineIsFull(text, bars === 3 && !whole ? 2 : bars) ? 1 : 0 },
    });
    this.#tune = tune!;
    this.boxes = growing ? [] : barBoxes(paper, this.#tune);
  }

  /** Follows the music from its beginning. `bpm`: quarter notes a minute. */
  start(bpm: number): void {
    this.stop();
    this.#timing = new abcjs.TimingCallbacks(this.#tune, {
      qpm: Math.round(bpm / 4 / this.#tune.getBeatLength()),
      eventCallback: (event) => {
        this.#light(event);
        return undefined;
      },
    });
    this.#timing.start(0);
  }

  stop(): void {
    this.#timing?.stop();
    this.#light(null);
  }

  #light(event: NoteTimingEvent | null): void {
    for (const element of this.#lit) element.classList.remove('now');
    this.#lit = event?.elements?.flat() ?? [];
    for (const element of this.#lit) element.classList.add('now');
    this.#lit[0]?.scrollIntoView({ block: 'nearest' });
  }
}

/** Title, type and how it was made stand beside the notation. */
function withoutWords(abc: string): string {
  return abc.replace(/^[TRN]:.*\n/gm, '');
}
