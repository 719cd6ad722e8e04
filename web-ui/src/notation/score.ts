import abcjs, { type NoteTimingEvent, type TimingCallbacks, type TuneObject } from 'abcjs';
import { barsALine, belongsToLines, lastLineIsFull } from './bars-a-line.js';
import { type BarBox, barBoxes } from './score-bars.js';

/** Width of a readable bar of eight notes, in pixels. */
const BAR_WIDTH = 160;
/** The same with words below it, or other voices. */
const WORDS_WIDTH = 200;
/** Bars in a line as the host writes it. */
const WRITTEN = 4;
/** Note spacing allowed where abcjs breaks lines, in its own units. */
const WRAP = { minSpacing: 1, maxSpacing: 2.7 };

/** An engraved tune with a playback cursor. Loaded on demand: abcjs is larger than the panel. */
export class Score {
  readonly #tune: TuneObject;
  #timing: TimingCallbacks | undefined;
  #lit: readonly Element[] = [];
  /** Width of the paper when it was engraved, in pixels. */
  readonly width: number;
  /** The box of each bar on the paper, in order. */
  readonly boxes: readonly BarBox[];

  /** `paper` must be in the document, since text is measured there. `growing`: its last line is not stretched to the margin. */
  constructor(
    readonly paper: HTMLElement,
    abc: string,
    growing = false,
  ) {
    this.width = paper.clientWidth;
    const whole = belongsToLines(abc);
    const bars = Math.max(1, Math.floor(this.width / (whole ? WORDS_WIDTH : BAR_WIDTH)));
    // Four bars become two and two, rather than three and a single wide one.
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
      // Lines that cannot be broken in the text are broken by abcjs, with their words and voices.
      ...(bars < WRITTEN && belongsToLines(text)
        ? { wrap: { ...WRAP, preferredMeasuresPerLine: bars } }
        : {}),
      format: { stretchlast: !growing && lastLineIsFull(text, bars === 3 && !whole ? 2 : bars) ? 1 : 0 },
    });
    this.#tune = tune!;
    this.boxes = growing ? [] : barBoxes(paper, this.#tune);
  }

  /** Starts the cursor from the beginning. `bpm`: quarter notes a minute. */
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

/** Removes title, rhythm and notes, which are shown beside the notation. */
function withoutWords(abc: string): string {
  return abc.replace(/^[TRN]:.*\n/gm, '');
}
