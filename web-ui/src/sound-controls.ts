import { css, html, LitElement } from 'lit';
import { live } from 'lit/directives/live.js';
import { controls } from './styles.js';

export interface SoundSettings {
  /** 0 to 1. */
  readonly volume: number;
  readonly muted: boolean;
  /** Whether the keyboard at the host is heard here too. */
  readonly hearKeyboard: boolean;
}

/** What is heard at this browser. Says `sound-change` with the new settings. */
export class SoundControls extends LitElement {
  static override properties = { settings: { attribute: false } };
  static override styles = [
    controls,
    css`
      :host {
        display: grid;
        gap: 8px;
      }
      h2 {
        font-size: 14px;
        line-height: 24px;
        font-weight: 600;
        color: var(--muted);
        margin: 0;
      }
      .row {
        display: grid;
        grid-template-columns: 1fr auto;
        align-items: center;
        gap: 8px;
      }
      input[type='range'] {
        width: 100%;
        height: 44px;
        margin: 0;
        accent-color: var(--model);
      }
      label.hear {
        display: grid;
        grid-template-columns: 1fr auto;
        align-items: center;
        min-height: 44px;
        font-size: 15px;
      }
      input[type='checkbox'] {
        width: 24px;
        height: 24px;
        margin: 0 10px;
        accent-color: var(--model);
      }
      button[aria-pressed='true'] {
        border-color: var(--danger);
        color: var(--danger);
      }
    `,
  ];
  declare settings: SoundSettings;

  override render() {
    const { volume, muted, hearKeyboard } = this.settings;
    return html`
      <h2>Sound here</h2>
      <div class="row">
        <input
          type="range"
          min="0"
          max="100"
          aria-label="Volume"
          .value=${live(String(Math.round(volume * 100)))}
          @input=${(event: Event) => this.#say({ volume: Number((event.target as HTMLInputElement).value) / 100 })}
        />
        <button aria-pressed=${muted} @click=${() => this.#say({ muted: !muted })}>Mute <kbd>M</kbd></button>
      </div>
      <label class="hear">
        <span>Hear the host's keyboard here</span>
        <input
          type="checkbox"
          .checked=${live(hearKeyboard)}
          @change=${(event: Event) => this.#say({ hearKeyboard: (event.target as HTMLInputElement).checked })}
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
