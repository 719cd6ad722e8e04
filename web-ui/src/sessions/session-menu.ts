import { css, html, LitElement, type PropertyDeclarations } from 'lit';
import { controls, narrow } from '../app/styles.js';
import { Watching } from '../app/watching.js';
import { ACTION_KEYS } from '../keyboard/key-map.js';
import type { SessionList } from './session-list.js';
import './sessions-element.js';

/** A button with the name of the session that is shown, which opens the list of all. */
export class SessionMenu extends LitElement {
  static override properties: PropertyDeclarations = { list: { attribute: false }, open: { state: true } };
  static override styles = [
    controls,
    css`
      :host {
        min-width: 0;
      }
      .opens {
        display: flex;
        align-items: center;
        gap: 6px;
        max-width: min(220px, 100%);
        min-width: 44px;
        padding: 0 10px;
      }
      .opens span:first-child {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        min-width: 0;
      }
      .unread {
        color: var(--player);
      }
      .list {
        position: fixed;
        inset: 60px auto auto 8px;
        margin: 0;
        width: min(340px, calc(100vw - 16px));
        max-height: calc(100dvh - 72px);
        overflow-y: auto;
        padding: 16px;
        color: var(--text);
        background: var(--surface);
        border: 1px solid var(--edge);
        border-radius: 12px;
        box-shadow: 0 8px 24px rgb(0 0 0 / 25%);
      }
      @media ${narrow} {
        .opens {
          max-width: 100%;
        }
      }
    `,
  ];
  declare list: SessionList;
  declare open: boolean;

  constructor() {
    super();
    this.open = false;
    new Watching(this, () => this.list);
  }

  toggle(): void {
    this.#popover?.togglePopover();
  }

  get #popover(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>('.list');
  }

  override render() {
    const { list } = this;
    const { label, does } = ACTION_KEYS.sessions;
    const name = (list.entry ?? list.awaited)?.name ?? 'Sessions';
    const unread = list.unread.size > 0;
    return html`
      <button
        class="opens"
        popovertarget="list"
        title="${does} (${label})"
        aria-keyshortcuts=${label}
        aria-expanded=${this.open}
        aria-label="${name}: sessions${unread ? ', others play' : ''}"
      >
        <span>${name}</span>
        <span aria-hidden="true">${unread ? html`<span class="unread">•</span>` : ''}▾</span>
      </button>
      <div
        class="list"
        id="list"
        popover
        role="dialog"
        aria-label="Sessions"
        @toggle=${(event: ToggleEvent) => {
          this.open = event.newState === 'open';
        }}
        @chosen=${() => this.#popover?.hidePopover()}
      >
        <continuo-sessions .list=${list}></continuo-sessions>
      </div>
    `;
  }
}

customElements.define('continuo-session-menu', SessionMenu);
