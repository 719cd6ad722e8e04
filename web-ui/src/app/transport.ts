import { css, html, nothing } from 'lit';
import { capitalised } from '../compose/piece-words.js';
import { ACTION_KEYS, type Action } from '../keyboard/key-map.js';
import { PanelElement } from './panel-element.js';
import { controls, low, narrow } from './styles.js';

/** Most characters of a button's name. */
const LONGEST_NAME = 9;

interface ButtonLook {
  readonly sign: string;
  readonly text: string;
  /** Whether it can be pressed. */
  readonly works: boolean;
  /** CSS class; default: none. */
  readonly name?: string;
  /** Of a button that opens a drawer: whether it is open. */
  readonly open?: boolean;
}

/** The main buttons. Each shows its key and dispatches `action`; buttons that do nothing are not shown. */
export class Transport extends PanelElement {
  static override properties = { ...PanelElement.properties, drawerOpen: { attribute: false } };
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
        padding: 0 8px;
        font-size: 18px;
        display: inline-flex;
        align-items: center;
        justify-content: center;
        gap: 8px;
        white-space: nowrap;
      }
      .start {
        font-weight: 600;
      }
      .start:not(:disabled) {
        background: var(--player);
        border-color: var(--player);
        color: var(--on-voice);
      }
      .start:not(:disabled) kbd {
        color: inherit;
        border-color: currentColor;
      }
      @media (forced-colors: active) {
        .start:not(:disabled) {
          background: ButtonFace;
          border-color: Highlight;
          color: ButtonText;
        }
      }
      .off {
        color: var(--danger);
        border-color: var(--danger);
      }
      .keys {
        flex: 0 0 56px;
        padding: 0;
      }
      .octaves {
        display: none;
        gap: 4px;
      }
      /* Signs, no text: what is said to them is their name. */
      [data-action='octave-down']::before {
        content: "‹ 8";
      }
      [data-action='octave-up']::before {
        content: "8 ›";
      }
      .octaves button {
        flex: 1 0 44px;
        padding: 0;
      }
      @media (max-width: 1000px) {
        button {
          flex-basis: 88px;
          font-size: 16px;
        }
        kbd {
          display: none;
        }
      }
      /* Under a thumb there are no keys to tell of, but octaves to reach. */
      @media ${narrow}, (pointer: coarse) {
        kbd,
        .keys {
          display: none;
        }
        .octaves {
          display: flex;
          flex: 0 1 120px;
        }
      }
      @media ${narrow} {
        :host {
          display: grid;
          grid-template-columns: repeat(4, 1fr);
        }
        button {
          min-height: 48px;
          padding: 0 4px;
          font-size: 16px;
        }
        .octaves {
          grid-column: span 2;
        }
        span[aria-hidden] {
          display: none;
        }
      }
      @media ${low} {
        :host {
          padding-block: 6px;
        }
        button {
          min-height: 44px;
        }
      }
      @media ${low} and (min-width: 560px) and (max-width: 1000px) {
        :host {
          display: flex;
          flex-wrap: nowrap;
        }
        button {
          flex: 1 1 auto;
        }
        .octaves {
          flex: 0 0 92px;
        }
      }
    `,
  ];

  /** Whether the drawer of pieces is open. */
  declare drawerOpen: boolean;

  override render() {
    const { connected, canStart, running, store } = this.panel;
    const replied = running && store.notes.some((note) => note.voice === 'model');
    return html`
      ${this.#button('startOrStop', { sign: '▶', text: 'Start', works: canStart, name: 'start' })}
      ${this.#button('startOrStop', { sign: '■', text: 'Stop', works: connected && running, name: 'stop' })}
      ${this.#button('allOff', { sign: '⊘', text: 'All off', works: connected, name: 'off' })}
      ${this.#button('takeBack', { sign: '↶', text: 'Take back', works: connected && running && store.notes.length > 0 })}
      ${this.#button('again', { sign: '⟳', text: 'Again', works: connected && replied })}
      ${this.#compose()}
      <button class="keys" aria-label="Keys" title="Show the keys" @click=${() => this.#send('help')}>?</button>
      <div class="octaves" role="group" aria-label="Octave of the keyboard">
        <button data-action="octave-down" aria-label="Octave down" @click=${() => this.#send('octaveDown')}></button>
        <button data-action="octave-up" aria-label="Octave up" @click=${() => this.#send('octaveUp')}></button>
      </div>
    `;
  }

  /** The button last pressed with the keyboard. When it is disabled, the focus moves to its counterpart. */
  #pressed: HTMLButtonElement | undefined;

  protected override updated(): void {
    if (this.#pressed?.disabled !== true) return;
    const other = this.#pressed.classList.contains('start') ? '.stop' : '.start';
    this.#pressed = undefined;
    this.renderRoot.querySelector<HTMLElement>(other)?.focus();
  }

  /** Focuses the drawer's button when the drawer closes. */
  focusDrawer(): void {
    this.renderRoot.querySelector<HTMLElement>('.pieces')?.focus();
  }

  /** The drawer's button, named after the pieces it makes. */
  #compose() {
    const { connected, pieces } = this.panel;
    const { composer } = pieces;
    const works = this.drawerOpen || (connected && composer !== undefined);
    const { one = 'piece' } = composer?.compose.piece ?? {};
    // A row of buttons has no room for long names.
    const text = capitalised(one.length > LONGEST_NAME ? 'piece' : one);
    return this.#button('compose', { sign: '♫', text, works, name: 'pieces', open: this.drawerOpen });
  }

  #button(action: Action, { sign, text, works, name = '', open }: ButtonLook) {
    const { label, does } = ACTION_KEYS[action];
    return html`<button
      class=${name}
      data-action=${text.toLowerCase().replace(' ', '-')}
      ?disabled=${!works}
      title="${does} (${label})"
      aria-keyshortcuts=${label}
      aria-expanded=${open ?? nothing}
      @click=${() => this.#send(action)}
    >
      <span aria-hidden="true">${sign}</span><span>${text}</span><kbd aria-hidden="true">${label}</kbd>
    </button>`;
  }

  #send(action: Action): void {
    const focused = this.shadowRoot?.activeElement;
    const byKey = focused instanceof HTMLButtonElement && focused.matches(':focus-visible');
    this.#pressed = byKey && action === 'startOrStop' ? focused : undefined;
    this.dispatchEvent(new CustomEvent<Action>('action', { detail: action, bubbles: true, composed: true }));
  }
}

customElements.define('continuo-transport', Transport);
