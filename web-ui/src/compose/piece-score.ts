import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { controls } from '../app/styles.js';
import type { Score } from '../notation/score.js';
import type { Piece } from './piece-desk.js';
import { capitalised } from './piece-words.js';
import { type Noun, toggled } from './segments.js';

/**
 * A piece as notation: engraved from its ABC while it grows, played with a cursor, with bars to be selected by touch, mouse or
 * keys. Dispatches `segments-change` with the selected numbers.
 */
export class PieceScore extends LitElement {
  static override properties = {
    piece: { attribute: false },
    noun: { attribute: false },
    growing: { attribute: false },
    chosen: { attribute: false },
    score: { state: true },
    at: { state: true },
  };
  static override styles = [
    controls,
    css`
      :host {
        position: relative;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--surface);
        color: var(--text);
        /* Before anything is engraved, as much as is asked for. */
        min-height: var(--least, var(--first, 0));
        /* Lines that cannot be broken, of somebody's own. */
        overflow: auto hidden;
      }
      :host([hidden]) {
        display: none;
      }
      .now {
        fill: var(--model);
        stroke: var(--model);
        stroke-width: 1.5px;
      }
      button {
        position: absolute;
        min-height: 0;
        padding: 0;
        border: 0;
        border-bottom: 3px solid transparent;
        border-radius: 4px;
        background: transparent;
      }
      button:hover:not(:disabled) {
        background: color-mix(in srgb, var(--player) 10%, transparent);
      }
      button[aria-pressed='true'],
      button[aria-pressed='true']:hover:not(:disabled) {
        background: color-mix(in srgb, var(--player) 18%, transparent);
        border-bottom-color: var(--player);
      }
      @media (forced-colors: active) {
        button {
          forced-color-adjust: none;
        }
        button[aria-pressed='true'],
        button[aria-pressed='true']:hover:not(:disabled) {
          background: transparent;
          border: 3px solid Highlight;
        }
      }
    `,
  ];
  declare piece: Piece | undefined;
  /** The noun for its segments. */
  declare noun: Noun;
  /** ABC of the piece being made; it is shown in place of the finished one while it is set. */
  declare growing: string | undefined;
  /** Numbers of the selected segments. */
  declare chosen: ReadonlySet<number>;
  declare score: Score | undefined;
  /** The segment with the keyboard focus, or that will get it. */
  declare at: number;
  /** The segment selected last. */
  #last: number | undefined;
  #playing = false;
  /** Timer that limits how often a growing piece is engraved, since that keeps the page busy. */
  #rests: ReturnType<typeof setTimeout> | undefined;
  #drawn: { readonly abc: string; readonly width: number; readonly growing: boolean } | undefined;
  readonly #resized = new ResizeObserver(() => this.#draw());

  constructor() {
    super();
    this.noun = { one: 'bar', many: 'bars' };
    this.chosen = new Set();
    this.at = 1;
  }

  protected override firstUpdated(): void {
    this.#resized.observe(this);
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('piece') || changed.has('growing')) void this.#draw();
  }

  /** Starts the cursor from the beginning. */
  start(): void {
    if (this.piece === undefined || this.#drawn?.growing !== false) return;
    this.#playing = true;
    this.score?.start(this.piece.bpm);
  }

  stop(): void {
    this.#playing = false;
    this.score?.stop();
    void this.#draw();
  }

  override render() {
    return html`<div class="notation"></div>
      ${this.growing === undefined && this.score !== undefined ? this.#bars(this.score) : nothing}`;
  }

  #bars({ boxes }: Score) {
    const { one, many } = this.noun;
    const segments = this.piece?.segments ?? [];
    // If the counts of bars and segments differ, nothing can be selected here; the text field still works.
    if (segments.length !== boxes.length) return nothing;
    return html`<div role="group" aria-label="${capitalised(many)} of the notation" @keydown=${this.#key}>
      ${segments.map(({ number, part }, index) => {
        if (number === 0) return nothing;
        const { left, top, width, height } = boxes[index]!;
        return html`<button
          type="button"
          data-bar=${number}
          .style="left:${left}px;top:${top}px;width:${width}px;height:${height}px"
          tabindex=${number === this.at ? 0 : -1}
          aria-label=${`${capitalised(one)} ${number}${part === '' ? '' : `, part ${part}`}`}
          aria-pressed=${this.chosen.has(number)}
          @click=${(event: MouseEvent) => this.#choose(number, event.shiftKey)}
        ></button>`;
      })}
    </div>`;
  }

  #choose(number: number, onward: boolean): void {
    const chosen = toggled(this.chosen, number, onward ? this.#last : undefined);
    this.#last = number;
    this.at = number;
    this.dispatchEvent(new CustomEvent('segments-change', { detail: chosen }));
  }

  readonly #key = (event: KeyboardEvent): void => {
    const numbers = this.piece?.segments.flatMap(({ number }) => (number > 0 ? [number] : [])) ?? [];
    const place = numbers.indexOf(this.at);
    const to = {
      ArrowRight: place + 1,
      ArrowLeft: place - 1,
      Home: 0,
      End: numbers.length - 1,
    }[event.key];
    const number = to === undefined ? undefined : numbers[to];
    if (number === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.at = number;
    if (event.shiftKey) this.#choose(number, true);
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector<HTMLElement>(`[data-bar="${number}"]`)?.focus(),
    );
  };

  /** Engraves the current ABC, unless it is already drawn or a cursor follows it. */
  async #draw(): Promise<void> {
    const { Score } = await import('../notation/score.js');
    const growing = this.growing !== undefined;
    const abc = this.growing ?? this.piece?.text;
    const paper = this.renderRoot.querySelector<HTMLElement>('.notation')!;
    // While hidden nothing can be measured; it is engraved when it is shown again.
    const width = paper.clientWidth;
    if (abc === undefined) {
      // Cancelled before there was any music.
      paper.replaceChildren();
      this.#drawn = undefined;
      this.score = undefined;
      this.style.removeProperty('--least');
    }
    if (abc === undefined || width === 0 || this.#playing || (growing && this.#rests !== undefined)) return;
    const drawn = this.#drawn;
    if (drawn?.abc === abc && drawn.width === width && drawn.growing === growing) return;
    // The height may not shrink while a piece grows, so that what is below stays in place.
    this.style.setProperty('--least', growing ? `${this.offsetHeight}px` : '0');
    this.#drawn = { abc, width, growing };
    const began = performance.now();
    this.score = new Score(paper, abc, growing);
    if (!growing) return;
    const wait = 2 * (performance.now() - began);
    this.#rests = setTimeout(() => {
      this.#rests = undefined;
      void this.#draw();
    }, wait);
  }
}

customElements.define('continuo-piece-score', PieceScore);
