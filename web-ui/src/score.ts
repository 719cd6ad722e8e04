import abcjs, { type NoteTimingEvent, type TimingCallbacks, type TuneObject } from 'abcjs';
import { barsALine } from './bars-a-line.js';

/** Pixels that a bar of eight notes needs to be read. */
const BAR_WIDTH = 160;

/** A tune engraved, with a cursor that follows its playing. Loaded when it is needed: the engraver is larger than the panel. */
export class Score {
  readonly #tune: TuneObject;
  readonly #timing: TimingCallbacks;
  #lit: readonly Element[] = [];
  /** Of the paper as it was engraved for, in pixels. */
  readonly width: number;

  /** `paper` must be on the page, since text is measured there. `bpm`: quarter notes a minute. */
  constructor(
    readonly paper: HTMLElement,
    abc: string,
    bpm: number,
  ) {
    this.width = paper.clientWidth;
    const bars = Math.max(1, Math.floor(this.width / BAR_WIDTH));
    const [tune] = abcjs.renderAbc(paper, barsALine(withoutWords(abc), bars), {
      staffwidth: this.width - 16,
      paddingleft: 4,
      paddingright: 4,
      paddingtop: 8,
      paddingbottom: 8,
      add_classes: true,
      foregroundColor: 'currentColor',
      ariaLabel: 'Notation',
      format: { stretchlast: 1 },
    });
    this.#tune = tune!;
    const beats = bpm / 4 / this.#tune.getBeatLength();
    this.#timing = new abcjs.TimingCallbacks(this.#tune, {
      qpm: Math.round(beats),
      eventCallback: (event) => {
        this.#light(event);
        return undefined;
      },
    });
  }

  start(): void {
    this.#timing.start(0);
  }

  stop(): void {
    this.#timing.stop();
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
