import { css, html, nothing } from 'lit';
import { PanelElement } from '../app/panel-element.js';
import { controls } from '../app/styles.js';
import { type Tapped, Taps } from './taps.js';

/** A button to tap the beat, for a model that counts beats, and one to make it follow by ear again. */
export class TapTempo extends PanelElement {
  static override styles = [
    controls,
    css`
      section {
        display: grid;
        gap: 8px;
      }
      .buttons {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: 4px;
      }
      button {
        padding: 0 4px;
        font-size: 15px;
      }
      p {
        margin: 0;
      }
    `,
  ];

  readonly #taps = new Taps();
  #told: Tapped | null = null;

  override render() {
    const { description, connected } = this.panel;
    if (!description?.countsBeats) return nothing;
    return html`<section>
      <h2>Your beat</h2>
      <div class="buttons">
        <button
          ?disabled=${!connected}
          title="Tap a bar or more, from its first beat on: the model plays in that tempo. A MIDI clock does the same"
          @pointerdown=${(event: PointerEvent) => this.#tap(event.timeStamp / 1000)}
          @keydown=${this.#key}
        >
          Tap
        </button>
        <button ?disabled=${!connected || this.#told === null} title="The model hears your beat for itself" @click=${this.#forget}>
          Follow me
        </button>
      </div>
      <p class="muted" role="status">
        ${this.#told === null ? 'Heard from your playing' : `${Math.round(60 / this.#told.beat)} a minute, as tapped`}
      </p>
    </section>`;
  }

  #key(event: KeyboardEvent): void {
    if (event.repeat || (event.key !== 'Enter' && event.key !== ' ')) return;
    // Keep the key from starting or stopping the session.
    event.stopPropagation();
    event.preventDefault();
    this.#tap(event.timeStamp / 1000);
  }

  #tap(time: number): void {
    const tapped = this.#taps.tap(time, Number(this.panel.values.beatsABar ?? 4));
    if (tapped === null) return;
    this.#told = tapped;
    this.panel.command({ type: 'pulse', ...tapped, tapped: true });
    this.requestUpdate();
  }

  #forget(): void {
    this.#told = null;
    this.#taps.forget();
    this.panel.command({ type: 'pulse', beat: 0, bar: false, tapped: false });
    this.requestUpdate();
  }
}

customElements.define('continuo-tap-tempo', TapTempo);
