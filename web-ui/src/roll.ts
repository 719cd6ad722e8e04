import { css, html, nothing, type PropertyDeclarations } from 'lit';
import { PanelElement } from './panel-element.js';
import { pitchRange, type RollView, span } from './roll-geometry.js';
import { type Palette, paintRoll } from './roll-paint.js';
import { controls } from './styles.js';

/** The music, as it was and as it is planned. Drag to look back; nothing else moves it but time. */
export class Roll extends PanelElement {
  static override properties: PropertyDeclarations = { ...PanelElement.properties, back: { state: true } };
  static override styles = [
    controls,
    css`
      :host {
        position: relative;
        min-height: 240px;
        background: var(--surface);
        overflow: hidden;
        touch-action: pan-y;
      }
      canvas {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        cursor: grab;
      }
      .first {
        position: absolute;
        inset: 0 0 24px;
        display: grid;
        place-content: center;
        text-align: center;
        gap: 8px;
        padding: 16px 48px;
        pointer-events: none;
      }
      .first p {
        margin: 0 auto;
        font-size: 22px;
        line-height: 32px;
        max-width: 30ch;
        text-wrap: balance;
      }
      .legend {
        position: absolute;
        top: 8px;
        left: 12px;
        display: flex;
        gap: 16px;
        font-size: 13px;
        color: var(--muted);
        pointer-events: none;
      }
      .legend i {
        display: inline-block;
        width: 20px;
        height: 10px;
        margin-right: 6px;
        border-radius: 2px;
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
      .to-now {
        position: absolute;
        right: 12px;
        top: 8px;
      }
    `,
  ];
  /** Seconds that the view is dragged back. */
  declare back: number;
  #frame = 0;
  #painted = '';
  #palette: Palette | undefined;
  #drag: { readonly x: number; readonly back: number } | undefined;
  readonly #scheme = matchMedia('(prefers-color-scheme: dark)');
  readonly #forgetPalette = () => {
    this.#palette = undefined;
    this.#painted = '';
  };

  constructor() {
    super();
    this.back = 0;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#scheme.addEventListener('change', this.#forgetPalette);
    const follow = () => {
      this.#paint();
      this.#frame = requestAnimationFrame(follow);
    };
    this.#frame = requestAnimationFrame(follow);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#scheme.removeEventListener('change', this.#forgetPalette);
    cancelAnimationFrame(this.#frame);
  }

  backToNow(): void {
    this.back = 0;
  }

  override render() {
    return html`
      <canvas
        role="img"
        aria-label="Piano roll: your notes and the model's, the line of now at three quarters"
        @pointerdown=${this.#dragStart}
        @pointermove=${this.#dragMove}
        @pointerup=${this.#dragEnd}
        @pointercancel=${this.#dragEnd}
      ></canvas>
      <div class="legend" aria-hidden="true">
        <span><i class="you"></i>you</span><span><i class="model"></i>the model</span><span><i class="plan"></i>planned</span>
      </div>
      ${this.#firstWords()}
      ${
        this.back > 0
          ? html`<button class="to-now" @click=${() => this.backToNow()}>Back to now <kbd>Esc</kbd></button>`
          : nothing
      }
    `;
  }

  #firstWords() {
    const { panel } = this;
    if (!panel.connected || panel.store.notes.length > 0) return nothing;
    return html`<div class="first">
      <p>
        ${panel.running ? 'Play: keys A\u00a0to\u00a0K, a MIDI keyboard, or tap below.' : 'Press Start, then play: keys A\u00a0to\u00a0K, a MIDI keyboard, or tap below.'}
      </p>
    </div>`;
  }

  #paint(): void {
    const canvas = this.renderRoot.querySelector('canvas');
    if (canvas === null) return;
    const { panel } = this;
    const { clientWidth: width, clientHeight: height } = canvas;
    const scale = devicePixelRatio;
    const now = panel.viewTime();
    const key = [width, height, scale, now, this.back, panel.store.version].join(' ');
    if (key === this.#painted || width === 0 || height === 0) return;
    // The first note takes the first words away.
    if (panel.store.notes.length > 0 !== this.#hadNotes) {
      this.#hadNotes = !this.#hadNotes;
      this.requestUpdate();
    }
    this.#painted = key;
    const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
    if (canvas.width !== w || canvas.height !== h) {
      canvas.width = w;
      canvas.height = h;
    }
    const context = canvas.getContext('2d')!;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    this.#palette ??= readPalette(this);
    const view: RollView = { width, height, now: now - this.back, ...pitchRange(panel.store.notes) };
    paintRoll(context, panel.store, view, now, this.#palette);
  }
  #hadNotes = false;

  #dragStart(event: PointerEvent): void {
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.#drag = { x: event.clientX, back: this.back };
  }

  #dragMove(event: PointerEvent): void {
    if (this.#drag === undefined) return;
    const seconds = ((event.clientX - this.#drag.x) * span({ width: this.clientWidth })) / this.clientWidth;
    this.back = Math.max(0, Math.min(this.panel.viewTime(), this.#drag.back + seconds));
  }

  #dragEnd(): void {
    this.#drag = undefined;
  }
}

function readPalette(element: Element): Palette {
  // A custom property keeps its light-dark() as text; a real property says the colour that holds now.
  const probe = document.createElement('span');
  element.shadowRoot!.append(probe);
  const colour = (name: string): string => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const palette = {
    ground: colour('surface'),
    stripe: colour('ground'),
    line: colour('line'),
    muted: colour('muted'),
    text: colour('text'),
    voice: { player: colour('player'), model: colour('model') },
  };
  probe.remove();
  return palette;
}

customElements.define('continuo-roll', Roll);
