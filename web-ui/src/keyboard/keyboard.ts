import { css, html, type PropertyDeclarations, type PropertyValues } from 'lit';
import type { Pitch } from '../../../src/music/units.js';
import { PanelElement } from '../app/panel-element.js';
import { low } from '../app/styles.js';
import type { Hands } from './hands.js';
import { labelOfPitch, pitchName } from './key-map.js';
import {
  BLACK_HEIGHT,
  type KeyShape,
  keyAt,
  keyShapes,
  lowestFor,
  octavesFor,
  velocityAt,
} from './keyboard-geometry.js';

/** A piano keyboard for touch and mouse; it highlights the sounding keys of both voices. */
export class Keyboard extends PanelElement {
  static override properties: PropertyDeclarations = {
    ...PanelElement.properties,
    hands: { attribute: false },
    base: { attribute: false },
    octaves: { state: true },
  };
  static override styles = css`
    :host {
      display: block;
      position: relative;
      height: 152px;
      overflow: hidden;
      touch-action: none;
      user-select: none;
      -webkit-user-select: none;
      border-top: 1px solid var(--line);
      background: var(--line);
    }
    @media ${low} {
      :host {
        height: 96px;
      }
    }
    .key {
      position: absolute;
      top: 0;
      border-radius: 0 0 6px 6px;
      background: var(--key-white);
      border: 1px solid #8a8f99;
      border-top: 0;
      color: #3c414b;
      font-size: 14px;
      display: flex;
      flex-direction: column;
      justify-content: flex-end;
      align-items: center;
      padding-bottom: 4px;
      pointer-events: none;
      overflow: hidden;
    }
    .key.black {
      background: var(--key-black);
      border-color: #4a4f59;
      color: #e4e6ea;
    }
    @media (hover: none) and (pointer: coarse) {
      .letter {
        visibility: hidden;
      }
    }
    .octave {
      font-size: 12px;
      color: #5a606b;
    }
    /* Colour and texture: the player's keys are full, the model's hatched. */
    .key.player {
      background: var(--player);
      color: var(--on-voice);
    }
    .key.model {
      background: repeating-linear-gradient(135deg, var(--model) 0 6px, color-mix(in srgb, var(--model) 82%, black) 6px 9px);
      color: var(--on-voice);
    }
    .key.player.model {
      background: linear-gradient(var(--model) 0 50%, var(--player) 50%);
    }
    @media (forced-colors: active) {
      .key {
        forced-color-adjust: none;
        border-color: CanvasText;
        color: CanvasText;
      }
      .key.black {
        border-color: Canvas;
        color: Canvas;
      }
      .octave {
        color: inherit;
      }
      .key.player {
        background: Highlight;
        color: HighlightText;
      }
      .key.model {
        background: repeating-linear-gradient(135deg, Highlight 0 6px, Canvas 6px 9px);
        color: CanvasText;
      }
      .key.player.model {
        background: linear-gradient(Canvas 0 50%, Highlight 50%);
      }
      .key.model > * {
        background: Canvas;
        color: CanvasText;
      }
    }
    .key.player .octave,
    .key.model .octave {
      color: inherit;
    }
  `;
  declare hands: Hands;
  /** The pitch of the computer's A key. */
  declare base: Pitch;
  declare octaves: number;
  #shapes: readonly KeyShape[] = [];
  #frame = 0;
  #lit = '';
  readonly #resize = new ResizeObserver(() => {
    this.octaves = octavesFor(this.clientWidth);
  });

  constructor() {
    super();
    this.octaves = 0;
    this.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      if (event.button === 0) this.#touch(event);
    });
    this.addEventListener('pointermove', (event) => {
      if (event.buttons & 1) this.#touch(event);
    });
    for (const type of ['pointerup', 'pointercancel', 'pointerleave'] as const)
      this.addEventListener(type, (event) =>
        this.hands.release(`pointer ${event.pointerId}`, event.timeStamp / 1000),
      );
    this.addEventListener('contextmenu', (event) => event.preventDefault());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resize.observe(this);
    const follow = () => {
      this.#light();
      this.#frame = requestAnimationFrame(follow);
    };
    follow();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resize.disconnect();
    cancelAnimationFrame(this.#frame);
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    // Set before the first layout, so that the keys do not jump.
    if (this.octaves === 0) this.octaves = octavesFor(this.clientWidth);
  }

  override render() {
    this.#shapes = keyShapes(lowestFor(this.base, this.octaves), this.octaves);
    this.#lit = '';
    return html`<div role="img" aria-label="Piano keyboard: tap it, or play with the computer keys A to K">
      ${this.#shapes.map(
        (key) => html`<div
          class="key ${key.black ? 'black' : ''}"
          data-pitch=${key.pitch}
          .style=${place(key)}
        >
          <span class="letter">${labelOfPitch(key.pitch, this.base)}</span>
          ${key.black ? '' : html`<span class="octave">${key.pitch % 12 === 0 ? pitchName(key.pitch) : '\u00a0'}</span>`}
        </div>`,
      )}
    </div>`;
  }

  #touch(event: PointerEvent): void {
    const box = this.getBoundingClientRect();
    const y = (event.clientY - box.top) / box.height;
    const key = keyAt(this.#shapes, (event.clientX - box.left) / box.width, y);
    const source = `pointer ${event.pointerId}`;
    const at = event.timeStamp / 1000;
    if (key === undefined || y < 0 || y > 1) this.hands.release(source, at);
    else this.hands.press(source, key.pitch, velocityAt(key, y), at);
  }

  /** Highlights the sounding keys; changes the DOM only when they change. */
  #light(): void {
    if (!this.hasUpdated) return;
    const { panel } = this;
    const sounding = panel.connected
      ? panel.store.sounding(panel.now(), (note) => panel.timbreOf(note) !== 'drums')
      : new Map();
    const held = this.hands.held;
    const voices = this.#shapes.map(({ pitch }) => {
      const player = held.has(pitch) || sounding.get(pitch)?.has('player') === true;
      const model = sounding.get(pitch)?.has('model') === true;
      return (player ? 1 : 0) + (model ? 2 : 0);
    });
    const lit = voices.join('');
    if (lit === this.#lit) return;
    this.#lit = lit;
    this.renderRoot.querySelectorAll('.key').forEach((key, index) => {
      key.classList.toggle('player', (voices[index]! & 1) > 0);
      key.classList.toggle('model', (voices[index]! & 2) > 0);
    });
  }
}

/** CSS text to be set through the style property: the host's content policy forbids style attributes. */
function place(key: KeyShape): string {
  const height = key.black ? BLACK_HEIGHT : 1;
  return `left:${key.x * 100}%;width:${key.width * 100}%;height:${height * 100}%`;
}

customElements.define('continuo-keyboard', Keyboard);
