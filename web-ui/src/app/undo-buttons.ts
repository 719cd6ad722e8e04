import { css, html, nothing } from 'lit';
import { PanelElement } from './panel-element.js';
import { controls } from './styles.js';
import { undoKey } from './undo-key.js';

const WORDS = {
  undo: { does: 'Undo', sign: '↶', label: 'Ctrl+Z', keys: 'Control+Z Meta+Z' },
  redo: { does: 'Redo', sign: '↷', label: 'Ctrl+Shift+Z', keys: 'Control+Shift+Z Meta+Shift+Z' },
} as const;

/** Undo and redo, with what they undo and do again. */
export class UndoButtons extends PanelElement {
  static override styles = [
    controls,
    css`
      :host {
        display: grid;
        grid-template-columns: repeat(2, minmax(0, 1fr));
        gap: 8px;
      }
      /* As high with one line as with two: nothing around them moves for it. */
      button {
        min-height: 48px;
        padding: 2px 10px;
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        column-gap: 8px;
        align-content: center;
        align-items: center;
        text-align: left;
        font-size: 15px;
        line-height: 20px;
      }
      .sign:nth-last-child(3) {
        grid-row: span 2;
      }
      .sign {
        font-size: 20px;
      }
      .what {
        grid-column: 2;
        font-size: 13px;
        line-height: 18px;
        color: var(--muted);
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('keydown', this.#key);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('keydown', this.#key);
  }

  /** What a drawer undoes is undone there. */
  readonly #key = (event: KeyboardEvent): void => {
    const what = event.defaultPrevented ? undefined : undoKey(event);
    if (what === undefined || this.panel.undoable[what] === null) return;
    event.preventDefault();
    this.panel.undo(what);
  };

  override render() {
    return html`${this.#button('undo')}${this.#button('redo')}`;
  }

  #button(what: 'undo' | 'redo') {
    const { does, sign, label, keys } = WORDS[what];
    const { connected, undoable } = this.panel;
    const changed = undoable[what]?.label;
    const name = changed === undefined ? does : `${does} ${changed}`;
    return html`<button
      data-action=${what}
      title="${name} (${label})"
      aria-keyshortcuts=${keys}
      ?disabled=${!connected || changed === undefined}
      @click=${() => this.panel.undo(what)}
    >
      <span class="sign" aria-hidden="true">${sign}</span><span>${does} </span>${
        changed === undefined ? nothing : html`<span class="what">${changed}</span>`
      }
    </button>`;
  }
}

customElements.define('continuo-undo', UndoButtons);
