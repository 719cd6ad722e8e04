import { css, html, LitElement, nothing } from 'lit';
import { live } from 'lit/directives/live.js';
import { controls } from '../app/styles.js';
import { listening } from '../event-target.js';

export interface SoundSettings {
  /** 0 to 1. */
  readonly volume: number;
  readonly muted: boolean;
  /** Whether the host's keyboard is heard here too. */
  readonly hearKeyboard: boolean;
}

/** Sound settings of this browser. Dispatches `sound-change` with the new settings. */
export class SoundControls extends LitElement {
  static override properties = { settings: { attribute: false }, state: { attribute: false } };
  static override styles = [
    controls,
    css`
      :host {
        display: grid;
        gap: 8px;
      }
      p {
        margin: 0;
        line-height: 20px;
      }
      h2 .muted {
        float: right;
        font-weight: 400;
      }
      .row {
        display: grid;
        grid-template-columns: 1fr auto;
        align-items: center;
        gap: 8px;
      }
      label.hear {
        display: grid;
        grid-template-columns: 1fr auto;
        align-items: center;
        min-height: 44px;
        font-size: 15px;
      }
      button[aria-pressed='true'] {
        border-color: var(--danger);
        color: var(--danger);
      }
    `,
  ];
  declare settings: SoundSettings;
  /** The browser's audio: unavailable, suspended until a user gesture, or running. */
  declare state: 'absent' | 'asleep' | 'awake';

  override render() {
    const { volume, muted, hearKeyboard } = this.settings;
    return html`
      <h2>Sound here <span class="muted">${this.state === 'asleep' ? 'after a click or a key' : nothing}</span></h2>
      ${
        this.state === 'absent'
          ? html`<p class="muted">
              This browser makes no sound (no Web Audio). Send the model to a MIDI output instead.
            </p>`
          : nothing
      }
      <div class="row">
        <input
          type="range"
          min="0"
          max="100"
          aria-label="Volume"
          .value=${live(String(Math.round(volume * 100)))}
          @input=${(event: Event) => this.#say({ volume: Number(listening(event, HTMLInputElement).value) / 100 })}
        />
        <button aria-pressed=${muted} @click=${() => this.#say({ muted: !muted })}>Mute <kbd>M</kbd></button>
      </div>
      <label class="hear">
        <span>Hear the host's keyboard here</span>
        <input
          type="checkbox"
          .checked=${live(hearKeyboard)}
          @change=${(event: Event) => this.#say({ hearKeyboard: listening(event, HTMLInputElement).checked })}
        />
      </label>
    `;
  }

  #say(change: Partial<SoundSettings>): void {
    const detail: SoundSettings = { ...this.settings, ...change };
    this.dispatchEvent(new CustomEvent('sound-change', { detail, bubbles: true, composed: true }));
  }
}

customElements.define('continuo-sound', SoundControls);
