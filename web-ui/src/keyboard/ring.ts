import { css, html, type PropertyDeclarations } from 'lit';
import { PanelElement } from '../app/panel-element.js';
import { handOver } from '../app/state-sentence.js';

const AROUND = 2 * Math.PI * 9;

/** A ring that fills as the end of the player's phrase approaches, to announce the hand-over. */
export class Ring extends PanelElement {
  static override properties: PropertyDeclarations = { ...PanelElement.properties };
  static override styles = css`
    :host {
      display: block;
      width: 28px;
      height: 28px;
    }
    svg {
      forced-color-adjust: none;
    }
    circle {
      fill: none;
      stroke-width: 4;
    }
    .track {
      stroke: var(--line);
    }
    .fill {
      stroke: var(--model);
    }
    .dot {
      stroke: none;
      fill: var(--muted);
    }
    .dot.player {
      fill: var(--player);
    }
    .dot.model {
      fill: var(--model);
    }
  `;
  #frame = 0;
  readonly #still = matchMedia('(prefers-reduced-motion: reduce)');

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    cancelAnimationFrame(this.#frame);
  }

  override render() {
    const { phase } = this.panel;
    const turn =
      phase.phase === 'playing' || phase.phase === 'together'
        ? 'model'
        : phase.phase === 'stopped'
          ? ''
          : 'player';
    let filled = this.panel.connected ? handOver(phase, this.panel.now()) : undefined;
    if (filled !== undefined && this.#still.matches) filled = Math.floor(filled * 4) / 4;
    cancelAnimationFrame(this.#frame);
    if (filled !== undefined && filled < 1) this.#frame = requestAnimationFrame(() => this.requestUpdate());
    return html`<svg viewBox="0 0 24 24" aria-hidden="true">
      <circle class="track" cx="12" cy="12" r="9"></circle>
      <circle
        class="fill"
        cx="12"
        cy="12"
        r="9"
        transform="rotate(-90 12 12)"
        stroke-dasharray=${AROUND}
        stroke-dashoffset=${AROUND * (1 - (filled ?? 0))}
      ></circle>
      <circle class="dot ${turn}" cx="12" cy="12" r="4"></circle>
    </svg>`;
  }
}

customElements.define('continuo-ring', Ring);
