import { css, html, LitElement, nothing } from 'lit';
import { controls } from '../app/styles.js';
import { ACTION_KEYS } from '../keyboard/key-map.js';
import type { Fork, Side } from './fork.js';

/** Compares a session with its fork: which one sounds, and which one is kept. */
export class ForkBar extends LitElement {
  static override properties = { fork: { attribute: false }, compared: { attribute: false } };
  static override styles = [
    controls,
    css`
      .bar {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        align-items: center;
        padding: 8px;
        background: var(--surface);
        border: 2px solid var(--model);
        border-radius: var(--radius);
      }
      .pair {
        flex: 1 1 240px;
        display: grid;
        grid-template-columns: repeat(2, minmax(0, 1fr));
        gap: 4px;
      }
      .pair button {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        font-size: 15px;
      }
      [aria-checked='true']:not(:disabled) {
        background: var(--model);
        border-color: var(--model);
        color: var(--on-voice);
        font-weight: 600;
      }
      .more {
        display: flex;
        gap: 8px;
      }
      button {
        min-width: 44px;
      }
    `,
  ];
  declare fork: Fork;
  /** Has it render again when one of the two is shown, renamed or closed. */
  declare compared: Fork['compared'];

  override render() {
    const { compared } = this;
    if (compared === undefined) return nothing;
    const { label, does } = ACTION_KEYS.compare;
    return html`<div class="bar" role="group" aria-label="A fork is compared">
      <div class="pair" role="radiogroup" aria-label="Which one sounds" title="${does} (${label})" @keydown=${this.#arrow}>
        ${this.#side('a', compared)}${this.#side('b', compared)}
      </div>
      <div class="more">
        <button
          class="keep"
          ?disabled=${compared.shown === undefined}
          title="The other one is closed; that can be undone"
          @click=${() => this.fork.keepShown()}
        >
          Keep this one
        </button>
        <button aria-label="Compare no more" title="Compare no more: both stay open" @click=${() => this.fork.end()}>
          <span aria-hidden="true">✕</span>
        </button>
      </div>
    </div>`;
  }

  #side(side: Side, compared: NonNullable<Fork['compared']>) {
    const chosen = compared.shown === side;
    const reached = chosen || (compared.shown === undefined && side === 'a');
    return html`<button
      role="radio"
      data-side=${side}
      aria-checked=${chosen}
      tabindex=${reached ? 0 : -1}
      title=${compared[side]}
      @click=${() => this.fork.show(side)}
    >
      ${side.toUpperCase()} · ${compared[side]}
    </button>`;
  }

  /** Arrow keys choose, as in a radio group (WAI-ARIA practices). */
  #arrow(event: KeyboardEvent): void {
    if (!event.key.startsWith('Arrow')) return;
    event.preventDefault();
    this.fork.other();
    const side = this.fork.compared?.shown;
    this.renderRoot.querySelector<HTMLElement>(`[data-side=${side}]`)?.focus();
  }
}

customElements.define('continuo-fork', ForkBar);
