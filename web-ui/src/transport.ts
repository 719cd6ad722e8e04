import { css, html } from 'lit';
import { ACTION_KEYS, type Action } from './key-map.js';
import { PanelElement } from './panel-element.js';
import { controls } from './styles.js';

/** The big buttons. Each says its key and sends an `action` event; none stands here that does not work. */
export class Transport extends PanelElement {
  static override styles = [
    controls,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        padding: 8px 16px;
      }
      button {
        flex: 1 1 120px;
        min-height: 56px;
        font-size: 18px;
        display: inline-flex;
        align-items: center;
        justify-content: center;
        gap: 12px;
        white-space: nowrap;
      }
      .start:not(:disabled) {
        background: var(--player);
        border-color: var(--player);
        color: var(--on-voice);
        font-weight: 600;
      }
      .start:not(:disabled) kbd {
        color: inherit;
        border-color: currentColor;
      }
      .off {
        color: var(--danger);
        border-color: var(--danger);
      }
      .small {
        flex: 0 0 56px;
        padding: 0;
      }
      @media (max-width: 720px), (pointer: coarse) {
        kbd {
          display: none;
        }
      }
      @media (max-width: 720px) {
        :host {
          display: grid;
          grid-template-columns: repeat(3, 1fr);
        }
        button {
          min-height: 48px;
          padding: 0 4px;
          font-size: 16px;
        }
        span[aria-hidden] {
          display: none;
        }
      }
    `,
  ];

  override render() {
    const { connected, running, store } = this.panel;
    const replied = running && store.notes.some((note) => note.voice === 'model');
    return html`
      ${this.#button('startOrStop', '▶', 'Start', connected && !running, 'start')}
      ${this.#button('startOrStop', '■', 'Stop', connected && running, 'stop')}
      ${this.#button('allOff', '⊘', 'All off', connected, 'off')}
      ${this.#button('takeBack', '↶', 'Take back', connected && running && store.notes.length > 0, '')}
      ${this.#button('again', '⟳', 'Again', connected && replied, '')}
      <button class="small" aria-label="Keys" title="Show the keys" @click=${() => this.#send('help')}>?</button>
    `;
  }

  #button(action: Action, sign: string, text: string, works: boolean, name: string) {
    const { label, does } = ACTION_KEYS[action];
    return html`<button
      class=${name}
      data-action=${text.toLowerCase().replace(' ', '-')}
      ?disabled=${!works}
      title="${does} (${label})"
      aria-keyshortcuts=${label}
      @click=${(event: MouseEvent) => this.#clicked(event, action)}
    >
      <span aria-hidden="true">${sign}</span><span>${text}</span><kbd aria-hidden="true">${label}</kbd>
    </button>`;
  }

  #clicked(event: MouseEvent, action: Action): void {
    // After a mouse click the space bar goes back to the music; who came with the keyboard keeps the focus.
    if (event.detail > 0) (event.currentTarget as HTMLElement).blur();
    this.#send(action);
  }

  #send(action: Action): void {
    this.dispatchEvent(new CustomEvent<Action>('action', { detail: action, bubbles: true, composed: true }));
  }
}

customElements.define('continuo-transport', Transport);
