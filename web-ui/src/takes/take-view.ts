import { css, html, LitElement, type PropertyValues } from 'lit';
import { ref } from 'lit/directives/ref.js';
import type { Seconds } from '../../../src/music/units.js';
import { controls } from '../app/styles.js';
import type { OpenTake } from './take-list.js';
import { clockTime } from './take-words.js';

/** Height in CSS pixels. */
const HEIGHT = 120;
/** Steps of the arrow keys, in seconds. */
const STEP: Seconds = 5;

/** A whole take on one line: its notes, and where it is played. Dispatches `seek` with the time that was chosen. */
export class TakeView extends LitElement {
  static override properties = { take: { attribute: false }, at: { attribute: false } };
  static override styles = [
    controls,
    css`
      :host {
        position: relative;
        height: ${HEIGHT}px;
        touch-action: none;
      }
      canvas {
        display: block;
        width: 100%;
        height: 100%;
        background: var(--surface);
        border: 1px solid var(--line);
        border-radius: var(--radius);
        cursor: pointer;
      }
      .line {
        position: absolute;
        top: 0;
        bottom: 0;
        width: 2px;
        margin-left: -1px;
        background: var(--text);
        pointer-events: none;
      }
    `,
  ];
  declare take: OpenTake;
  /** The moment that sounds; undefined where nothing is played. */
  declare at: Seconds | undefined;
  readonly #resized = new ResizeObserver(() => this.#paint());
  readonly #theme = matchMedia('(prefers-color-scheme: dark)');
  readonly #painted = () => this.#paint();

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resized.observe(this);
    this.#theme.addEventListener('change', this.#painted);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resized.disconnect();
    this.#theme.removeEventListener('change', this.#painted);
  }

  override render() {
    const { length } = this.take;
    const at = this.at ?? 0;
    return html`<canvas
        role="slider"
        tabindex="0"
        aria-label="Where it is played"
        aria-valuemin="0"
        aria-valuemax=${Math.round(length)}
        aria-valuenow=${Math.round(at)}
        aria-valuetext="${clockTime(at)} of ${clockTime(length)}"
        @pointerdown=${this.#point}
        @keydown=${this.#key}
      ></canvas>
      ${this.at === undefined ? '' : html`<div class="line" ${ref((line) => this.#place(line, at))}></div>`}`;
  }

  /** The content policy takes no style attributes. */
  #place(line: Element | undefined, at: Seconds): void {
    if (line instanceof HTMLElement) line.style.left = `${(100 * at) / Math.max(this.take.length, 0.001)}%`;
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('take')) this.#paint();
  }

  readonly #point = (event: PointerEvent): void => {
    const { left, width } = this.getBoundingClientRect();
    this.#seek(((event.clientX - left) / Math.max(1, width)) * this.take.length);
  };

  readonly #key = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -STEP, ArrowRight: STEP, Home: Number.NEGATIVE_INFINITY }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.#seek((this.at ?? 0) + step);
  };

  #seek(time: Seconds): void {
    const detail = Math.min(Math.max(0, time), this.take.length);
    this.dispatchEvent(new CustomEvent('seek', { detail }));
  }

  #paint(): void {
    const canvas = this.renderRoot.querySelector('canvas');
    const context = canvas?.getContext('2d');
    if (!canvas || !context) return;
    const scale = devicePixelRatio;
    canvas.width = Math.round(this.clientWidth * scale);
    canvas.height = HEIGHT * scale;
    const colours = getComputedStyle(this);
    const notes = this.take.parts.flatMap(({ notes }) => notes);
    const lowest = notes.reduce((least, { pitch }) => Math.min(least, pitch), 127);
    const highest = notes.reduce((most, { pitch }) => Math.max(most, pitch), 0);
    const row = canvas.height / (Math.max(12, highest - lowest) + 3);
    const second = canvas.width / Math.max(this.take.length, 0.001);
    for (const part of this.take.parts) {
      context.fillStyle = colours.getPropertyValue(part.voice === 'player' ? '--player' : '--model');
      for (const { pitch, start, end } of part.notes) {
        const top = (highest - pitch + 1) * row;
        context.fillRect(
          start * second,
          top,
          Math.max(scale, (end - start) * second),
          Math.max(scale, row * 0.8),
        );
      }
    }
  }
}

customElements.define('continuo-take-view', TakeView);
