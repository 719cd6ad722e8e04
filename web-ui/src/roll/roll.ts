import { css, html, nothing, type PropertyDeclarations } from 'lit';
import type { Seconds } from '../../../src/music/units.js';
import { firstWords, modelHeard } from '../app/first-words.js';
import { PanelElement } from '../app/panel-element.js';
import { controls, low } from '../app/styles.js';
import { listening } from '../event-target.js';
import { drumsHeight } from './drum-lanes.js';
import type { RollNote } from './note-store.js';
import { pitchRange, type RollView, span, steppedNow } from './roll-geometry.js';
import { type Palette, paintRoll, readPalette } from './roll-paint.js';

/** The piano roll of past and planned music. Drag or use the arrow keys to look back; otherwise only time moves it. */
export class Roll extends PanelElement {
  static override properties: PropertyDeclarations = {
    ...PanelElement.properties,
    lookingAt: { state: true },
    words: { state: true },
    beside: { state: true },
  };
  static override styles = [
    controls,
    css`
      :host {
        position: relative;
        min-height: 0;
        background: var(--surface);
        overflow: hidden;
      }
      canvas {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        cursor: grab;
        touch-action: pan-y;
      }
      canvas:focus-visible {
        outline-offset: -3px;
      }
      .first {
        position: absolute;
        inset: 0 0 24px;
        display: grid;
        place-content: center;
        padding: 8px min(48px, 4vw);
        pointer-events: none;
        text-align: center;
      }
      .first p {
        margin: 0;
        padding: 8px 16px;
        font-size: 22px;
        line-height: 32px;
        max-width: 32ch;
        text-wrap: balance;
        background: var(--surface);
        border-radius: var(--radius);
      }
      /* Where there is music already, beside it. */
      .first.beside {
        place-content: end center;
      }
      .first.beside p {
        padding: 4px 8px;
        font-size: 16px;
        line-height: 20px;
        max-width: none;
      }
      @media ${low} {
        .first {
          top: 28px;
        }
        .first p {
          padding: 4px 8px;
          font-size: 16px;
          line-height: 20px;
          max-width: 56ch;
        }
      }
      .legend {
        position: absolute;
        top: 8px;
        left: 12px;
        display: flex;
        gap: 16px;
        padding: 0 4px;
        font-size: 13px;
        color: var(--muted);
        background: var(--surface);
        border-radius: 4px;
        pointer-events: none;
      }
      /* Below the buttons that stand over the roll. */
      @media (max-width: 920px) {
        .legend {
          top: 60px;
        }
      }
      .legend i {
        display: inline-block;
        width: 20px;
        height: 10px;
        margin-right: 6px;
        border-radius: 2px;
      }
      .legend i {
        forced-color-adjust: none;
      }
      .you {
        background: var(--player);
      }
      .model {
        background: repeating-linear-gradient(135deg, var(--model) 0 4px, var(--surface) 4px 5.5px);
      }
      .plan {
        border: 1.5px solid var(--model);
      }
      .past {
        position: absolute;
        right: 8px;
        /* Below the button of the network. */
        top: 60px;
        display: flex;
        gap: 8px;
      }
    `,
  ];
  /** The past moment at the now-line; undefined: now. */
  declare lookingAt: Seconds | undefined;
  /** A hint, until the model has been heard. */
  declare words: string;
  declare beside: boolean;
  #frame = 0;
  #painted = '';
  #palette: Palette | undefined;
  #drag: { readonly x: number; readonly from: Seconds } | undefined;
  #heard = false;
  readonly #scheme = matchMedia('(prefers-color-scheme: dark)');
  readonly #forced = matchMedia('(forced-colors: active)');
  readonly #still = matchMedia('(prefers-reduced-motion: reduce)');
  readonly #forgetPalette = () => {
    this.#palette = undefined;
    this.#painted = '';
  };

  constructor() {
    super();
    this.words = '';
    this.beside = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    for (const theme of [this.#scheme, this.#forced]) theme.addEventListener('change', this.#forgetPalette);
    const follow = () => {
      this.#paint();
      this.#frame = requestAnimationFrame(follow);
    };
    this.#frame = requestAnimationFrame(follow);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const theme of [this.#scheme, this.#forced])
      theme.removeEventListener('change', this.#forgetPalette);
    cancelAnimationFrame(this.#frame);
  }

  /** Session time at the now-line. */
  get atLine(): Seconds {
    const now = this.panel.viewTime();
    return this.lookingAt ?? (this.#still.matches ? steppedNow(now, { width: this.clientWidth }) : now);
  }

  backToNow(): void {
    this.panel.playback.stop();
    this.lookingAt = undefined;
  }

  /** Plays from the moment looked at, or stops playback. Returns false while the view is at now. */
  playOrPause(): boolean {
    const { playback, store } = this.panel;
    const now = this.panel.now();
    if (this.lookingAt === undefined) return false;
    if (playback.position(now) === undefined) playback.start(store.notes, this.lookingAt, now);
    else playback.stop();
    return true;
  }

  override render() {
    return html`
      <canvas
        tabindex="0"
        role="img"
        aria-label="Piano roll: your notes and the model's; the arrow keys look back"
        @pointerdown=${this.#dragStart}
        @pointermove=${this.#dragMove}
        @pointerup=${this.#dragEnd}
        @pointercancel=${this.#dragEnd}
        @keydown=${this.#arrow}
      ></canvas>
      <div class="legend" aria-hidden="true">
        <span><i class="you"></i>you</span><span><i class="model"></i>the model</span><span><i class="plan"></i>planned</span>
      </div>
      ${this.#firstWords()} ${this.lookingAt === undefined ? nothing : this.#past()}
    `;
  }

  #firstWords() {
    if (this.words === '') return nothing;
    // Two separate elements, so that the hint does not visibly jump beside the music.
    return this.beside
      ? html`<div class="first beside"><p>${this.words}</p></div>`
      : html`<div class="first"><p>${this.words}</p></div>`;
  }

  #past() {
    return html`<div class="past">
      <button @click=${() => this.playOrPause()}>Play from here <kbd>Space</kbd></button>
      <button @click=${() => this.backToNow()}>Back to now <kbd>Esc</kbd></button>
    </div>`;
  }

  #paint(): void {
    const canvas = this.renderRoot.querySelector('canvas');
    if (canvas === null) return;
    const { panel } = this;
    const { clientWidth: width, clientHeight: height } = canvas;
    if (width === 0 || height === 0) return;
    const now = panel.viewTime();
    const played = panel.playback.position(panel.now());
    if (played !== undefined && this.lookingAt !== undefined) this.lookingAt = Math.min(played, now);
    const atLine = this.lookingAt ?? (this.#still.matches ? steppedNow(now, { width }) : now);
    const scale = devicePixelRatio;
    this.#say(panel.now());
    // Load a screen's width ahead while looking back.
    panel.lookAt(atLine - 2 * span({ width }));
    const key = [width, height, scale, now, atLine, panel.store.version].join(' ');
    if (key === this.#painted) return;
    this.#painted = key;
    const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
    if (canvas.width !== w || canvas.height !== h) {
      canvas.width = w;
      canvas.height = h;
    }
    const context = canvas.getContext('2d')!;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    this.#palette ??= readPalette(this);
    const isDrum = panel.hasDrums ? (note: RollNote) => panel.timbreOf(note) === 'drums' : undefined;
    const view: RollView = { width, height, now: atLine, ...this.#rows(height, isDrum) };
    const sheet = { context, view, palette: this.#palette };
    paintRoll(sheet, panel.store, { now, head: this.lookingAt ?? now, isDrum });
  }

  /** The pitches of the view and, where there are drums, the height of their lanes. */
  #rows(height: number, isDrum: ((note: RollNote) => boolean) | undefined) {
    const { notes } = this.panel.store;
    if (isDrum === undefined) return pitchRange(notes);
    return { ...pitchRange(notes.filter((note) => !isDrum(note))), drums: drumsHeight(height) };
  }

  #say(now: Seconds): void {
    this.#heard ||= modelHeard(this.panel, now);
    const { words, beside } = firstWords(this.panel);
    this.words = this.#heard ? '' : words;
    this.beside = beside;
  }

  #dragStart(event: PointerEvent): void {
    listening(event, HTMLElement).setPointerCapture(event.pointerId);
    this.panel.playback.stop();
    this.#drag = { x: event.clientX, from: this.lookingAt ?? this.panel.viewTime() };
  }

  #dragMove(event: PointerEvent): void {
    if (this.#drag === undefined) return;
    const seconds = ((event.clientX - this.#drag.x) * span({ width: this.clientWidth })) / this.clientWidth;
    this.#look(this.#drag.from - seconds);
  }

  #dragEnd(): void {
    this.#drag = undefined;
  }

  #arrow(event: KeyboardEvent): void {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    this.panel.playback.stop();
    this.#look((this.lookingAt ?? this.panel.viewTime()) + by);
  }

  /** Looks at a past moment; a time from now on returns to the live view. */
  #look(time: Seconds): void {
    this.lookingAt = time >= this.panel.viewTime() ? undefined : Math.max(0, time);
  }
}

customElements.define('continuo-roll', Roll);
